"""How a screenplay is scored against gold quotations, on a page written for the purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quotations import Gold, Heard, match_cast, score_lines
from benchmarks.speakers import read_work, speakers

TEXT = "“Come in,” said Martha.\n\n“I am late,” said Edwin.\n\n“You are,” said Martha.\n"
CAST = [
    {"name": "Martha Reed", "aliases": ["Martha", "Mrs. Reed"]},
    {"name": "Edwin", "aliases": []},
]


def _gold(folder: Path) -> Path:
    work = folder / "en" / "APage"
    work.mkdir(parents=True)
    rows = []
    for words, speaker in (("Come in,", "Martha Reed"), ("I am late,", "Edwin"), ("You are,", "Martha Reed")):
        at = TEXT.index(words)
        rows.append({"spans": [[at, at + len(words)]], "speaker": speaker})
    (work / "book.txt").write_text(TEXT, encoding="utf-8")
    (work / "characters.json").write_text(json.dumps(CAST), encoding="utf-8")
    (work / "quotations.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return work


def test_a_page_is_read_and_scored(tmp_path: Path) -> None:
    work = read_work(_gold(tmp_path))
    assert (work.language, work.name) == ("en", "APage")
    assert work.scores["attribution"] == work.scores["quotation recall"] == work.scores["quotation precision"] == 1.0
    assert work.scores["strangers"] == 0.0


def test_shares_are_counted(tmp_path: Path) -> None:
    gold = Gold.load(_gold(tmp_path))
    first, second, third = gold.spoken
    heard = [
        Heard(first.start, first.end, "martha"),
        Heard(second.start, second.end, "martha"),
        Heard(third.start, third.start + 2, "nobody-known"),
        Heard(0, 1, None),
    ]
    scores = score_lines(heard, {"martha": {"MARTHA"}, "nobody-known": {"Somebody"}}, gold)
    assert scores["attribution"] == pytest.approx(1 / 3)
    assert scores["quotation recall"] == pytest.approx(2 / 3)
    assert scores["quotation precision"] == pytest.approx(3 / 4)
    assert scores["strangers"] == pytest.approx(1 / 4)


def test_a_character_stands_for_who_shares_most_names(tmp_path: Path) -> None:
    gold = Gold.load(_gold(tmp_path))
    names = {"a": {"martha", "MRS REED"}, "b": {"Edwin"}, "c": {"Oswald"}}
    assert match_cast(names, gold) == {"a": "Martha Reed", "b": "Edwin"}


def test_without_gold_it_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKFILM_GOLD", str(tmp_path))
    with pytest.raises(SystemExit, match="no gold annotations"):
        speakers()
