"""Traces of a film by OpenTelemetry, from the request that asked for it to the last take.

Off, and free, unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector that takes OTLP over HTTP (and bookfilm[otel] is
installed); OpenTelemetry's other variables hold as its SDK reads them. Between processes goes W3C's trace context
(https://www.w3.org/TR/trace-context/): the text of ``traceparent``, empty where nobody traces.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from bookfilm import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
CALLERS = "TRACEPARENT"
"""The environment variable by which whoever starts a command says within which span he does."""
SEND_EVERY_MS = 1000
"""A worker may be killed at any moment, and takes with it what it has not sent."""
MOST_WAITING = 16_384
LAST_WORDS_MS = 3000
Kind = Literal["internal", "server", "client", "consumer"]
Fact = str | int | float | bool
log = logging.getLogger("bookfilm.tracing")


class Noted:
    """A span that is under way, or (without one) nothing."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def note(self, **facts: Fact) -> None:
        """Note facts of it, as ``bookfilm.NAME``."""
        if self._span is not None:
            self._span.set_attributes(_named(facts))

    def called(self, name: str) -> None:
        """Give it a name that was not known when it began."""
        if self._span is not None:
            self._span.update_name(name)

    def failed(self, error: str) -> None:
        """Say that it failed, and with what."""
        if self._span is not None:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR, error))


_NOTHING: AbstractContextManager[Noted] = nullcontext(Noted())


def span(name: str, parent: str | None = None, kind: Kind = "internal", **facts: Fact) -> AbstractContextManager[Noted]:
    """Give the span `name` for the block, and make it the current one; an exception that leaves the block fails it.

    It is a child of `parent` (a traceparent), or of the current span where that is None; with an empty `parent` there
    is no span: who asked traces nothing.
    """
    provider = None if parent == "" else _provider()
    return _NOTHING if provider is None else _spanned(provider, name, parent, kind, facts)


@contextmanager
def _spanned(
    provider: TracerProvider, name: str, parent: str | None, kind: Kind, facts: dict[str, Fact]
) -> Iterator[Noted]:
    from opentelemetry.trace import SpanKind

    tracer = provider.get_tracer("bookfilm", __version__)
    with tracer.start_as_current_span(
        name,
        context=None if parent is None else _context(parent),
        kind=SpanKind[kind.upper()],
        attributes=_named(facts),
        record_exception=False,
    ) as under_way:
        yield Noted(under_way)


def here() -> str:
    """Return the current span as a traceparent; empty where there is none."""
    if _provider() is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def callers() -> str | None:
    """Return within which span this command was started, by its environment; None where nobody says."""
    return os.environ.get(CALLERS) or None


def send_all() -> None:
    """Send what is noted and not sent yet, as far as that takes no longer than moments: the process may end now."""
    provider = _provider()
    if provider is not None:
        with suppress(Exception):
            provider.force_flush(LAST_WORDS_MS)


def _named(facts: dict[str, Fact]) -> dict[str, Fact]:
    # A name with a dot is OpenTelemetry's own.
    return {name.replace("__", ".") if "__" in name else f"bookfilm.{name}": told for name, told in facts.items()}


def _context(parent: str) -> Any:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent}, Context())


@cache
def _provider() -> TracerProvider | None:
    """Return what this process sends its spans through; None where nobody asks for traces."""
    asked = next((name for name in ENDPOINTS if os.environ.get(name)), None)
    if asked is None or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("%s is set, but nothing here can send traces: pip install 'bookfilm[otel]'", asked)
        return None
    _tell_once()
    said = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    provider = TracerProvider(resource=Resource.create({} if said else {"service.name": "bookfilm"}))
    every = None if "OTEL_BSP_SCHEDULE_DELAY" in os.environ else SEND_EVERY_MS
    most = None if "OTEL_BSP_MAX_QUEUE_SIZE" in os.environ else MOST_WAITING
    timeout = None if any("TIMEOUT" in name for name in os.environ if name.startswith("OTEL_EXPORTER_OTLP")) else 3
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=timeout), most, every))
    return provider


class _Once(logging.Handler):
    """Tells the first of what is logged."""

    told = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self.told:
            self.told = True
            log.warning("traces: %s", record.getMessage().partition("\n")[0])


def _tell_once() -> None:
    """Have one line say that traces cannot be sent: the library says so with each batch, on any terminal."""
    library = logging.getLogger("opentelemetry")
    library.propagate = False
    library.handlers = [_Once(logging.WARNING)]
