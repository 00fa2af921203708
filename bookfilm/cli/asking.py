"""What a command's options ask for, over what was asked for before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import typer

from bookfilm.errors import SettingsError

if TYPE_CHECKING:
    from bookfilm.pipeline.order import FilmOrder
    from bookfilm.records.book import Language

RIGHTS = ("public domain", "author", "licence", "not stated")


def asked_order(
    preset: str | None,
    runtime: str | None,
    style: str | None,
    size: str | None,
    rate: str | None,
    until: str | None,
    scenes: str | None,
    right: str | None,
    holder: str | None,
    base: FilmOrder | None = None,
) -> FilmOrder:
    """Return what the options ask for, over `base`."""
    from bookfilm.pipeline.order import STAGES, FilmOrder, parse_scenes, parse_size
    from bookfilm.records.time import FrameRate
    from bookfilm.settings import parse_runtime

    chosen: dict[str, Any] = {"preset": preset, "style": style, "right": right, "holder": holder}
    if until is not None and until not in STAGES:
        raise SettingsError(f"no such stage; there are: {', '.join(STAGES)}", subject=until)
    if right is not None and right not in RIGHTS:
        raise SettingsError(f"no such right; there are: {', '.join(RIGHTS)}", subject=right)
    if style is not None and style.endswith(".toml"):
        chosen["style"] = str(Path(style).absolute())  # The film may go on from another folder.
    chosen["until"] = until
    if runtime is not None:
        chosen["runtime_s"] = parse_runtime(runtime)
    if size is not None:
        chosen["width"], chosen["height"] = parse_size(size)
    if rate is not None:
        try:
            chosen["rate"] = FrameRate.parse(rate)
        except ValueError:
            raise SettingsError("a rate is such as 24, 25, 23.976 or 30000/1001", subject=rate) from None
    if scenes is not None:
        chosen["scenes"] = parse_scenes(scenes)
    return (base or FilmOrder()).changed(**{name: value for name, value in chosen.items() if value is not None})


def last_order(folder: Path, dub: Language | None = None) -> FilmOrder:
    """Return what was asked for last, of the film or of its `dub`: the runtime by any run, the rest by the last one
    that went on to the picture. A dub of which nothing was asked yet is to be as the film.
    """
    from bookfilm.pipeline.order import FilmOrder, read_order
    from bookfilm.store.folder import FilmFolder
    from bookfilm.store.ledger import ledger_lies, open_ledger

    film = FilmFolder(folder.absolute())
    if not ledger_lies(film):
        return FilmOrder(dub=dub)
    ledger = open_ledger(film)
    try:
        orders = [*(ledger.whole_orders(dub) if dub else ()), *ledger.whole_orders()]
    finally:
        ledger.close()
    asked = [read_order(order, ledger.name) for order in orders]
    if not asked:
        return FilmOrder(dub=dub)
    seen = next((order for order in asked if order.goes_to("picture")), asked[0])
    return seen.changed(runtime_s=asked[0].runtime_s, until="film", right=None, holder=None, dub=dub)


def named_language(name: str | None) -> Language | None:
    """Return the language of that name. Raises SettingsError for another one."""
    from bookfilm.records.book import Language

    if name is not None and name not in get_args(Language):
        raise SettingsError(f"no such language; there are: {', '.join(get_args(Language))}", subject=name)
    return cast("Language | None", name)


def with_right(order: FilmOrder, folder: Path, ask: bool) -> FilmOrder:
    """Ask by what right the book is filmed, where nobody has said and somebody sits there to answer."""
    said_there = (folder / "direction.toml").exists()
    if order.right is not None or said_there:
        return order
    if not (ask and sys.stdin.isatty() and sys.stdout.isatty()):
        return order
    print("By what right is this book filmed? It is credited in the film.")
    for number, right in enumerate(RIGHTS, 1):
        print(f"  {number}  {right}")
    answer = typer.prompt("Number", type=int, default=len(RIGHTS))
    right = RIGHTS[answer - 1] if 1 <= answer <= len(RIGHTS) else RIGHTS[-1]
    holder = typer.prompt("Who holds it (may be empty)", default="", show_default=False) if right != RIGHTS[-1] else ""
    return order.changed(right=right, holder=holder)
