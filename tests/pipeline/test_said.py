"""What is heard where a tag is not: the words are the author's, and each sentence ends as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest, Pace
from bookfilm.pipeline.said import as_said
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.shots.plan import plan_shots


def heard(path: Path, told: str) -> tuple[str, str]:
    """Return all that is heard of a story, as the shot list has it and as it is said."""
    path.write_text(told, encoding="utf8")
    book, text = read_book(path)
    pace = Pace(narrator_chars_per_s=15, dialogue_chars_per_s=15)
    screenplay = RulesScreenwriter().adapt(book, text, AdaptRequest(pace=pace)).screenplay
    shots = plan_shots(screenplay)
    said = as_said(shots, screenplay, text)
    as_written, as_heard = (" / ".join(one.text for shot in film for one in shot.heard) for film in (shots, said))
    return as_written, as_heard


RUSSIAN = "Дорога\n\nВечером Пётр вошёл в избу. Марья сидела у печи.\n\n{}\n\n— Тогда сиди, — ответила Марья.\n"
ENGLISH = (
    "The Road\n\nIn the evening Peter came into the kitchen. Mary sat by the stove.\n\n{}\n\n“Then stay,” said Mary.\n"
)


@pytest.mark.parametrize(
    ("story", "reply", "written", "said"),
    [
        (RUSSIAN, "— Знаю, — сказал Пётр. — Дорогу замело.", "Знаю, Дорогу замело.", "Знаю. Дорогу замело."),
        (RUSSIAN, "— Знаю, — сказал Пётр, — дорогу замело.", "Знаю, дорогу замело.", "Знаю, дорогу замело."),
        (ENGLISH, "“I know,” said Peter. “The road is shut.”", "I know, The road", "I know. The road is shut."),
        (ENGLISH, "“If you go,” said Peter, “I will follow.”", "If you go, I will", "If you go, I will follow."),
        (
            ENGLISH,
            "“You see, Peter, I know,” said Mary. “I was there.”",
            "know, I was",
            "You see, Peter, I know. I was",
        ),
    ],
)
def test_a_reply_that_a_tag_broke(tmp_path: Path, story: str, reply: str, written: str, said: str) -> None:
    as_written, as_heard = heard(tmp_path / "story.txt", story.format(reply))
    assert written in as_written
    assert said in as_heard
    assert [word.strip(",.") for word in as_written.split()] == [word.strip(",.") for word in as_heard.split()]


@pytest.mark.parametrize(
    ("story", "reply", "said"),
    [
        (ENGLISH, '"The ford," said Peter, "is eleven feet deep."', "The ford is eleven feet deep."),
        (ENGLISH, '"I know," said Peter, "that it is late."', "I know that it is late."),
        (ENGLISH, '"I," said Peter, "never saw it."', "I never saw it."),
        (ENGLISH, '"It is," said Peter, "a long road."', "It is a long road."),
        (ENGLISH, '"No," said Peter. "No, my dear."', "No. No, my dear."),
        (ENGLISH, '"Good," said Peter. "Them as can swim, swim."', "Good. Them as can swim"),
        (ENGLISH, '"Good," said Peter, "Them as can swim, swim."', "Good. Them as can swim"),
        (ENGLISH, '"Mary," said Peter, "are you ill?"', "Mary, are you ill?"),
        (ENGLISH, '"Well," said Peter, "we shall go."', "Well, we shall go."),
        (ENGLISH, '"If you come," said Peter, "Mary will go."', "If you come, Mary will go."),
        (ENGLISH, '"Come in," said Peter, "and sit down."', "Come in, and sit down."),
        (RUSSIAN, "— Да, — сказал Пётр. — Нет.", "Да. Нет."),
        (RUSSIAN, "— Я, — сказал Пётр, — не пойду.", "Я не пойду."),
        (RUSSIAN, "— Дорога, — сказал Пётр, — замёрзла.", "Дорога замёрзла."),
        (RUSSIAN, "— Марья, — сказал Пётр, — иди сюда.", "Марья, иди сюда."),
        (RUSSIAN, "— Я знаю, — сказал Пётр, — что поздно.", "Я знаю, что поздно."),
    ],
)
def test_the_mark_before_a_tag_is_what_is_needed_without_it(tmp_path: Path, story: str, reply: str, said: str) -> None:
    as_written, as_heard = heard(tmp_path / "story.txt", story.format(reply))
    assert said in as_heard
    assert [word.strip(",.") for word in as_written.split()] == [word.strip(",.") for word in as_heard.split()]


def test_a_reply_whose_tag_is_not_heard_ends_as_a_sentence(tmp_path: Path) -> None:
    as_written, as_heard = heard(tmp_path / "story.txt", ENGLISH.format("“I know,” said Peter."))
    assert "Then stay," in as_written
    assert "Then stay." in as_heard
