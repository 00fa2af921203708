"""Slugs: ids from names, with Cyrillic letters written in Latin ones (after ISO 9, without its marks)."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch"
)
_LATIN = dict(pair.split("=") for pair in f"{_LETTERS} ъ= ы=y ь= э=e ю=yu я=ya ё=yo".split())


def slug(name: str) -> str:
    """Return `name` in lower-case ASCII letters and digits joined by hyphens; "nobody" if none is left."""
    latin = "".join(_LATIN.get(char, char) for char in name.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "nobody"
