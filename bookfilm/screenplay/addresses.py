"""Addresses: whether a name inside a reply is called, or is what the speaker says that he is called himself."""

from __future__ import annotations

import re

from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage, Stretch

_SELF = re.compile(r"\b(?:I|me|myself|[Яя]|меня|мне),$")
_BESIDE = 60
"""How many characters on either side of a name show whether it is called."""


def is_address(passage: Passage, stretch: Stretch, mention: Mention) -> bool:
    """Tell a name that is called ("Come here, Tom!") from one that is spoken of: it stands between commas or stops."""
    begin, at = stretch.start - passage.start, mention.start - passage.start
    before = passage.flat[max(begin, at - _BESIDE) : at].rstrip()
    end = mention.end - passage.start
    after = passage.flat[end : min(stretch.end - passage.start, end + _BESIDE)].lstrip()
    if _SELF.search(before):
        return False  # "I, Ann Orme, know it."
    last_word = re.split(r"[\s,]", before)[-1].lower().strip(",")
    opens = (
        not before or before[-1] in ",.!?—-…;" or last_word in ("my", "dear", "o", "oh", "well", "yes", "no", "poor")
    )
    closes = not after or after[0] in ",.!?—-…;"
    return opens and closes and bool(before or after[:1] in ",!?")


def is_own_name(passage: Passage, stretch: Stretch, mention: Mention, phrases: tuple[str, ...]) -> bool:
    """Tell whether the speaker says that this is his name, at the end of a clause ("My name is Orme.").

    `phrases` are the words that say so, in small letters.
    """
    begin, at, end = (place - passage.start for place in (stretch.start, mention.start, mention.end))
    end = at + len(passage.flat[at:end].rstrip(" ."))  # A name's words take in the stop that may belong to them.
    before = passage.flat[max(begin, at - _BESIDE) : at].lower().rstrip()
    after = passage.flat[end : min(stretch.end - passage.start, end + _BESIDE)].lstrip()
    said = next((phrase for phrase in phrases if before.endswith(phrase)), None)
    if said is None or stretch.kind == "thought" or (after and after[0] not in ".,;!—"):
        return False
    # "If I am Orme…" tells nothing.
    return before[: -len(said)].rstrip()[-1:] in ("", *".!?…;,—")
