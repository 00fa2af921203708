"""The storyboard: the keyframes of all shots and the portraits of all people, drawn at once before anything moves,
approved or drawn anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bookfilm.engines.protocols import KeyframeRequest
from bookfilm.errors import SettingsError
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder, order_keyframe
from bookfilm.picture.requests import Ends, EngineFacts
from bookfilm.pipeline.counting import Waiting, count_failures, count_gpus
from bookfilm.pipeline.crew import Done, Production
from bookfilm.pipeline.portraits import Drawn, list_portraits, portraits_of
from bookfilm.pipeline.shooting import write_done
from bookfilm.records.shots import Shot
from bookfilm.records.storyboard import Board, Storyboard
from bookfilm.records.takes import Keyframe
from bookfilm.settings import Preset
from bookfilm.store.files import write_if_changed
from bookfilm.store.media import MediaStore


def settle_storyboard(shots: Sequence[Shot], preset: Preset, production: Production) -> Drawn:
    """Have the keyframes and portraits drawn that are not there yet, write storyboard.json, and return each shot's.

    Where the preset has no image engine, or the video engine takes no keyframes and judges by no portraits, nothing is
    drawn. Raises SettingsError where the order was to stop at keyframes and there is none to draw them; RecordError for
    a damaged storyboard.
    """
    video, engine = production.crew.video(), production.crew.keyframes()
    takes_ends = video.capabilities.first_frame
    if engine is None or not (takes_ends or _portrays(engine, video)):
        if production.order.until == "keyframes":
            lacks = "names no engine under [keyframes]" if engine is None else f"draws with {video.name}: it takes none"
            raise SettingsError(f"there are no keyframes: the preset {lacks}", subject=preset.name)
        return Drawn()
    path, store = production.folder.storyboard, production.folder.keyframes()
    before = Storyboard.read(path) if path.exists() else Storyboard()
    earlier = {board.shot: board for board in before.boards}
    scenes = [shot for shot in shots if shot.picture.kind == "scene"]
    boards, orders = _boards(scenes if takes_ends else [], earlier, (engine, video), preset, store)
    portraits, wanted = before.portraits, list[KeyframeOrder]()
    if _portrays(engine, video):
        listed, wanted = list_portraits(scenes, before.portraits, engine, preset.picture, store)
        portraits = tuple(listed)
    for order, why in _draw([*wanted, *orders], production):
        what = "keyframe" if isinstance(order.request, KeyframeRequest) else "portrait"
        whose = f"shot {order.shot}" if what == "keyframe" else order.shot
        production.reporter.warn(f"{whose}: no {what} could be drawn: {why}")
    write_if_changed(path, Storyboard(boards=tuple(boards) or before.boards, portraits=portraits).to_json())
    ends = {board.shot: _ends(board, store) for board in boards}
    return Drawn(ends, portraits_of(scenes, portraits, store) if _portrays(engine, video) else {})


def _portrays(engine: KeyframeFacts, video: EngineFacts) -> bool:
    return engine.portraits and video.capabilities.identity_floor is not None


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


def _draw(orders: Sequence[KeyframeOrder], production: Production) -> list[tuple[KeyframeOrder, str]]:
    """Have `orders` drawn; return what was not drawn, in the order in which it was asked for, and why."""
    reporter, faults = production.reporter, dict[str, str]()
    choice = production.preset.keyframes
    engine = choice.engine if choice else ""
    waiting = Waiting("keyframes", len(orders), engine)

    def on_done(done: Done) -> None:
        write_done(production, "keyframe", done)
        waiting.one_left()
        count_failures(done, engine)
        count_gpus(done, engine, choice.replicas.num_gpus if choice else 0.0)
        reporter.advance()
        if not done.made:
            faults[done.key] = done.errors[-1] if done.errors else "lost"

    reporter.begin("keyframes", len(orders))
    if orders:
        production.gate.weigh(choice.replicas.num_gpus if choice else 0.0)
        try:
            production.crew.draw(orders, production.folder.keyframes().folder, on_done, production.gate)
        finally:
            waiting.over()
    production.gate.check()
    reporter.end(f"{len(orders) - len(faults)} stills drawn")
    return [(order, faults[order.key]) for order in orders if order.key in faults]


def _ends(board: Board, store: MediaStore[Keyframe]) -> Ends:
    """Return the pictures of `board` that are there, as path and SHA-256."""
    found = [store.find(key) if key else None for key in (board.first, board.last)]
    first, last = ((str(store.file(one.key)), one.sha256) if one else None for one in found)
    return first, last
