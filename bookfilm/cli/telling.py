"""What a finished run and a film's status look like on paper and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bookfilm.jobs.estimate import Range
from bookfilm.jobs.spending import Spending
from bookfilm.jobs.status import FilmStatus
from bookfilm.pipeline.cleaning import Cleaned
from bookfilm.pipeline.making import FilmMade
from bookfilm.records.translation import Translation
from bookfilm.store.folder import FilmFolder


def said_of(made: FilmMade) -> dict[str, Any]:
    """Return what `--json` prints of a finished run."""
    return {
        "folder": str(made.folder),
        "reached": made.reached,
        "film": made.film,
        "shots": made.shots,
        "slates": list(made.slates),
        "film_s": made.film_s,
        "runtime_missed_s": made.runtime_missed_s,
        "stage_s": made.stage_s,
    }


def told_film(made: FilmMade) -> Iterator[str]:
    """Yield what is told of a finished run, line by line."""
    if made.reached == "film":
        yield f"{made.folder / made.film}: {int(made.film_s // 60)} min {made.film_s % 60:.0f} s, {made.shots} shots"
    else:
        yield f"{made.folder}: done as far as {made.reached}"
    if made.slates:
        yield f"{len(made.slates)} slates stand in for shots that could not be rendered: {', '.join(made.slates[:8])}"


def said_of_translation(folder: FilmFolder, laid: Translation) -> dict[str, Any]:
    """Return what `--json` prints of a translation: how many of its lines, and of its other words, are done."""
    return {
        "translation": str(folder.translation(laid.language)),
        "lines": len(laid.lines),
        "translated": sum(bool(line.text.strip()) for line in laid.lines),
        "words": len(laid.words),
        "words_translated": sum(bool(words.text.strip()) for words in laid.words),
    }


def told_translation(folder: FilmFolder, laid: Translation) -> str:
    """Return the same in a line."""
    said = said_of_translation(folder, laid)
    lines, words = (
        f"{said[done]} of {said[all_]}" for done, all_ in (("translated", "lines"), ("words_translated", "words"))
    )
    return f"{said['translation']}: {lines} lines, {words} titles and names are translated"


def told_status(found: FilmStatus) -> Iterator[str]:
    """Yield how far a film is, line by line."""
    shots = ", ".join(f"{count} {state}" for state, count in sorted(found.shots.items())) or "none yet"
    yield f"{found.title}: {found.state}"
    yield f"  shots      {shots}"
    yield f"  takes      {found.takes} in the store, {found.recordings} recordings, {found.attempts} attempts"
    if found.spending is not None and (found.spending.gpu_h or found.spending.estimated_gpu_h):
        yield f"  spent      {told_spending(found.spending)}"
    yield f"  film       {found.film or 'not yet'}"
    if found.dashboard:
        yield f"  dashboard  {found.dashboard}"
    for line in found.flagged[:8]:
        yield f"  flagged    {line}"
    if len(found.flagged) > 8:
        yield f"  flagged    and {len(found.flagged) - 8} more; the report shows them"
    for line in (*((found.error,) if found.error else ()), *found.failures[-5:]):
        yield f"  error      {line}"


def told_spending(spent: Spending) -> str:
    """Return what a film has cost, and beside its estimate what its takes have, in a line."""
    hours = f"{spent.gpu_h:.2f} GPU-hours{_beside(spent.gpu_h, spent.takes_gpu_h, spent.estimated_gpu_h)}"
    money = f"{spent.usd:.2f} USD{_beside(spent.usd, spent.takes_usd, spent.estimated_usd)}"
    return f"{hours}, {money}" if spent.usd else hours


def told_in_a_line(found: FilmStatus) -> str:
    """Return how far a film is in one line, for who watches it."""
    shots = ", ".join(f"{count} {state}" for state, count in sorted(found.shots.items())) or "no shots yet"
    spent = f"; {told_spending(found.spending)}" if found.spending is not None and found.spending.gpu_h else ""
    failed = f"; {len(found.failures)} attempts failed" if found.failures else ""
    return f"{found.state}: {shots}{failed}{spent}"


def _beside(whole: float, takes: float, estimated: Range | None) -> str:
    """Return what was estimated of the takes, which are named where something else has cost as well."""
    if estimated is None:
        return ""
    of_it = f", the takes {takes:.2f}" if f"{whole:.2f}" != f"{takes:.2f}" else ""
    return f"{of_it} (estimated {estimated.expected:.2f}: {estimated.low:.2f} to {estimated.high:.2f})"


def told_cleaned(cleaned: Cleaned, only_told: bool) -> str:
    """Return what was dropped, or would be, in a line."""
    what = f"{cleaned.takes} takes, {cleaned.transitions} transitions and {cleaned.recordings} recordings"
    verb = "would be dropped" if only_told else "dropped"
    return f"{what} {verb} ({cleaned.bytes / 1e6:.1f} MB), {cleaned.kept} are in use"
