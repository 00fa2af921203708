"""Any server that speaks OpenAI's chat completions: many questions at once, bounded, timed and tried again.

A server is held to the schema by `response_format` of type `json_schema`. Tried again is what may pass: 408, 409, 425,
429, every 5xx, no connection, no whole answer in time. What is wrong for every question (401, 403, 404) stops the
work; what is wrong with one question alone (400, 413, 422) costs that one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from bookfilm.engines.waiting import retry_after_s
from bookfilm.errors import EngineUnavailable
from bookfilm.screenplay.llm.chat import ChatAnswer, ChatRequest, NoAnswer
from bookfilm.screenplay.llm.settings import LlmSettings

if TYPE_CHECKING:
    import openai

_PASSING = frozenset({408, 409, 425, 429})
_NEVER = frozenset({401, 403, 404})
_NO_KEY = "none"
"""Servers of one's own ask for no key, but the client wants to send one."""
_jitter = wait_random_exponential(multiplier=0.5, max=20)


class CallFailed(Exception):
    """One call that failed. `wait_s` is how long the server asked to be left alone."""

    def __init__(self, reason: str, passing: bool, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.wait_s = wait_s


class EndpointModel:
    """The model `settings.model` behind `settings.base_url`."""

    def __init__(self, settings: LlmSettings) -> None:
        try:
            import openai
        except ImportError as error:
            raise EngineUnavailable(
                "needs the openai client: pip install 'bookfilm[remote]'", subject="screenwriter engine llm"
            ) from error
        self._openai = openai
        self._settings = settings
        self.name = f"openai:{settings.model}"

    def ask(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        """Answer all `requests`, `calls_at_once` of them at a time."""
        # In a thread of its own: the caller may be running an event loop in this one.
        with ThreadPoolExecutor(1, "llm-calls") as pool:
            return pool.submit(asyncio.run, self._ask_all(requests)).result()

    async def _ask_all(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        gate = asyncio.Semaphore(self._settings.calls_at_once)
        key = os.environ.get(self._settings.api_key_env) or _NO_KEY
        timeout_s = self._settings.timeout_s
        async with self._openai.AsyncOpenAI(
            api_key=key, base_url=self._settings.base_url, max_retries=0, timeout=timeout_s
        ) as client:
            asked = [asyncio.create_task(self._ask(client, gate, request)) for request in requests]
            try:
                return list(await asyncio.gather(*asked))
            finally:
                # Where one finds that no question can be answered, the others need not find it too.
                for task in asked:
                    task.cancel()

    async def _ask(
        self, client: openai.AsyncOpenAI, gate: asyncio.Semaphore, request: ChatRequest
    ) -> ChatAnswer | NoAnswer:
        tries = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, CallFailed) and error.passing),
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._wait_s,
            reraise=True,
        )
        made = 0
        async with gate:
            try:
                async for attempt in tries:
                    with attempt:
                        made += 1
                        answer = await self._call(client, request)
                return answer.changed(attempts=made)
            except CallFailed as error:
                return NoAnswer(reason=error.reason, attempts=made)

    def _wait_s(self, state: RetryCallState) -> float:
        """Return what the server asked for and a little more, so that not all come back at once; else only that."""
        error = state.outcome.exception() if state.outcome is not None else None
        told = error.wait_s if isinstance(error, CallFailed) else None
        jitter = _jitter(state)
        wait_s = jitter if told is None else told + min(jitter, 1.0)
        return float(min(wait_s, self._settings.longest_wait_s))

    async def _call(self, client: openai.AsyncOpenAI, request: ChatRequest) -> ChatAnswer:
        openai = self._openai
        try:
            # The client's own timeout begins anew with every byte; this one does not.
            async with asyncio.timeout(self._settings.timeout_s):
                said = await client.chat.completions.create(**self._arguments(request))
        except (TimeoutError, openai.APITimeoutError):
            raise CallFailed(f"no answer in {self._settings.timeout_s:g} s", passing=True) from None
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except openai.APIConnectionError:
            raise CallFailed("the connection failed", passing=True) from None
        except (openai.OpenAIError, ValueError):
            raise CallFailed("the server's answer could not be read", passing=True) from None
        return _read(said)

    def _arguments(self, request: ChatRequest) -> dict[str, Any]:
        settings = self._settings
        schema = {"name": "reading", "strict": True, "schema": _without_lengths(request.answer_schema)}
        arguments: dict[str, Any] = {
            "model": settings.model,
            "messages": [message.model_dump() for message in request.messages],
            "response_format": {"type": "json_schema", "json_schema": schema},
            settings.max_tokens_field: request.max_tokens,
        }
        if settings.temperature is not None:
            arguments["temperature"] = settings.temperature
        if settings.extra_body:
            arguments["extra_body"] = settings.extra_body
        return arguments

    def _refused(self, error: openai.APIStatusError) -> Exception:
        status = error.status_code
        if status in _NEVER:
            why = "no such model or address" if status == 404 else f"the key in {self._settings.api_key_env} is refused"
            return EngineUnavailable(f"{why} (HTTP {status})", subject=f"{self.name} at {self._settings.base_url}")
        wait_s = retry_after_s(error.response.headers.get("retry-after"))
        return CallFailed(f"HTTP {status}", passing=status in _PASSING or status >= 500, wait_s=wait_s)


def _read(said: Any) -> ChatAnswer:
    """Return what a completion holds. A body that is none counts as a failed call."""
    try:
        choice, usage = said.choices[0], said.usage
        text, ended, refusal = choice.message.content, choice.finish_reason, choice.message.refusal
    except (AttributeError, IndexError, TypeError):
        raise CallFailed("the server's answer could not be read", passing=True) from None
    if refusal or ended == "content_filter":
        raise CallFailed("the model refused", passing=False)
    if not isinstance(text, str):
        raise CallFailed("the server's answer could not be read", passing=True)
    tokens = (
        {} if usage is None else {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
    )
    return ChatAnswer(text=text, cut_short=ended == "length", **{name: count or 0 for name, count in tokens.items()})


def _without_lengths(schema: Any) -> Any:
    """Return `schema` without maxLength, which OpenAI's strict schemas do not have; lengths are checked afterwards."""
    if isinstance(schema, dict):
        return {name: _without_lengths(part) for name, part in schema.items() if name != "maxLength"}
    return [_without_lengths(part) for part in schema] if isinstance(schema, list) else schema
