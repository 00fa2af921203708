"""The storyboard: the keyframes of all shots, drawn at once before any of them moves, approved or drawn anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bookfilm.errors import SettingsError
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder, order_keyframe
from bookfilm.picture.requests import Ends, EngineFacts
from bookfilm.pipeline.crew import Done, Production
from bookfilm.records.shots import Shot
from bookfilm.records.storyboard import Board, Storyboard
from bookfilm.records.takes import Keyframe
from bookfilm.settings import Preset
from bookfilm.store.files import write_if_changed
from bookfilm.store.media import MediaStore


def settle_storyboard(shots: Sequence[Shot], preset: Preset, production: Production) -> dict[str, Ends]:
    """Have the keyframes drawn that are not there yet, write storyboard.json, and return each shot's, by its id.

    Where the preset has no image engine, or the video engine takes no keyframes, nothing is drawn. Raises SettingsError
    where the order was to stop at keyframes and there is none to draw them; RecordError for a damaged storyboard.
    """
    video, engine = production.crew.video(), production.crew.keyframes()
    if engine is None or not video.capabilities.first_frame:
        if production.order.until == "keyframes":
            lacks = "names no engine under [keyframes]" if engine is None else f"draws with {video.name}: it takes none"
            raise SettingsError(f"there are no keyframes: the preset {lacks}", subject=preset.name)
        return {}
    path, store = production.folder.storyboard, production.folder.keyframes()
    earlier = {board.shot: board for board in (Storyboard.read(path) if path.exists() else Storyboard()).boards}
    drawn = [shot for shot in shots if shot.picture.kind == "scene"]
    boards, orders = _boards(drawn, earlier, (engine, video), preset, store)
    faults = _draw(orders, production)
    for shot, why in sorted(faults.items()):
        production.reporter.warn(f"shot {shot}: no keyframe could be drawn: {why}")
    write_if_changed(path, Storyboard(boards=tuple(boards)).to_json())
    return {board.shot: _ends(board, store) for board in boards}


def _boards(
    shots: Sequence[Shot],
    earlier: Mapping[str, Board],
    engines: tuple[KeyframeFacts, EngineFacts],
    preset: Preset,
    store: MediaStore[Keyframe],
) -> tuple[list[Board], list[KeyframeOrder]]:
    """Return a board for each of `shots`, and the orders of what is on them and not in `store`."""
    image, video = engines
    boards, missing = [], dict[str, KeyframeOrder]()
    for shot in shots:
        before = earlier.get(shot.id, Board(shot=shot.id))
        if before.locked and all(store.find(key) for key in (before.first, before.last) if key):
            boards.append(before)
            continue
        first, last = (order_keyframe(shot, Fraction(at), image, preset.picture, before.redraw) for at in (0, 1))
        wanted = (first, last) if video.capabilities.last_frame else (first,)
        missing |= {order.key: order for order in wanted if store.find(order.key) is None}
        boards.append(before.changed(first=first.key, last=last.key if len(wanted) == 2 else None))
    return boards, list(missing.values())


def _draw(orders: Sequence[KeyframeOrder], production: Production) -> dict[str, str]:
    """Have `orders` drawn; return why what was not drawn was not, by the shot."""
    reporter, faults = production.reporter, dict[str, str]()
    shown = {order.key: order.shot for order in orders}

    def on_done(done: Done) -> None:
        reporter.advance()
        if not done.made:
            faults[shown[done.key]] = done.errors[-1] if done.errors else "lost"

    reporter.begin("keyframes", len(orders))
    if orders:
        production.crew.draw(orders, production.folder.keyframes().folder, on_done, production.gate)
    production.gate.check()
    reporter.end(f"{len(orders) - len(faults)} keyframes drawn")
    return faults


def _ends(board: Board, store: MediaStore[Keyframe]) -> Ends:
    """Return the pictures of `board` that are there, as path and SHA-256."""
    found = [store.find(key) if key else None for key in (board.first, board.last)]
    first, last = ((str(store.file(one.key)), one.sha256) if one else None for one in found)
    return first, last
