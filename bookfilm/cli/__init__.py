"""The command line: `bookfilm make | adapt | render | translate | stitch | status | inspect | doctor`.

    commands   the commands and their options
    progress   what a person, or a log, sees of the work
    inspecting an inspection, line by line
    doctor     what this machine has and lacks
    options    what several commands share
    estimating what a film will take
    watching   how far a film is
    queueing   submit and work
    farming    what is asked of a job: pause, limit, skip
    keyframing keyframes: list, redraw, lock
    serving    serve: films over HTTP
    training   lessons and train: a LoRA from pictures

Nothing heavy is imported before a command needs it: `bookfilm --help` answers at once.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code: 0 done, 1 failed, 2 bad input or usage, 3 done with slates."""
    from bookfilm.cli.commands import run

    run()
