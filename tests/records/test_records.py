"""Every record: it reads back as it was written, and what is wrong with one is said in one line that names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import RecordError
from bookfilm.records.base import Record, canonical_json, content_key, seed_of
from bookfilm.records.book import Book
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Recording, Take
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline

FOLDER = Path(__file__).parent / "folders" / "1"
FILES: dict[str, type[Record]] = {
    "book.json": Book,
    "screenplay.json": Screenplay,
    "coverage.json": Coverage,
    "timeline.json": Timeline,
    "cut.json": Cut,
    "shots.jsonl": Shot,
    "takes/*.json": Take,
    "speech/*.json": Recording,
}


def bodies(pattern: str) -> list[dict[str, Any]]:
    path = next(iter(sorted(FOLDER.glob(pattern))))
    text = path.read_text(encoding="utf8")
    return [json.loads(row) for row in text.splitlines()] if path.suffix == ".jsonl" else [json.loads(text)]


each_record = pytest.mark.parametrize(
    ("pattern", "kind"), FILES.items(), ids=lambda value: getattr(value, "SCHEMA", "")
)


@each_record
def test_a_record_reads_back_as_it_was_written(pattern: str, kind: type[Record]) -> None:
    for body in bodies(pattern):
        record = kind.from_body(body)
        assert kind.from_json(record.to_json()) == record
        assert kind.from_json(record.to_json().encode()).to_json() == record.to_json()
        assert record.to_json().endswith("}\n")
        assert next(iter(json.loads(record.to_json()))) == "schema"


@each_record
def test_an_unknown_field_is_refused_by_name(pattern: str, kind: type[Record], tmp_path: Path) -> None:
    said = refused(kind, {**bodies(pattern)[0], "colour_of_shoes": "red"}, tmp_path)
    assert "colour_of_shoes" in said


@each_record
def test_a_newer_version_is_refused_by_name(pattern: str, kind: type[Record], tmp_path: Path) -> None:
    said = refused(kind, {**bodies(pattern)[0], "schema": kind.SCHEMA.partition("/")[0] + "/99"}, tmp_path)
    assert "newer" in said
    assert "/99" in said


@each_record
@pytest.mark.parametrize("schema", ["bookfilm.shoes/1", "", None, 1, "bookfilm.book", "bookfilm.book/one"])
def test_another_schema_is_refused_by_name(pattern: str, kind: type[Record], schema: Any, tmp_path: Path) -> None:
    assert kind.SCHEMA in refused(kind, {**bodies(pattern)[0], "schema": schema}, tmp_path)


@each_record
def test_a_version_that_nobody_can_read_any_more_is_refused(pattern: str, kind: type[Record], tmp_path: Path) -> None:
    said = refused(kind, {**bodies(pattern)[0], "schema": kind.SCHEMA.partition("/")[0] + "/0"}, tmp_path)
    assert "version 0" in said


@each_record
def test_a_field_that_is_missing_is_named(pattern: str, kind: type[Record], tmp_path: Path) -> None:
    needed = next((name for name, field in kind.model_fields.items() if field.is_required()), None)
    if needed is None:
        return
    body = bodies(pattern)[0]
    del body[needed]
    assert needed in refused(kind, body, tmp_path)


def refused(kind: type[Record], body: Any, folder: Path) -> str:
    path = folder / "a record.json"
    path.write_text(json.dumps(body), encoding="utf8")
    with pytest.raises(RecordError) as fault:
        kind.read(path)
    said = str(fault.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"a"', b"\xff\xfe{}", b"{}"])
def test_what_is_no_record_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"cut\.json"):
        Cut.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"cut\.json: No such file"):
        Cut.read(tmp_path / "cut.json")


def test_records_are_frozen_and_changed_ones_are_validated() -> None:
    choice = Choice(shot="a", take="b")
    with pytest.raises(ValueError):
        setattr(choice, "take", "c")  # noqa: B010 - mypy would refuse what is tested here
    assert choice.changed(locked=True) == Choice(shot="a", take="b", locked=True)
    with pytest.raises(ValueError):
        choice.changed(lokced=True)
    with pytest.raises(ValueError):
        FrameRate().changed(num=0)


def test_a_span_runs_forward() -> None:
    with pytest.raises(RecordError, match="forward"):
        Coverage.from_body(
            {"schema": Coverage.SCHEMA, "paragraphs": [{"source": [5, 2], "status": "cut", "why": "length"}]}
        )


# --- the form that is hashed: it must be the same tomorrow -------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON)
def test_canonical_json_says_the_same_thing(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert content_key("a", value) == content_key("a", dict(reversed(value.items())))


def test_keys_and_seeds_are_those_of_yesterday() -> None:
    value = {"b": [1, 2.5, None, True], "a": "тень – shadow", "c": {"z": 1, "y": ""}}
    golden = '{"a":"тень – shadow","b":[1,2.5,null,true],"c":{"y":"","z":1}}'
    assert canonical_json(value) == golden.encode()
    assert content_key("take", value) == "cf17526b5d3624cb73290ecbfef3a858cc923bc3"
    assert content_key("speech", value) != content_key("take", value)
    assert seed_of("cf17526b5d3624cb73290ecbfef3a858cc923bc3") == 1029114490
    assert content_key("take", FrameRate(num=24)) == content_key("take", {"num": 24, "den": 1})


def test_what_has_no_one_form_is_not_hashed() -> None:
    with pytest.raises(ValueError):
        canonical_json({"a": float("nan")})


@given(st.text())
def test_seeds_are_within_31_bits(key: str) -> None:
    assert 0 <= seed_of("".join(c for c in key if not "\ud800" <= c <= "\udfff")) < 2**31
