from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.screenplay.dashes import split_reply
from bookfilm.screenplay.passages import read_passages
from bookfilm.screenplay.speech import find_speech
from tests.screenplay.books import make_book

CASES = [
    ("— Пойдём домой.", ["Пойдём домой."], []),
    ("— Пойдём, — сказала Вера.", ["Пойдём,"], ["сказала Вера."]),
    ("— Да, — сказал он, — пойдём.", ["Да,", "пойдём."], ["сказал он,"]),
    ("— Да! — крикнул Павел. — Иду!", ["Да!", "Иду!"], ["крикнул Павел."]),
    (
        "— Да?.. — протянула она и отвернулась. В печи трещало.",
        ["Да?.."],
        ["протянула она и отвернулась. В печи трещало."],
    ),
    ("— Я — врач, — ответил Лев.", ["Я — врач,"], ["ответил Лев."]),
    ("— Куда ты? — спрашивает сторож.— Стой!", ["Куда ты?", "Стой!"], ["спрашивает сторож."]),
    ("-- Нет, -- прошептала Аня, -- не надо.", ["Нет,", "не надо."], ["прошептала Аня,"]),
    ("– Кто там? – спросил отец.", ["Кто там?"], ["спросил отец."]),
    ("Он встал и сказал: — Пора ехать.", ["Пора ехать."], ["Он встал и сказал:"]),
    ("«Не пойду», — решила Даша.", ["Не пойду"], ["решила Даша."]),
    ("«Нет, — подумал Лев, — не пойду».", ["Нет,", "не пойду"], ["подумал Лев,"]),
    ("— Да тут, — мол, Лев, говорю, — пора.", ["Да тут, — мол, Лев, говорю, — пора."], []),
    ("«Пойду, — подумал он вслух, — и спрошу».", ["Пойду,", "и спрошу"], ["подумал он вслух,"]),
    ("Повесть называлась «Зимний путь» и была длинна.", [], ["Повесть называлась «Зимний путь» и была длинна."]),
]


@pytest.mark.parametrize(("flat", "speech", "told"), CASES)
def test_russian_dialogue(flat: str, speech: list[str], told: list[str]) -> None:
    passages = read_passages(make_book(flat, "ru"), flat)
    find_speech(passages, "ru")
    stretches = passages[0].stretches
    assert [flat[s.start : s.end] for s in stretches if s.kind in ("dialogue", "thought")] == speech
    assert [flat[s.start : s.end] for s in stretches if s.kind == "narration"] == told


@given(st.text(alphabet='аб ,.!?—–-«»"', max_size=60), st.booleans())
def test_pieces_stand_in_order_and_apart(flat: str, author: bool) -> None:
    end = 0
    for _, start, stop in split_reply(flat, 0, lambda _: author):
        assert end <= start <= stop <= len(flat)
        end = stop
