"""`python -m tests.cluster.farm_job FOLDER PRESET SHOTS [ADDRESS]`: a job of many shots without a book.

The real crew shoots it, on the cluster at ADDRESS or on one of its own, with the real ledger and its gate. Only the
stages before the picture are left out, which would take an hour for so many. Each shot is two frames.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

from bookfilm.errors import BookfilmError
from bookfilm.jobs.watching import watched
from bookfilm.picture.requests import order_take
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.shooting import shoot
from bookfilm.records.cut import Choice
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.settings import load_preset
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.store.ledger import PATIENCE_S, open_ledger
from cluster.crew import RayCrew
from cluster.driver import kept_job
from cluster.joining import joined_cluster
from tests.doubles import Notes


def named(number: int) -> str:
    return f"s{number:05}"


def main() -> int:
    path, preset, count = Path(sys.argv[1]), load_preset(sys.argv[2]), int(sys.argv[3])
    address = sys.argv[4] if len(sys.argv) > 4 else None
    order = FilmOrder(preset=sys.argv[2])
    folder = create_folder(path)
    try:
        with held_folder(folder), closing(open_ledger(folder, PATIENCE_S)) as ledger:
            job = ledger.begin_job("", order.model_dump(mode="json"))
            gpus = preset.video.replicas.num_gpus
            with kept_job(ledger, job) as ends, watched(ledger, job, gpus) as gate, joined_cluster(address) as joined:
                crew = RayCrew(preset, joined, folder.work)
                production = Production(order, preset, folder, ledger, job, crew, Notes(), gate)
                shots = [Shot(id=named(number), picture=_picture(number)) for number in range(count)]
                facts = crew.video()
                orders = [order_take(shot, 2, (), facts, preset.picture, preset.encoding) for shot in shots]
                cut = shoot(orders, [Choice(shot=o.shot, take=o.key) for o in orders], production)
                slates = [choice.shot for choice in cut.choices if choice.slate]
                ends(slates)
    except BookfilmError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return error.exit_code
    print(json.dumps({"slates": slates}), flush=True)
    return 3 if slates else 0


def _picture(number: int) -> Picture:
    return Picture(kind="title", setting=Setting(kind="harbour", hour="dusk"), card=(named(number),))


if __name__ == "__main__":
    sys.exit(main())
