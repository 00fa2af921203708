"""The metrics this project exports, in one list, for prometheus-client in the driver.

Ray's own metrics cover its actors; these count what a studio asks: takes, their seconds, retries.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

TAKES = Counter("bookfilm_takes", "Takes finished, by engine and outcome", ["engine", "outcome"], registry=REGISTRY)
TAKE_SECONDS = Histogram(
    "bookfilm_take_seconds",
    "Wall seconds a take",
    ["engine"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900),
    registry=REGISTRY,
)
FILM_SECONDS = Counter("bookfilm_film_seconds", "Seconds of film rendered", ["engine"], registry=REGISTRY)
RETRIES = Counter("bookfilm_retries", "Attempts beyond the first, by error", ["error"], registry=REGISTRY)
QUEUE = Gauge("bookfilm_queue", "Things still to be made, by stage", ["stage"], registry=REGISTRY)
STAGE_SECONDS = Gauge("bookfilm_stage_seconds", "Wall seconds of the last run, by stage", ["stage"], registry=REGISTRY)

LLM_CALLS = Counter("bookfilm_llm_calls", "Questions to a language model, by outcome", ["outcome"], registry=REGISTRY)
LLM_TOKENS = Counter("bookfilm_llm_tokens", "Tokens read and written in this process", ["kind"], registry=REGISTRY)
LLM_USD = Counter("bookfilm_llm_usd", "What those tokens cost at the preset's prices", registry=REGISTRY)
LLM_SCENES = Counter("bookfilm_llm_scenes", "Scenes that were asked about, by outcome", ["outcome"], registry=REGISTRY)
