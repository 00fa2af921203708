"""Shots become take orders, take orders become a cut: with a slate where no take could be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bookfilm.engines.registry import build_video
from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.pipeline.counting import Waiting, count_failures, count_take
from bookfilm.pipeline.crew import Done, Production, Reporter
from bookfilm.pipeline.errands import begin_errands, note_errands
from bookfilm.pipeline.order import FilmOrder, scenes_asked
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.direction import Direction
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Recording, Take
from bookfilm.records.timeline import Timeline
from bookfilm.settings import PictureSettings, Preset, load_style
from bookfilm.sound.timeline import voices_in
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Attempt, AttemptKind, Ledger
from bookfilm.store.media import MediaStore

SLATE_ENGINE = "shadow"
"""Draws slates whatever the preset's engine is: it needs no GPU, no weights and no network."""


def order_takes(
    shots: Sequence[Shot], timeline: Timeline, recordings: Mapping[str, Recording], engine: EngineFacts, preset: Preset
) -> list[TakeOrder]:
    """Return one order a shot, in film order. Two shots that show the same share a key, and a take."""
    orders = []
    for at, (shot, slot) in enumerate(zip(shots, timeline.slots, strict=True)):
        before, after = timeline.handles(at)
        orders.append(
            order_take(
                shot,
                before + slot.frames + after,
                voices_in(shot, slot, recordings, timeline.rate),
                engine,
                preset.picture,
                preset.encoding,
                # Where the transition into it ends.
                key_frames=(2 * before,) if before else (),
            )
        )
    return orders


def styled_preset(preset: Preset, order: FilmOrder, direction: Direction, engine: EngineFacts, folder: Path) -> Preset:
    """Return `preset` with the style that is asked for: the command's, else the author's, else its own.

    A style that ends in .toml is a file; in `direction` its path begins at the film `folder`. Raises SettingsError
    that names the file and the fault, or lists the engine's styles for one that it does not have.
    """
    style, sheet = order.style or direction.style or preset.picture.style, None
    known = engine.capabilities.styles
    if style.endswith(".toml"):
        if not engine.capabilities.takes_sheets:
            raise SettingsError(f"{engine.name} draws in no style of your own", subject=style)
        path = folder / style if order.style is None and direction.style is not None else Path(style)
        style, sheet = path.stem, load_style(path)
    elif known and style not in known:
        own = ", or a .toml file of your own" if engine.capabilities.takes_sheets else ""
        raise SettingsError(f"no such style; {engine.name} has: {', '.join(known)}{own}", subject=style)
    picture = preset.picture.model_copy(update={"style": style, "sheet": sheet})
    return preset.model_copy(update={"picture": picture})


def choose_takes(
    orders: Sequence[TakeOrder],
    wanted: set[str],
    order: FilmOrder,
    earlier: Cut,
    takes: MediaStore[Take],
    reporter: Reporter,
) -> list[Choice]:
    """Return for each shot the take to be shown, in film order.

    A locked take stays as long as it fits its slot; the lock itself stays in any case, on the take that
    now fits. A shot outside `wanted` (shot ids) keeps the take it has if that fits. Scenes rendered on
    their own (`--scenes`) are locked: the next whole run must not undo them.
    """
    before = {choice.shot: choice for choice in earlier.choices}
    return [
        _choice(take_order, take_order.shot in wanted, order.scenes is not None, before, takes, reporter)
        for take_order in orders
    ]


def _choice(
    order: TakeOrder, wanted: bool, some: bool, before: dict[str, Choice], takes: MediaStore[Take], reporter: Reporter
) -> Choice:
    earlier = before.get(order.shot)
    asked_anew = wanted and some
    if earlier is not None and not earlier.slate and not asked_anew and (earlier.locked or not wanted):
        take = takes.find(earlier.take)
        if take is not None and _fits(take, order):
            return earlier
        if earlier.locked:
            reporter.warn(f"shot {order.shot}: its locked take no longer fits the timeline; it is rendered anew")
    locked = asked_anew or (earlier is not None and earlier.locked)
    return Choice(shot=order.shot, take=order.key, locked=locked)


def earlier_cut(folder: FilmFolder) -> Cut:
    """Return the cut that lies in `folder`, or an empty one; a dub begins with the original's.

    Raises RecordError for one that is damaged.
    """
    of_original = FilmFolder(folder.path).cut
    found = next((path for path in (folder.cut, of_original) if path.exists()), None)
    return Cut.read(found) if found else Cut()


def _fits(take: Take, order: TakeOrder) -> bool:
    request = order.request
    return (take.frames, take.key_frames, take.width, take.height, take.rate) == (
        request.frames,
        order.key_frames,
        request.width,
        request.height,
        request.rate,
    )


def shoot(orders: Sequence[TakeOrder], choices: Sequence[Choice], production: Production) -> Cut:
    """Have every chosen take made that is not in the store yet, and return the cut: slates in, transitions not yet."""
    job, folder, ledger, reporter = production.job, production.folder, production.ledger, production.reporter
    takes = folder.takes()
    missing = _missing(orders, choices, takes)
    kept = {choice.take for choice in choices} - {order.key for order in missing}
    ledger.list_shots(job, [(c.shot, c.take, "done" if c.take in kept else "queued") for c in choices])
    reporter.begin("picture", len(orders))
    shown = _shots_by_take(choices)
    reporter.advance(sum(len(shown[take]) for take in kept))

    begin_errands(production, [order.key for order in missing])
    waiting, video = Waiting("picture", len(missing)), production.preset.video
    film_s = {order.key: float(order.request.rate.seconds(order.request.frames)) for order in missing}

    def on_done(done: Done) -> None:
        write_attempts(ledger, job, "take", done)
        waiting.one_left()
        count_take(done, video.engine, film_s, video.replicas.num_gpus)
        count_failures(done, video.engine)
        note_errands(production, done.key)
        if done.made:
            ledger.settle_take(job, done.key, "done")
        reporter.advance(len(shown.get(done.key, ())))

    if missing:
        try:
            production.crew.shoot(missing, takes.folder, on_done)
        finally:
            waiting.over()
            note_errands(production)
    cut = _with_slates(orders, choices, job, folder, ledger, reporter)
    reporter.end(f"{len(missing)} takes made, {len(kept)} kept")
    return cut


def write_attempts(ledger: Ledger, job: int, kind: AttemptKind, done: Done) -> None:
    """Write each attempt at one thing into the ledger: those that failed, and the one that did not."""
    for error in done.errors:
        ledger.write_attempt(job, Attempt(kind, done.key, done.worker, done.ms, error))
    if done.made:
        ledger.write_attempt(job, Attempt(kind, done.key, done.worker, done.ms))


def _missing(orders: Sequence[TakeOrder], choices: Sequence[Choice], takes: MediaStore[Take]) -> list[TakeOrder]:
    missing: dict[str, TakeOrder] = {}
    for order, choice in zip(orders, choices, strict=True):
        if choice.take == order.key and order.key not in missing and takes.find(order.key) is None:
            missing[order.key] = order
    return list(missing.values())


def _shots_by_take(choices: Sequence[Choice]) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for choice in choices:
        shown.setdefault(choice.take, []).append(choice.shot)
    return shown


def _with_slates(
    orders: Sequence[TakeOrder],
    choices: Sequence[Choice],
    job: int,
    folder: FilmFolder,
    ledger: Ledger,
    reporter: Reporter,
) -> Cut:
    takes = folder.takes()
    settled = []
    for order, choice in zip(orders, choices, strict=True):
        take = takes.find(choice.take)
        if take is not None and take.flags:
            reporter.warn(f"shot {order.shot}: {'; '.join(take.flags)}")
        if take is None:
            slate = _slate(order, takes)
            ledger.settle_take(job, choice.take, "slate")
            reporter.warn(f"shot {order.shot}: no take could be made, a slate stands in for it")
            choice = choice.changed(take=slate.key, slate=True)
        settled.append(choice)
    return Cut(choices=tuple(settled))


def _slate(order: TakeOrder, takes: MediaStore[Take]) -> Take:
    """Make the slate that stands in for `order`: as long as its slot, with the shot's id on it."""
    engine = build_video(SLATE_ENGINE, {})
    setting = order.request.picture.setting
    picture = Picture(
        kind="slate",
        setting=Setting(kind=setting.kind, features=setting.features, hour=setting.hour),
        card=("SLATE", order.shot),
    )
    shot = Shot(id=order.shot, picture=picture)
    request = order.request
    settings = PictureSettings(width=request.width, height=request.height, rate=request.rate)
    facts = EngineFacts(name=engine.name, revision=engine.revision, capabilities=engine.capabilities)
    slate = order_take(shot, request.frames, (), facts, settings, order.encoding, order.key_frames)
    return make_take(engine, slate, takes)


def wanted_shots(shots: Sequence[Shot], scenes: tuple[int, int] | None, folder: Path) -> set[str]:
    """Return the ids of the shots in scenes first to last, counted from 1 in film order; all without `scenes`.

    Raises SettingsError if the film has fewer scenes.
    """
    if scenes is None:
        return {shot.id for shot in shots}
    chosen = scenes_asked(list(dict.fromkeys(shot.scene for shot in shots if shot.scene is not None)), scenes, folder)
    return {shot.id for shot in shots if shot.scene in chosen}
