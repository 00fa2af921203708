"""A farm where everything goes wrong: is the film the same, is no shot lost, is nothing made more often than it must?

A film of at least four hundred short shots is made on a cluster of several nodes, its takes in a bucket and its
ledger in PostgreSQL: once undisturbed; then, for each seed, with every fault of `benchmarks.faults` at moments and on
victims that the seed draws. A driver that ends with an error is started again, as a Kubernetes Job would. What lies
in the folder, the bucket and the ledger in the end is audited whole, and so is each render that the replicas' own log
lines tell of (`benchmarks.renders`). The table of faults, what they struck and how soon the next take was finished is
printed and kept in `benchmarks/results` after each seed.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from benchmarks.audit import Audit, audited
from benchmarks.faults import FAULTS, Scene
from benchmarks.figures import Figure, Result
from benchmarks.nodes import Nodes
from benchmarks.postgres import PostgresServer, programs
from benchmarks.renders import NOTHING, Account, account_of, read_renders
from benchmarks.s3 import S3Server, installed
from benchmarks.tale import write_tale
from bookfilm.logs import LOG
from bookfilm.store.bucket.address import TAKES_URL, read_address
from bookfilm.store.bucket.objects import Objects
from bookfilm.store.ledger import LEDGER_URL

WORDS = 2_900
LEAST_SHOTS = 400
NODES = 2
GAP_S = (3.0, 9.0)
"""Between two faults."""
ANYWHERE = 3
"""So many faults strike without a look at how far the film is."""
LAST = 0.75
"""None waits for more than this share of the takes: it is to strike before all are made."""
HUNG_S = 240.0
"""Without anything new in the folder for so long, a run hangs: Ray's own patience with a silent node is one minute."""
MOST_RUNS = 40
CALM_S = 900.0
"""Longer the film without faults may not take."""
LIMIT_S = 1200.0
"""The film without faults and one seed are to be through by then."""
ENDS_S = 10.0
"""A driver that ends with an error lets go of what is under way so long before its process is gone, at most."""
DISK_MB = 1_500
"""The film's sound alone, while it is mixed, is some four hundred."""
RESULTS = Path(__file__).parent / "results"
OPTIONS = ("--size", "256x144", "--rate", "12", "--right", "public domain", "--json")


@dataclass
class Struck:
    """A fault: when it struck (seconds into the run), what, and how long until the next take was finished."""

    fault: str
    at_s: float
    what: str
    recovered_s: float | None = None


@dataclass
class Disturbed:
    """A film made in spite of everything."""

    seed: int
    wall_s: float
    runs: int
    hung: int
    spared: list[str]
    """Faults that found nothing to strike."""
    audit: Audit
    account: Account
    struck: list[Struck] = field(default_factory=list)


@dataclass
class Farm:
    """Where films are made: a disk that can be full, a ledger and a bucket that can go away."""

    disk: Path
    server: PostgresServer | None = None
    """The ledger's; None for a file in each film's folder."""
    ledger: str | None = None
    """Its URL."""
    s3: S3Server | None = None
    """Where takes lie; None: in the film's folder alone."""

    @property
    def book(self) -> Path:
        return self.disk / "tale.txt"

    def driver(self, out: Path, address: str) -> psutil.Popen:
        """Start a driver that makes the film in `out`, and says what it has to say in a log beside."""
        command = [sys.executable, "-m", "bookfilm", "make", str(self.book), "--out", str(out), "--address", address]
        told = {LEDGER_URL: self.ledger or "", TAKES_URL: self.s3.url if self.s3 else ""}
        with open(f"{out}.log", "ab") as log:  # noqa: PTH123 - beside the folder, which may not be there yet
            return psutil.Popen(
                [*command, *OPTIONS], stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=os.environ | told
            )

    def audited(self, out: Path, spoilt: Sequence[str] = ()) -> Audit:
        """Look at all that there is of the film in `out`."""
        return audited(out, self.ledger, self.bucket(out), spoilt)

    def bucket(self, out: Path) -> Objects | None:
        """Return where the takes of the film in `out` lie, None where that is its folder alone."""
        return Objects(read_address(self.s3.url, {}).below(out.name, "takes")) if self.s3 else None


def chaos(seeds: Sequence[int] = (1,)) -> Result:
    """Make the film undisturbed, and then disturbed once for each of `seeds`."""
    with _farm() as farm:
        farm.book.write_text(write_tale(WORDS, brief=True), encoding="utf8")
        calm, calm_s = _undisturbed(farm, farm.disk / "calm")
        figures = [
            Figure("shots", calm.shots, "", LEAST_SHOTS, "least"),
            Figure("without faults", calm_s, "s"),
        ]
        for seed in seeds:
            disturbed = disturb(farm, farm.disk / f"seed-{seed}", seed, len(calm.takes))
            print(table_of(disturbed), file=sys.stderr, flush=True)
            keep(disturbed, figures_of(disturbed, calm, calm_s))
            figures += figures_of(disturbed, calm, calm_s)
            subprocess.run(["rm", "-rf", str(farm.disk / f"seed-{seed}")], check=True)
    return Result("chaos", figures)


def _undisturbed(farm: Farm, out: Path) -> tuple[Audit, float]:
    """Make the film in `out` without faults; return what lies there, and how long it took (seconds).

    Raises SystemExit where it is not right: nothing could be held against it.
    """
    with Nodes(NODES) as nodes:
        began = time.monotonic()
        driver = farm.driver(out, nodes.address)
        try:
            code: int | None = driver.wait(timeout=CALM_S)
        except psutil.TimeoutExpired:
            driver.kill()
            code = None
        wall_s = time.monotonic() - began
    if code is None:
        raise SystemExit(f"the film without faults was not made in {CALM_S:.0f} s: {_last_line(Path(f'{out}.log'))}")
    if code != 0:
        raise SystemExit(f"the film without faults ended with {code}: {_last_line(Path(f'{out}.log'))}")
    calm = farm.audited(out)
    account = account_of(read_renders(nodes.logs), calm.takes, (), ())
    subprocess.run(["rm", "-rf", str(out)], check=True)
    if wrong := [*calm.wrong, *account.wrong]:
        raise SystemExit(f"the film without faults: {'; '.join(wrong)}")
    return calm, wall_s


def disturb(farm: Farm, out: Path, seed: int, takes: int) -> Disturbed:
    """Make the film of so many `takes` in `out` while everything goes wrong once.

    The first faults strike wherever the film is, starting up included; the others when so many of its takes are made.
    """
    rng = random.Random(f"chaos {seed}")
    plan = rng.sample(sorted(FAULTS), len(FAULTS))
    after = [0.0] * ANYWHERE + sorted(rng.uniform(0, LAST) * takes for _ in range(len(plan) - ANYWHERE))
    struck: list[Struck] = []
    began = time.monotonic()
    with Nodes(NODES) as nodes:
        scene = Scene(nodes, farm.driver(out, nodes.address), out, rng, farm.server, farm.s3, farm.bucket(out))
        runs, hung, done, moved = 1, 0, 0, time.monotonic()
        next_s = time.monotonic() + rng.uniform(*GAP_S)
        while True:
            time.sleep(0.2)
            now, count = time.monotonic(), _finished(out)
            if count != done:
                done, moved = count, now
                _note_recovery(struck, now - began)
            if scene.driver.poll() is not None:
                if scene.driver.returncode == 0 or runs >= MOST_RUNS:
                    break
                if scene.driver.returncode > 0:
                    scene.lost("driver ended", nodes.renderers(), time.time() - ENDS_S, gpus=False)
                scene.driver, runs, moved = farm.driver(out, nodes.address), runs + 1, now
            elif now - moved > HUNG_S:
                hung, moved = hung + 1, now
                scene.driver.kill()
            if plan and now >= next_s and count >= after[len(struck)]:
                what = FAULTS[plan[0]](scene)
                if what is not None:
                    struck.append(Struck(plan.pop(0), round(now - began, 1), what))
                else:
                    plan.append(plan.pop(0))
                moved = time.monotonic()
                next_s = moved + (rng.uniform(*GAP_S) if what is not None else 1.0)
    wall_s = time.monotonic() - began
    found = farm.audited(out, scene.spoilt)
    account = account_of(read_renders(nodes.logs), found.takes, scene.losses, scene.spoilt)
    return Disturbed(seed, wall_s, runs, hung, plan, found, account, struck)


def figures_of(one: Disturbed, calm: Audit, calm_s: float) -> list[Figure]:
    """Return the figures of a disturbed film beside the undisturbed one, which took `calm_s`."""
    name, account = f"seed {one.seed}", one.account
    unexplained = account.why.get(NOTHING, 0)
    return [
        Figure(f"{name}: streams as without faults", int(one.audit.digest == calm.digest), "of 1", 1, "least"),
        Figure(f"{name}: faults of the audit", len(one.audit.wrong), "", 0),
        Figure(f"{name}: kinds of faults struck", len({fault.fault for fault in one.struck}), "", len(FAULTS), "least"),
        Figure(f"{name}: renders", account.begun, "", len(set(one.audit.takes)), "least"),
        Figure(f"{name}: renders too many", account.again, "", account.again - unexplained),
        Figure(f"{name}: faults of the renders", len(account.wrong), "", 0),
        Figure(f"{name}: GPUs lost", account.lost, ""),
        Figure(f"{name}: runs that hung", one.hung, "", 0),
        Figure(f"{name}: runs", one.runs, ""),
        Figure(f"{name}: wall", one.wall_s, "s"),
        Figure(f"{name}: wall, and without faults", one.wall_s + calm_s, "s", LIMIT_S),
    ]


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _finished(out: Path) -> int:
    return sum(1 for kind in ("takes", "speech", "transitions") for _ in (out / kind).glob("[0-9a-f]*.json"))


def _note_recovery(struck: Sequence[Struck], now_s: float) -> None:
    for fault in struck:
        if fault.recovered_s is None and now_s > fault.at_s:
            fault.recovered_s = round(now_s - fault.at_s, 1)


def table_of(one: Disturbed) -> str:
    """Return what was done to a film and what came of it, for a person."""
    account = one.account
    made = f"{account.begun} renders of {len(set(one.audit.takes))} takes, which {one.audit.shots} shots show"
    lines = [f"seed {one.seed}: {one.wall_s:.0f} s, {one.runs} runs, {made}"]
    for fault in one.struck:
        recovered = "-" if fault.recovered_s is None else f"{fault.recovered_s:.1f}"
        lines.append(f"  {fault.at_s:7.1f} s  {fault.fault:16} next take after {recovered:>6} s   {fault.what}")
    lines += [f"  never struck: {fault}" for fault in one.spared]
    lines.append(f"  {account.again} renders more than takes, {account.lost} GPUs lost")
    lines += [f"  {count:7} explained by: {reason}" for reason, count in sorted(account.why.items())]
    return "\n".join([*lines, *(f"  {wrong}" for wrong in (*one.audit.wrong, *account.wrong))])


def keep(one: Disturbed, figures: Sequence[Figure]) -> None:
    """Write what was done to a film and what came of it into `RESULTS`: all of it, and as a table."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"chaos-{one.seed}.json").write_text(json.dumps(asdict(one), indent=1) + "\n", encoding="utf8")
    table = f"{table_of(one)}\n{Result('chaos', list(figures)).table()}\n"
    (RESULTS / f"chaos-{one.seed}.txt").write_text(table, encoding="utf8")


@contextmanager
def _json_logs() -> Iterator[None]:
    """Have all that this process starts write its logs as JSON."""
    before = os.environ.get(LOG)
    os.environ[LOG] = "json"
    try:
        yield
    finally:
        os.environ.pop(LOG)
        if before is not None:
            os.environ[LOG] = before


@contextmanager
def _farm() -> Iterator[Farm]:
    """Give a farm whose disk can be full and whose ledger and bucket can go away, as far as this machine lets it."""
    with ExitStack() as held, _json_logs():
        farm = Farm(Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bookfilm-"))))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(farm.disk)]
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            held.callback(subprocess.run, ["umount", "-l", str(farm.disk)], check=True)
        else:
            print("mounting is refused here: no disk will be full", file=sys.stderr, flush=True)
        if programs() is None:
            print("PostgreSQL is not installed here: the ledger will not go away", file=sys.stderr, flush=True)
        else:
            farm.server = PostgresServer()
            held.callback(farm.server.remove)
            farm.ledger = farm.server.new_database()
        if not installed():
            print("moto is not installed here: no bucket will go away", file=sys.stderr, flush=True)
        else:
            farm.s3 = S3Server()
            held.callback(farm.s3.remove)
        yield farm
