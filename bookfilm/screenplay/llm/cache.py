"""The cache: answers under the content of their questions, in files of their own, for every film on this machine.

It lies outside the film folders. An engine touches none of their files; an answer belongs to the words that were
asked about, not to the film they were asked for; and a folder that is thrown away does not throw away what was paid.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import ValidationError

from bookfilm.errors import BookfilmError
from bookfilm.screenplay.llm.chat import ChatAnswer
from bookfilm.store.files import write_file

log = logging.getLogger(__name__)


class AnswerCache:
    """Answers by key under `folder`; None keeps nothing. A file that does not read is as good as none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._complained = False

    def find(self, key: str) -> ChatAnswer | None:
        """Return the answer that is kept under `key`."""
        if self._folder is None:
            return None
        try:
            return ChatAnswer.model_validate_json(self._path(self._folder, key).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, key: str, answer: ChatAnswer) -> None:
        """Keep `answer`. Where that fails the work goes on, and the log says so once."""
        if self._folder is None:
            return
        try:
            write_file(self._path(self._folder, key), answer.model_dump_json())
        except BookfilmError as error:
            if not self._complained:
                log.warning("answers cannot be kept, so the same ones will be asked for again: %s", error)
            self._complained = True

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}.json"
