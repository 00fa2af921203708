"""Shots become take orders, take orders become a cut: with a slate where no take could be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bookfilm.engines.registry import build_video
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.pipeline.counting import Waiting, count_failures, count_take
from bookfilm.pipeline.crew import Done, Production, Reporter
from bookfilm.pipeline.errands import begin_errands, note_errands
from bookfilm.pipeline.order import FilmOrder, scenes_asked
from bookfilm.pipeline.portraits import Drawn
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Recording, Take
from bookfilm.records.timeline import Timeline
from bookfilm.settings import PictureSettings, Preset
from bookfilm.sound.timeline import voices_in
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Attempt, AttemptKind, ShotState
from bookfilm.store.media import MediaStore

SLATE_ENGINE = "shadow"
"""Draws slates whatever the preset's engine is: it needs no GPU, no weights and no network."""
SLATE_WORDS = 120
"""How much of an error is on a slate, in characters of text; the ledger has all of it."""
SKIPPED = "skipped"
UNHEARD = "unheard"
"""The name of a worker whose answer came to nobody, as its driver was killed."""
LOOKS_AGAIN = 2


def order_takes(
    shots: Sequence[Shot],
    timeline: Timeline,
    recordings: Mapping[str, Recording],
    engine: EngineFacts,
    preset: Preset,
    drawn: Drawn | None = None,
) -> list[TakeOrder]:
    """Return one order a shot, in film order; `drawn` are the shots' keyframes and portraits.

    Two shots that show the same share a key, and a take.
    """
    orders, drawn = [], drawn or Drawn()
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
                ends=drawn.ends.get(shot.id, (None, None)),
                portraits=drawn.portraits.get(shot.id, ()),
            )
        )
    return orders


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
    earlier = _unskipped(before.get(order.shot))
    asked_anew = wanted and some
    if earlier is not None and not earlier.slate and not asked_anew and (earlier.locked or not wanted):
        take = takes.find(earlier.take)
        if take is not None and _fits(take, order):
            return earlier
        if earlier.locked:
            reporter.warn(f"shot {order.shot}: its locked take no longer fits the timeline; it is rendered anew")
    locked = asked_anew or (earlier is not None and earlier.locked)
    return Choice(shot=order.shot, take=order.key, locked=locked)


def _unskipped(earlier: Choice | None) -> Choice | None:
    """Return a skipped shot's choice as it was before; whether it is skipped still is seen once all takes are made."""
    if earlier is None or not earlier.slate or earlier.instead is None:
        return earlier
    return earlier.changed(take=earlier.instead, instead=None, slate=False)


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
    """Have every chosen take made that is not in the store yet, and return the cut: slates in, transitions not yet.

    Raises JobCancelled or BudgetSpent where the job's gate says so; what is finished stays.
    """
    job, ledger, reporter, gate = production.job, production.ledger, production.reporter, production.gate
    takes = production.folder.takes()
    gate.weigh(production.preset.video.replicas.num_gpus)
    gate.show({choice.shot: choice.take for choice in choices})
    missing = _missing(orders, choices, takes)
    kept = {choice.take for choice in choices} - {order.key for order in missing}
    # Before the list is written: the job may be one that another driver had begun.
    _charge_unheard(production, kept, takes)
    ledger.list_shots(job, [(c.shot, c.take, "done" if c.take in kept else "queued") for c in choices])
    reporter.begin("picture", len(orders))
    reporter.advance(sum(choice.take in kept for choice in choices))
    begin_errands(production, [order.key for order in missing])
    faults, wanted = _shoot_missing(missing, choices, production), len(missing)
    # What the bucket has of them and is not what it should be is discarded, and made again below.
    takes.fetch(kept)
    for _ in range(LOOKS_AGAIN):
        # What was made and lost again meanwhile, as by a disk that fails, is no slate yet.
        gone = [order for order in _missing(orders, choices, takes) if order.key not in faults]
        if not gone:
            break
        begin_errands(production, [order.key for order in gone])
        faults |= _shoot_missing(gone, choices, production)
    while asked := gate.again():
        # Whoever asks for a shot again most often does so after it was given up.
        again = _missing(orders, choices, takes, asked)
        begin_errands(production, [order.key for order in again])
        faults |= _shoot_missing(again, choices, production)
    takes.publish(choice.take for choice in choices)
    cut = _with_slates(orders, choices, faults, production)
    reporter.end(f"{wanted} takes made, {len(kept)} kept")
    return cut


def _shoot_missing(missing: Sequence[TakeOrder], choices: Sequence[Choice], production: Production) -> dict[str, str]:
    """Have `missing` made; return why what was not made was not, by key."""
    reporter, gate = production.reporter, production.gate
    shown = _shots_by_take(choices)
    skipped = gate.opening().skipped
    faults = {order.key: SKIPPED for order in missing if order.key in skipped}
    unheard = {order.key for order in missing}

    video = production.preset.video
    waiting = Waiting("picture", len(missing), video.engine)
    film_s = {order.key: float(order.request.rate.seconds(order.request.frames)) for order in missing}

    def on_done(done: Done) -> None:
        unheard.discard(done.key)
        waiting.one_left()
        count_take(done, video.engine, film_s, video.replicas.num_gpus)
        count_failures(done, video.engine)
        if done.made:
            faults.pop(done.key, None)
            write_done(production, "take", done, "done")
        else:
            faults[done.key] = SKIPPED if done.skipped else (done.errors[-1] if done.errors else "lost")
            write_done(production, "take", done)
        note_errands(production, done.key)
        reporter.advance(len(shown.get(done.key, ())))

    if missing:
        try:
            wanted = [order for order in missing if order.key not in skipped]
            production.crew.shoot(wanted, production.folder.takes(), on_done, gate)
        finally:
            waiting.over()
            note_errands(production)
    gate.check(unfinished=bool(unheard - set(faults)))
    return faults


def _charge_unheard(production: Production, kept: set[str], takes: MediaStore[Take]) -> None:
    """Charge for what of `kept` was finished for a driver that was killed before it heard so."""
    for key in sorted(kept & production.ledger.unheard(production.job)):
        if (take := takes.find(key)) is not None:
            ms = round(take.render_ms / take.batch)
            write_done(production, "take", Done(key=key, worker=UNHEARD, ms=ms, found=True))


def write_done(production: Production, kind: AttemptKind, done: Done, state: ShotState | None = None) -> None:
    """Write all that came of one thing into the ledger at once: each attempt that failed, the one that did not, what
    they cost, and with `state` that of the shots that show it."""
    preset = production.preset
    engine = {"take": preset.video, "recording": preset.voice, "keyframe": preset.keyframes or preset.video}[kind]
    gpus = engine.replicas.num_gpus
    workers = (*done.workers, *(done.worker for _ in done.errors[len(done.workers) :]))
    tried = [
        Attempt(kind, done.key, worker, ms, error, ms / 1000 * gpus)
        for worker, error, ms in zip(workers, done.errors, done.tries_ms(), strict=False)
    ]
    if done.made:
        tried.append(Attempt(kind, done.key, done.worker, done.ms, None, done.ms / 1000 * gpus, done.found))
    if state is None and tried:
        production.ledger.settle(production.job, tried)
    elif state is not None:
        production.ledger.settle(production.job, tried, done.key, state)


def _missing(
    orders: Sequence[TakeOrder], choices: Sequence[Choice], takes: MediaStore[Take], among: frozenset[str] | None = None
) -> list[TakeOrder]:
    """Return the orders of chosen takes that are not in the store, of the shots `among` alone where that is given."""
    found = takes.find_many({choice.take for choice in choices})
    missing: dict[str, TakeOrder] = {}
    for order, choice in zip(orders, choices, strict=True):
        if among is not None and order.shot not in among:
            continue
        if choice.take == order.key and order.key not in missing and order.key not in found:
            missing[order.key] = order
    return list(missing.values())


def _shots_by_take(choices: Sequence[Choice]) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for choice in choices:
        shown.setdefault(choice.take, []).append(choice.shot)
    return shown


def _with_slates(
    orders: Sequence[TakeOrder], choices: Sequence[Choice], faults: Mapping[str, str], production: Production
) -> Cut:
    """Choose a slate for every shot that is skipped, or has no take; `faults` says why, by the take's key."""
    takes, reporter = production.folder.takes(), production.reporter
    settled, marks = [], production.ledger.marks()
    for order, choice in zip(orders, choices, strict=True):
        take = takes.find(choice.take)
        if take is None or marks.get(order.shot) == "skip":
            why = SKIPPED if marks.get(order.shot) == "skip" else faults.get(choice.take, "")
            slate = _slate(order, takes, why)
            skipped = why == SKIPPED
            production.ledger.settle_shots(production.job, [order.shot], "skipped" if skipped else "slate", why or None)
            said = "it is skipped" if skipped else "no take could be made"
            reporter.warn(f"shot {order.shot}: {said}, a slate stands in for it")
            choice = choice.changed(take=slate.key, slate=True, instead=choice.take if take else None)
        elif take.flags:
            reporter.warn(f"shot {order.shot}: {'; '.join(take.flags)}")
        settled.append(choice)
    return Cut(choices=tuple(settled))


def _slate(order: TakeOrder, takes: MediaStore[Take], why: str) -> Take:
    """Make the slate that stands in for `order`: as long as its slot, with the shot's id on it, and why it is there."""
    engine = build_video(SLATE_ENGINE, {})
    setting = order.request.picture.setting
    picture = Picture(
        kind="slate",
        setting=Setting(kind=setting.kind, features=setting.features, hour=setting.hour),
        card=("SLATE", order.shot, *([why[:SLATE_WORDS]] if why else [])),
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
