"""The screenwriter that asks a language model: it reads the book scene by scene over the rules' shoulder.

The rules' adaptation is the draft. What is heard is never the model's: words and sources stay as the rules have
them, letter for letter. Whatever a model does, or fails to do, a finished screenplay comes out.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.metrics import LLM_SCENES
from bookfilm.records.book import Book
from bookfilm.records.screenplay import ModelUse, Screenplay
from bookfilm.screenplay.additions import direct_additions
from bookfilm.screenplay.llm.cache import AnswerCache
from bookfilm.screenplay.llm.calls import Calls, Outcome
from bookfilm.screenplay.llm.chat import ChatAnswer, build_chat_model
from bookfilm.screenplay.llm.checks import Judge, Judged
from bookfilm.screenplay.llm.laying import Reading, count_use, lay_over, read_outcomes
from bookfilm.screenplay.llm.memory import Memory
from bookfilm.screenplay.llm.questions import PROMPTS, ask_about
from bookfilm.screenplay.llm.settings import read_settings
from bookfilm.screenplay.llm.windows import Window, cut_windows
from bookfilm.screenplay.rules import RulesScreenwriter

log = logging.getLogger(__name__)

_LAYING = "1"
"""What changes when the same answers would give another screenplay."""
_NEUTRAL_WEIGHT = 1
_LEANING = 1.5
"""What a step of the model's weight (0 to 3) adds to the rules' (1 to 5)."""


class LlmScreenwriter:
    """Adapts a book by rules and lets a language model improve on it. The same answers give the same bytes."""

    name = "llm"

    def __init__(self, **settings: Any) -> None:
        """`settings` are those of LlmSettings. Raises SettingsError; EngineUnavailable that says what to install."""
        self.settings = read_settings(settings)
        self._rules = RulesScreenwriter(inner_speech=self.settings.inner_speech)
        self._model = build_chat_model(self.settings)
        self._cache = AnswerCache(self.settings.cache_folder())
        parts = (self._rules.revision, f"p{PROMPTS}", f"l{_LAYING}", self._model.name, self.settings.digest())
        self.revision = "+".join(parts)

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        """Turn `book` (whose records point into `text`, book.txt) into a screenplay.

        Raises EngineError that names the book where there is nothing in it to play, and EngineUnavailable where
        the model could not answer anything at all (a wrong key, no such model); everything else ends in flags.
        """
        # What the author adds to the book is none of a model's business: it comes in last.
        direction = request.direction
        request = request.changed(direction=direction.model_copy(update={"insert": ()}))
        weigh = self.settings.rank_beats and request.runtime_s is not None
        adaptation = self._rules.adapt(book, text, request.changed(runtime_s=None) if weigh else request)
        draft = adaptation.screenplay
        windows = cut_windows(draft, book, text, self.settings)
        calls = Calls(self._model, self._cache, self.settings)
        outcomes = self._ask(draft, windows, Judge(draft, text, self.settings.quote_chars), calls, weigh)
        reading = read_outcomes(windows, outcomes)
        if weigh:
            adaptation = self._rules.adapt_leaning(book, text, request, _leanings(windows, outcomes))
        use = self._count(reading, outcomes, calls)
        screenplay = lay_over(adaptation.screenplay, reading, outcomes, direction)
        screenplay = direct_additions(screenplay, direction)
        return adaptation.changed(screenplay=screenplay.changed(writer=f"{self.name}/{self.revision}", model_use=use))

    def _ask(
        self, draft: Screenplay, windows: Sequence[Window], judge: Judge, calls: Calls, weigh: bool
    ) -> list[Outcome]:
        """Ask about all windows, batch by batch: each batch knows what was accepted of those before it."""
        memory = Memory(draft, self.settings.memory_chars)
        outcomes: list[Outcome] = []
        for start in range(0, len(windows), self.settings.batch):
            batch = windows[start : start + self.settings.batch]
            requests = [ask_about(window, draft, memory, self.settings, weigh) for window in batch]

            def judged(number: int, answer: ChatAnswer, batch: Sequence[Window] = batch) -> Judged:
                return judge.judge(batch[number], answer.text, answer.cut_short)

            heard = calls.ask(requests, judged)
            memory.add(batch, [outcome.revision for outcome in heard])
            outcomes += heard
        return outcomes

    def _count(self, reading: Reading, outcomes: Sequence[Outcome], calls: Calls) -> ModelUse:
        usd = sum(self.settings.usd(o.prompt_tokens, o.completion_tokens) for o in outcomes)
        use = count_use(ModelUse(model=self._model.name, prompts=PROMPTS), reading, outcomes, usd)
        for outcome, count in (("revised", use.revised), ("mended", use.mended), ("dropped", use.dropped)):
            LLM_SCENES.inc(count, outcome=outcome)
        log.info("%s: %s; this run: %s", self._model.name, use.model_dump_json(), calls.tally)
        return use


def _leanings(windows: Sequence[Window], outcomes: Sequence[Outcome]) -> dict[int, float]:
    """Return what the model's weights add to the rules', by where each paragraph starts in book.txt."""
    found: dict[int, float] = {}
    for window, outcome in zip(windows, outcomes, strict=True):
        weights = outcome.revision.weights if outcome.revision is not None else ()
        for shown, weight in zip(window.beats, weights, strict=False):
            if weight is not None:
                found[shown.source[0]] = _LEANING * (weight - _NEUTRAL_WEIGHT)
    return found
