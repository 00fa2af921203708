"""Errors: one line each, an exit code each, and they cross processes whole."""

from __future__ import annotations

import pickle

import pytest

from bookfilm import errors
from bookfilm.errors import BookfilmError

ALL = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, BookfilmError)
]  # fmt: skip


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling_and_prints_as_one_line(kind: type[BookfilmError]) -> None:
    error = kind("the lamp\nwent   out", subject="shot c01-s01-h002")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.message, again.subject) == (error.message, error.subject)
    assert str(error) == str(again) == "shot c01-s01-h002: the lamp went out"
    assert "\n" not in str(error)


def test_without_a_subject_it_is_the_message_alone() -> None:
    assert str(BookfilmError("no")) == "no"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_the_exit_code_is_two_for_bad_input_and_one_for_failed_work(kind: type[BookfilmError]) -> None:
    # Who cancels a job is told what Ctrl-C tells.
    failed = 130 if issubclass(kind, errors.JobCancelled) else 1
    assert kind("x").exit_code == (2 if issubclass(kind, errors.InputError) else failed)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in ALL if kind.__name__ not in errors.__doc__] == []


def test_the_four_exit_codes() -> None:
    assert (errors.EXIT_DONE, errors.EXIT_FAILED, errors.EXIT_INPUT, errors.EXIT_SLATES) == (0, 1, 2, 3)
