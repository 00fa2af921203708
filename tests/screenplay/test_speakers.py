from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from tests.screenplay.books import adapt, said

ENGLISH = [
    ("named after", "“Come in,” said Martha.", ["Martha"]),
    ("named before", "Martha turned and said, “Come in.”", ["Martha"]),
    ("title", "“Good morning,” replied Mr. Harbottle.", ["Mr. Harbottle"]),
    ("noun", "“Bread is dear,” grumbled the old miller.", ["The old miller"]),
    ("unlisted noun", "“Mind the paint,” said the signwriter.", ["The signwriter"]),
    ("not whom it is said to", "“Come in,” said Martha to Edwin.", ["Martha"]),
    ("pronoun", "Martha opened the gate.\n\n“Come in,” she said.", ["Martha"]),
    ("pronoun by sex", "Martha saw Edwin at the gate.\n\n“I am early,” he said.", ["Edwin"]),
    (
        "turns",
        "“Have you the key?” asked Martha.\n\n“No,” said Edwin.\n\n“Who has it, then?”\n\n“The porter.”",
        ["Martha", "Edwin", "Martha", "Edwin"],
    ),
    (
        "one reply broken by a tag",
        "“I never,” said Martha, “saw such a wind.”",
        ["Martha"],
    ),
    (
        "who is addressed answers",
        "Martha and Edwin sat by the fire.\n\n“Will you sing, Edwin?” asked Martha.\n\n“Not tonight.”",
        ["Martha", "Edwin"],
    ),
    (
        "two in one paragraph, each with a tag",
        "“Deep?” called Martha. “Bottomless!” Edwin called back.",
        ["Martha", "Edwin"],
    ),
    (
        "two in one paragraph, one by her trade",
        "Martha and Edwin rode on. “Deep?” called his sister. “Bottomless!” Edwin called back.",
        ["Martha", "Edwin"],
    ),
    (
        "one in one paragraph, by her name and by what she is",
        "Martha came in. “Deep,” said the girl. “And cold,” added Martha.",
        ["Martha"],
    ),
    (
        "speech that runs on",
        "“It was May,” said Edwin. “The river rose.\n\n“Then it fell again.”",
        ["Edwin", "Edwin"],
    ),
    (
        "a mark that the edition lost",
        "“It was May,” said Edwin. “The river rose in the night.\n\n“And the dam?\n\n“It held,” said Martha.",
        ["Edwin", "Edwin", "Martha"],
    ),
    (
        "a lost mark, and narration first",
        "“It was May,” said Edwin. “The river rose in the night.\n\nMartha laughed. “It fell!”",
        ["Edwin", "Martha"],
    ),
    (
        "a lost mark, and who spoke is called",
        "Martha sat by him.\n\n“It was May,” said Edwin. “The river rose in the night.\n\n“No, Edwin, it fell.”",
        ["Edwin", "Martha"],
    ),
    (
        "she is who the story follows",
        "Martha climbed the stair. She was tired, and she had seen Ruth in the yard. “Nobody is here,” she said.",
        ["Martha"],
    ),
    (
        "the other one of two",
        "“The key?” asked Martha.\n\n“No,” said Ruth.\n\n“Look again,” said Martha.\n\n“I have it,” said the other.",
        ["Martha", "Ruth", "Martha", "Ruth"],
    ),
    (
        "who answers is not who asked",
        "Edwin sat with Oliver. “Is it far?” asked Edwin.\n\n“Not very,” he answered.",
        ["Edwin", "Oliver"],
    ),
    (
        "a thing that is near does not speak",
        "Martha led the horse in. The horse shook its mane.\n\n“We are home.”",
        ["Martha"],
    ),
]
RUSSIAN = [
    ("после", "— Войдите, — сказала Марфа.", ["Марфа"]),
    ("с отчеством", "— Войдите, — сказал Пётр Ильич.", ["Пётр Ильич"]),
    ("нарицательное", "— Хлеб нынче дорог, — проворчал старый мельник.", ["Мельник"]),
    ("местоимение", "Марфа открыла калитку.\n\n— Войдите, — сказала она.", ["Марфа"]),
    ("по роду", "Марфа увидела Егора у ворот.\n\n— Я рано, — сказал он.", ["Егор"]),
    (
        "кто говорит о себе",
        "Марфа и Егор сели к столу.\n\n— Я вчера ходила на мельницу и ждала тебя.\n\n— Я был на реке.",
        ["Марфа", "Егор"],
    ),
    (
        "по очереди",
        "— Ключ у вас? — спросила Марфа.\n\n— Нет, — ответил Егор.\n\n— У кого же?\n\n— У сторожа.",
        ["Марфа", "Егор", "Марфа", "Егор"],
    ),
]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [*[("en", t, e) for _, t, e in ENGLISH], *[("ru", t, e) for _, t, e in RUSSIAN]],
    ids=[*[name for name, _, _ in ENGLISH], *[name for name, _, _ in RUSSIAN]],
)
def test_who_speaks(language: Language, text: str, expected: list[str]) -> None:
    assert [name for name, _ in said(adapt(text, language))] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“Oh!” And Della leaped up like a little singed cat and cried, “Oh, oh!” Della laughed."),
        ("ru", "— Ах! — Анна вскочила, словно кошка, и крикнула: — Ах, ах!\n\nАнна засмеялась."),
    ],
)
def test_what_somebody_is_likened_to_does_not_speak(language: Language, text: str) -> None:
    screenplay = adapt(text, language).screenplay
    (who,) = screenplay.characters
    assert {line.speaker for line in screenplay.lines() if line.kind == "dialogue"} == {who.id}


@pytest.mark.parametrize(
    ("text", "said", "who"),
    [
        ("— Да, — Иван сказал тихо, — пойду.", "Да, пойду.", "ivan"),
        ("— Нет! — Анна вздохнула. — Никогда!", "Нет! Никогда!", "anna"),
        ("— Нет! — Анна тихо вздохнула и отвернулась. — Никогда!", "Нет! Никогда!", "anna"),
        ("— Ах! — Анна вскочила и крикнула: — Ах, ах!", "Ах! Ах, ах!", "anna"),
        ("— Слышишь? — Москва ответила молчанием.", "Слышишь? — Москва ответила молчанием.", None),
    ],
)
def test_russian_authors_words_may_begin_with_a_name(text: str, said: str, who: str | None) -> None:
    lines = adapt(f"{text}\n\nИван и Анна молчали.", "ru").screenplay.lines()
    spoken = [line for line in lines if line.kind == "dialogue"]
    assert (" ".join(line.text for line in spoken), {line.speaker for line in spoken}) == (said, {who})


def test_a_long_tale_stays_with_who_begins_it() -> None:
    tale = ["“It was May,” said Edwin, “and the river rose."]
    tale += [f"“Ruth and Oswald came on day {n}, and Martha with them." for n in range(20)]
    text = "\n\n".join(["Martha, Ruth and Oswald sat by the fire.", *tale, "“So it ended.”"])
    assert {name for name, _ in said(adapt(text))} == {"Edwin"}


def test_nobody_speaks_for_those_who_are_many() -> None:
    text = "Егор стоял у ворот.\n\n— Ступай прочь! — кричали ему.\n\n— Не пойду, — сказал Егор."
    lines = [line for line in adapt(text, "ru").screenplay.lines() if line.kind == "dialogue"]
    assert lines[0].why != "named"
    assert lines[1].why == "named"


def test_a_broken_reply_is_one_line_with_two_places() -> None:
    text = "“I never,” said Martha, “saw such a wind.”"
    (line,) = [line for line in adapt(text).screenplay.lines() if line.kind == "dialogue"]
    assert line.text == "I never, saw such a wind."
    assert [text[a:b] for a, b in line.source] == ["I never,", "saw such a wind."]
    assert line.why == "named"


def test_mr_and_mrs_are_two_people() -> None:
    text = "“Rain again,” said Mr. Moss.\n\n“It will pass,” said Mrs. Moss.\n\n“So you say,” said Mr. Moss."
    assert len({name for name, _ in said(adapt(text))}) == 2


def test_names_of_one_person_meet() -> None:
    text = (
        "“Rain again,” said Mr. Edwin Harbottle.\n\n“Yes,” said Martha.\n\n“It will pass,” said Edwin.\n\n"
        "“When?” asked Martha.\n\n“Soon,” said Mr. Harbottle."
    )
    assert len({name for name, _ in said(adapt(text))}) == 2


def test_russian_forms_of_a_name_meet() -> None:
    text = (
        "Анна Сергеевна вошла в сад.\n\n— Рано, — сказала Анна Сергеевна.\n\nЕгор поклонился Анне Сергеевне.\n\n"
        "— Пора, — ответил Егор Анне Сергеевне."
    )
    names = [character.name for character in adapt(text, "ru").screenplay.characters]
    assert names == ["Анна Сергеевна", "Егор"]


def test_the_first_person_is_a_character() -> None:
    story = "\n\n".join(
        [
            "I walked to the mill, and I was glad that I had come. I knocked.",
            "“Who is there?” cried the miller.",
            "“A friend,” said I.",
            "I waited. I heard the bolt drawn, and I went in.",
        ]
    )
    adaptation = adapt(story)
    narrators = [c for c in adaptation.screenplay.characters if c.narrator]
    assert len(narrators) == 1
    assert [name for name, _ in said(adaptation)] == ["The miller", narrators[0].name]


def test_the_narrator_takes_the_name_that_others_call() -> None:
    turn = "“Come, Hollis, look at this,” said Ruth.\n\n“I see nothing,” I said. I looked again, and I was sure of it."
    adaptation = adapt("\n\n".join([turn] * 5))
    (narrator,) = [c for c in adaptation.screenplay.characters if c.narrator]
    assert "Hollis" in (narrator.name, *narrator.aliases)


OWN = "I walked to the mill, and I was glad that I had come. I knocked.\n\n“Who is there?” cried the miller."


@pytest.mark.parametrize(
    "text",
    [
        f"My name is Peter Voss. {OWN}\n\n“A friend,” said I.\n\n“Come in, Peter,” said the miller.",
        f"{OWN}\n\n“My name is Peter Voss,” I said.\n\n“Come in, Peter,” said the miller.",
    ],
)
def test_a_narrator_who_gives_his_name_once_is_one_person(text: str) -> None:
    characters = adapt(text).screenplay.characters
    (narrator,) = [c for c in characters if c.narrator]
    assert "Peter Voss" in (narrator.name, *narrator.aliases)
    assert (narrator.sex, narrator.look.sex) == ("male", "male")
    assert not [c for c in characters if c is not narrator and "Voss" in c.name]


def test_a_narrator_who_tells_his_name_and_says_it_stays_in_the_story() -> None:
    text = (
        "I was a boy then. My name is Silas Wray. I slept in the loft and I kept geese.\n\n“Who are you?” asked the "
        "miller.\n\n“I am Silas,” I said.\n\n“Good,” said the miller. I went with him."
    )
    adaptation = adapt(text)
    (narrator,) = [c for c in adaptation.screenplay.characters if c.narrator]
    assert "Silas Wray" in (narrator.name, *narrator.aliases)
    assert said(adaptation)[1] == (narrator.name, "I am Silas,")


def test_a_russian_narrators_verbs_show_the_sex() -> None:
    text = "Я пришла на мельницу. Я устала и села у двери.\n\n— Кто там? — спросил мельник.\n\n— Я, — ответила я."
    (narrator,) = [c for c in adapt(text, "ru").screenplay.characters if c.narrator]
    assert narrator.sex == "female"


def test_a_narrator_who_is_called_sir_is_a_man() -> None:
    turn = "“What now, sir?” asked Ruth.\n\n“Nothing,” I said. I looked at her, and I was sorry."
    (narrator,) = [c for c in adapt("\n\n".join([turn] * 3)).screenplay.characters if c.narrator]
    assert narrator.sex == "male"


def test_a_play_is_read_by_its_labels() -> None:
    replies = ["RUTH. Is it late?", "OSWALD. (yawning) Past ten.", "RUTH. Then shut the door."] * 5
    adaptation = adapt("\n\n".join(["A kitchen. Night.", *replies]))
    assert said(adaptation)[:3] == [("Ruth", "Is it late?"), ("Oswald", "Past ten."), ("Ruth", "Then shut the door.")]
    assert any(line.text == "yawning" for line in adaptation.screenplay.lines() if line.kind == "narration")


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("“Come,” said Ashdown, lifting her cup.", "female"),
        ("Ashdown rose, and he shut the door.", "male"),
        ("The cart passed Ashdown, and she followed it.", "unknown"),
        ("Ashdown shook itself.", "unknown"),
    ],
)
def test_sex_is_told_by_the_nearest_pronoun_only_where_it_is_sure(text: str, sex: str) -> None:
    characters = adapt("\n\n".join([text] * 4 + ["Ashdown laughed."] * 2)).screenplay.characters
    assert next(c.sex for c in characters if c.name == "Ashdown") == sex


def test_a_rank_and_a_name_are_one_person() -> None:
    text = (
        "Captain Hale came in. “The lamp is out,” said the captain.\n\n"
        "Ezra Reed looked up. “It is late,” said Ezra.\n\n“Too late,” said the captain."
    )
    names = {name for name, _ in said(adapt(text))}
    assert names == {"Captain Hale", "Ezra Reed"}


def test_a_russian_rank_joins_the_name_after_it() -> None:
    text = "В дверь вошёл старый майор.\n\n— Поздно, — сказал майор Дрозд. — Пора.\n\n— Пора, — ответил майор."
    assert {name for name, _ in said(adapt(text, "ru"))} == {"Майор Дрозд"}


def test_two_of_one_rank_stay_two() -> None:
    text = "Captain Hale met Captain Moss.\n\n“Good day,” said Captain Hale.\n\n“Good day,” said Captain Moss."
    assert {name for name, _ in said(adapt(text))} == {"Captain Hale", "Captain Moss"}
