"""Calls: what is asked, within the budget; what was answered before, out of the cache; what is asked once more.

Whether a window is asked about depends on the book, the settings and the answers alone, never on whether an answer
came from the cache or from the model: so that the same book gives the same screenplay, paid for or not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bookfilm.metrics import LLM_CALLS, LLM_TOKENS, LLM_USD
from bookfilm.screenplay.llm.cache import AnswerCache
from bookfilm.screenplay.llm.chat import ChatAnswer, ChatModel, ChatRequest, NoAnswer
from bookfilm.screenplay.llm.checks import Judged, Revision
from bookfilm.screenplay.llm.questions import ask_again
from bookfilm.screenplay.llm.settings import LlmSettings

log = logging.getLogger(__name__)

CHARS_A_TOKEN = 3
"""A low guess, so that a budget is not overrun: English has about four, Russian about three."""

JudgeAnswer = Callable[[int, ChatAnswer], Judged]
"""Judges the answer to the request of that number."""


@dataclass(frozen=True)
class Outcome:
    """What came of one question. `faults` hold the reason where `revision` is None."""

    revision: Revision | None
    faults: tuple[str, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0


_NOTHING_YET = Judged(None, ("no answer",))


@dataclass
class _Try:
    """A question that is being asked: the best answer so far, and what all of them cost."""

    number: int
    request: ChatRequest
    best: ChatAnswer | None = None
    judged: Judged = _NOTHING_YET
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def hear(self, answer: ChatAnswer, judged: Judged) -> None:
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        if self.best is None or _worth(judged) > _worth(self.judged):
            self.best, self.judged = answer, judged

    def outcome(self) -> Outcome:
        judged = self.judged
        return Outcome(judged.revision, judged.faults, self.prompt_tokens, self.completion_tokens)


def _worth(judged: Judged) -> tuple[bool, int]:
    return judged.revision is not None, -len(judged.faults)


@dataclass
class Tally:
    """What differs from run to run, for the log."""

    calls: int = 0
    retries: int = 0
    cached: int = 0
    unanswered: int = 0


@dataclass
class Calls:
    """Asks `model` about one book. One for each book: it holds what was spent on it."""

    model: ChatModel
    cache: AnswerCache
    settings: LlmSettings
    tally: Tally = field(default_factory=Tally)
    _tokens: int = 0
    _usd: float = 0.0
    _in_a_row: int = 0
    _stopped: str = ""

    def ask(self, requests: Sequence[ChatRequest], judge: JudgeAnswer) -> list[Outcome]:
        """Return what came of each of `requests`, which are of one batch and in the book's order."""
        allowed = self._within_budget(requests)
        tries = [_Try(number, request) for number, request in enumerate(requests[:allowed])]
        pending = [attempt for attempt in tries if not self._from_cache(attempt, judge)]
        self._hear(pending, [attempt.request for attempt in pending], judge)
        for _ in range(self.settings.reasks):
            faulty = [t for t in pending if t.best is not None and t.judged.faults and not t.best.cut_short]
            self._hear(faulty, [_again(attempt) for attempt in faulty], judge)
        for attempt in pending:
            if attempt.judged.revision is not None and attempt.best is not None:
                # One answer stands for all that were needed to get it, and costs what they cost together.
                tokens = {"prompt_tokens": attempt.prompt_tokens, "completion_tokens": attempt.completion_tokens}
                self.cache.keep(attempt.request.key(self.model.name), attempt.best.changed(attempts=1, **tokens))
        outcomes = [attempt.outcome() for attempt in tries]
        for outcome in outcomes:
            self._spend(outcome)
        return outcomes + [Outcome(None, (self._stopped,))] * (len(requests) - allowed)

    def _within_budget(self, requests: Sequence[ChatRequest]) -> int:
        """Return how many of `requests` may be asked; the first that may not stops the rest of the book."""
        if self._in_a_row >= self.settings.give_up_after and not self._stopped:
            self._stopped = f"the model was given up after {self._in_a_row} calls without an answer"
            log.warning("%s: %s", self.model.name, self._stopped)
        tokens, usd = self._tokens, self._usd
        for number, request in enumerate(requests):
            guessed = request.chars() // CHARS_A_TOKEN
            tokens += guessed + request.max_tokens
            usd += self.settings.usd(guessed, request.max_tokens)
            most_tokens, most_usd = self.settings.budget_tokens, self.settings.budget_usd
            if (most_tokens is not None and tokens > most_tokens) or (most_usd is not None and usd > most_usd):
                self._stopped = self._stopped or "the budget is spent"
            if self._stopped:
                return number
        return len(requests)

    def _from_cache(self, attempt: _Try, judge: JudgeAnswer) -> bool:
        kept = self.cache.find(attempt.request.key(self.model.name))
        if kept is None:
            return False
        judged = judge(attempt.number, kept)
        if judged.revision is None:
            return False
        attempt.hear(kept, judged)
        self.tally.cached += 1
        LLM_CALLS.inc(outcome="cached")
        return True

    def _hear(self, tries: Sequence[_Try], requests: Sequence[ChatRequest], judge: JudgeAnswer) -> None:
        if not tries:
            return
        for attempt, answer in zip(tries, self.model.ask(requests), strict=True):
            self._count(answer)
            if isinstance(answer, ChatAnswer):
                attempt.hear(answer, judge(attempt.number, answer))
            elif attempt.best is None:
                attempt.judged = Judged(None, (answer.reason,))

    def _count(self, answer: ChatAnswer | NoAnswer) -> None:
        self.tally.calls += 1
        self.tally.retries += answer.attempts - 1
        LLM_CALLS.inc(answer.attempts - 1, outcome="retried")
        if isinstance(answer, NoAnswer):
            self.tally.unanswered += 1
            self._in_a_row += 1
            LLM_CALLS.inc(outcome="unanswered")
            return
        self._in_a_row = 0
        LLM_CALLS.inc(outcome="answered")
        LLM_TOKENS.inc(answer.prompt_tokens, kind="prompt")
        LLM_TOKENS.inc(answer.completion_tokens, kind="completion")
        LLM_USD.inc(self.settings.usd(answer.prompt_tokens, answer.completion_tokens))

    def _spend(self, outcome: Outcome) -> None:
        self._tokens += outcome.prompt_tokens + outcome.completion_tokens
        self._usd += self.settings.usd(outcome.prompt_tokens, outcome.completion_tokens)


def _again(attempt: _Try) -> ChatRequest:
    said = attempt.best.text if attempt.best is not None else ""
    return ask_again(attempt.request, said, attempt.judged.faults)
