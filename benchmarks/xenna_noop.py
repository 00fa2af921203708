"""No-op shots through Xenna: run by its own interpreter, which has none of our packages (`benchmarks.rivals`).

`python xenna_noop.py SHOTS WORKERS PASSES` prints a line of JSON: for each pass the seconds of a pipeline of so many
shots, and of one with a shot a worker, which is what starting it takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

import psutil
import ray
from cosmos_xenna.pipelines import v1 as xenna


class Nothing(xenna.Stage):  # type: ignore[misc]  # Xenna is not there where this is checked
    """Gives back the key of each shot."""

    @property
    def required_resources(self) -> Any:
        """Return what a worker takes."""
        return xenna.Resources(cpus=1.0)

    def process_data(self, shots: list[Any]) -> list[Any]:
        """Return the keys of `shots`."""
        return [shot["key"] for shot in shots]


def run(shots: int, workers: int) -> float:
    """Return how many seconds a pipeline of so many shots takes."""
    config = xenna.PipelineConfig(
        execution_mode=xenna.ExecutionMode.STREAMING,
        return_last_stage_outputs=True,
        logging_interval_s=3600.0,
        actor_pool_verbosity_level=xenna.VerbosityLevel.NONE,
        monitoring_verbosity_level=xenna.VerbosityLevel.NONE,
        mode_specific=xenna.StreamingSpecificSpec(executor_verbosity_level=xenna.VerbosityLevel.NONE),
    )
    rows = [{"key": f"s{number:06}", "seconds": 0.0} for number in range(shots)]
    stage = xenna.StageSpec(Nothing(), num_workers=workers)
    began = time.monotonic()
    made = xenna.run_pipeline(xenna.PipelineSpec(input_data=rows, stages=[stage], config=config))
    took_s = time.monotonic() - began
    if sorted(made or []) != [row["key"] for row in rows]:
        raise SystemExit(f"Xenna gave back {len(made or [])} of {shots} shots")
    return took_s


def main() -> None:
    """Make all passes."""
    shots, workers, passes = map(int, sys.argv[1:])
    # As its own start would have it: it asks the dashboard for more actors than Ray gives by default.
    os.environ |= {"RAY_MAX_LIMIT_FROM_API_SERVER": "40000", "RAY_MAX_LIMIT_FROM_DATA_SOURCE": "40000"}
    context: Any = ray.init(address="local", num_cpus=workers + 8, include_dashboard=True, log_to_driver=False)
    os.environ["RAY_ADDRESS"] = context.address_info["gcs_address"]
    told = [(run(shots, workers), run(workers, workers)) for _ in range(1 + passes)]
    family = psutil.Process().children(recursive=True)
    ray.shutdown()
    # Its monitors belong to no job, and would outlive the cluster.
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    print(json.dumps(told[1:]))


if __name__ == "__main__":
    main()
