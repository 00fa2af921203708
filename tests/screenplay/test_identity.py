"""Who is one person under several names, and who is not."""

from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from tests.screenplay.books import adapt, said


def _speakers(text: str, language: Language = "en") -> set[str | None]:
    return {name for name, _ in said(adapt(text, language))}


def test_who_answers_under_an_epithet_is_one_person_with_it() -> None:
    turn = "“Is the net mended, Harkness?” asked Martha.\n\n“It is,” said the weaver.\n\n“Then cast it,” said Martha."
    assert _speakers("\n\n".join(["Harkness sat by the wall. Martha came in.", *[turn] * 4])) == {"Harkness", "Martha"}


def test_an_epithet_that_speaks_with_somebody_is_another() -> None:
    turn = "“Is the net mended?” asked Harkness.\n\n“It is, Harkness,” said the weaver."
    assert len(_speakers("\n\n".join(["Harkness sat by the wall.", *[turn] * 4]))) == 2


def test_the_only_two_of_a_surname_are_one_man() -> None:
    text = "“Rain,” said Edwin Harbottle.\n\n“Yes,” said Martha.\n\n“Still rain,” said Mr. Harbottle."
    assert len(_speakers(text)) == 2


def test_father_and_son_of_one_surname_stay_two() -> None:
    turn = "“Rain,” said Mr. Harbottle.\n\n“Yes, sir,” said Edwin Harbottle.\n\n“Good,” said Mr. Harbottle."
    names = _speakers("\n\n".join([turn] * 4))
    assert names == {"Mr. Harbottle", "Edwin Harbottle"}


def test_a_general_is_not_mister() -> None:
    text = "“Late,” said Mr. Moss.\n\n“It is,” said General Moss.\n\n“Very,” said Mr. Moss."
    assert _speakers(text) == {"Mr. Moss", "General Moss"}


def test_a_bare_surname_is_the_gentlemans() -> None:
    text = (
        "“Late,” said Miss Moss.\n\n“It is,” said Edwin Moss.\n\n“Too late,” said Moss.\n\n“Oh, dear,” said Miss Moss."
    )
    assert [name for name, _ in said(adapt(text))] == ["Miss Moss", "Edwin Moss", "Edwin Moss", "Miss Moss"]


def test_a_common_word_is_a_name_where_a_title_shows_it() -> None:
    text = (
        "Mr. Field shut the gate of the field. Mrs. Field laughed. Mr. Field sat down.\n\n"
        "“It is wet,” said Field.\n\n“So it is,” said Mrs. Field."
    )
    assert _speakers(text) == {"Mr. Field", "Mrs. Field"}


def test_a_crowd_is_no_person() -> None:
    text = "The crowd pressed on. Martha stood still.\n\n“Shame!” cried the crowd.\n\n“Go home,” said Martha."
    kinds = {c.name: c.kind for c in adapt(text).screenplay.characters}
    assert kinds == {"The crowd": "crowd", "Martha": "person"}


def test_who_is_only_spoken_of_is_not_cast() -> None:
    text = "“Poor Barnaby! Where is Barnaby?” said Martha.\n\n“At sea,” said Edwin.\n\n“Ah, Barnaby,” said Martha."
    assert {c.name for c in adapt(text).screenplay.characters} == {"Martha", "Edwin"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Глухов сел у окна. Глухов молчал.", "— Пора, — сказала Марфа Глухову."),  # not "глухой" in the plural
        ("Сычёв сел у окна. Сычёв молчал.", "Марфа увидела Сычёва и подошла к Сычёву."),
    ],
)
def test_a_surname_is_read_in_every_case(first: str, then: str) -> None:
    text = f"{first}\n\n{then}\n\n— Ступай, — сказал {first.split()[0]}.\n\n— Иду, — ответила Марфа."
    names = {c.name for c in adapt(text, "ru").screenplay.characters}
    assert names == {first.split()[0], "Марфа"}


def test_a_wife_who_is_named_alone_keeps_her_surname() -> None:
    text = "Рогова вошла. Марфа увидела Рогову.\n\n— Пора, — сказала Рогова.\n\n— Пора, — ответила Марфа Роговой."
    assert {c.name for c in adapt(text, "ru").screenplay.characters} == {"Рогова", "Марфа"}


def test_short_patronymics_are_the_same_name() -> None:
    text = (
        "Пётр Степаныч вошёл.\n\n— Пора, — сказал Пётр Степанович.\n\n"
        "Марфа кивнула Петру Степанычу.\n\n— Пора, — сказала Марфа."
    )
    assert len(adapt(text, "ru").screenplay.characters) == 2


def test_a_gentleman_and_his_title_are_one() -> None:
    text = "Глухов вошёл.\n\n— Пора, — отвечал господин Глухов.\n\n— Куда? — спросила Марфа."
    assert [name for name, _ in said(adapt(text, "ru"))] == ["Глухов", "Марфа"]


def test_naming_oneself_is_no_talk_with_another() -> None:
    text = "“Rain,” said Mr. Harbottle.\n\n“Yes,” said Martha.\n\n“I, Edwin Harbottle, say it rains,” said Harbottle."
    assert len(_speakers(text)) == 2


def test_the_name_after_aunt_is_a_given_name() -> None:
    turn = "“Is it late, Aunt Tace?” asked Martha.\n\n“It is,” said Mrs. Orme.\n\nThe clock struck."
    assert _speakers("\n\n".join(["Mrs. Orme came in. Aunt Tace was tired.", *[turn] * 4])) == {"Mrs. Orme", "Martha"}


def test_mister_before_a_given_name_is_the_same_man() -> None:
    text = "Thaxter Orme came in. Mr. Thaxter sat down.\n\n“Late,” said Mr. Thaxter.\n\n“Very,” said Martha."
    assert _speakers(text) == {"Thaxter Orme", "Martha"}


def test_a_brothers_wife_is_not_the_first_wife() -> None:
    text = (
        "Mrs. Orme came in. Mrs. Orme sat down.\n\n“Late,” said Mrs. Orme.\n\nThen came Mrs. Edwin Orme.\n\n"
        "“Very,” said Mrs. Edwin Orme."
    )
    assert len(_speakers(text)) == 2


def test_a_wife_who_is_first_named_in_full_is_one_woman() -> None:
    text = "Mrs. Edwin Orme came in.\n\n“Late,” said Mrs. Edwin Orme.\n\nIt rained.\n\n“Very,” said Mrs. Orme."
    assert len(_speakers(text)) == 1


def test_capitals_make_an_epithet_a_name() -> None:
    text = "The Grey Man came in.\n\n“Late,” said the Grey Man.\n\n“Very,” said Edwin.\n\n“Late,” said the Grey Man."
    assert [name for name, _ in said(adapt(text))] == ["The Grey Man", "Edwin", "The Grey Man"]


def test_a_pet_name_in_a_later_chapter_is_not_whom_the_book_has_left() -> None:
    text = (
        "# One\n\nКатерина Петровна вошла.\n\n— Поздно, — сказала Катерина Петровна.\n\n"
        "# Two\n\nЛев вышел.\n\n— Да, — сказал Лев.\n\n"
        "# Three\n\nПришла Катя. Катя села.\n\n— Вот и я, — сказала Катя."
    )
    assert _speakers(text, "ru") == {"Катерина Петровна", "Лев", "Катя"}


def test_a_mans_surname_in_the_genitive_is_no_woman() -> None:
    text = "\n\n".join(
        [
            "— Дождь, — сказал Лосев.",
            *["Лосев сел. Лосев встал. Лосев ушёл."] * 6,
            "Вера видела Лосева. Лосева ждала Вера.",
        ]
    )
    assert "Лосева" not in {c.name for c in adapt(text, "ru").screenplay.characters}


def test_who_has_no_more_than_the_name_is_the_elder() -> None:
    text = (
        "Лосев вошёл.\n\n— Дождь, — сказал Лосев.\n\nВошёл Лосев-младший.\n\n— Да, — сказал Лосев-младший.\n\n"
        "Лосев-старший сел.\n\n— Сильный, — сказал Лосев-старший."
    )
    assert len(_speakers(text, "ru")) == 2


def test_a_word_of_kinship_is_not_one_more_person() -> None:
    text = "Дуня вошла.\n\n— Дождь, — сказала Дуня.\n\nМамаша заплакала. Мамаша села. Мамаша вышла."
    assert {c.name for c in adapt(text, "ru").screenplay.characters} == {"Дуня"}


def test_a_colonel_whose_name_is_anothers_given_name_is_himself() -> None:
    text = (
        "Thaxter Orme came in. Colonel Thaxter rose. Colonel Thaxter bowed.\n\n“Late,” said Orme.\n\n"
        "“Very,” said Colonel Thaxter."
    )
    assert len(_speakers(text)) == 2


def test_a_womans_surname_in_the_accusative_is_no_man() -> None:
    told = "Лосева вошла. Лосева села. Лосева встала. Все любили Лосеву. Он знал Лосеву давно."
    text = f"{told}\n\n— Дождь, — сказала Лосева."
    assert {c.name for c in adapt(text, "ru").screenplay.characters} == {"Лосева"}


def test_the_old_form_of_a_patronymic_is_no_surname() -> None:
    text = (
        "Павел Васильев вошёл. Павел Васильев сел.\n\n— Я Павел Васильев, — сказал Павел Васильев.\n\n"
        "Павел Васильевич встал.\n\n— Дождь, — сказал Павел Васильевич."
    )
    assert len(_speakers(text, "ru")) == 1


def test_a_boy_heard_of_once_is_not_the_old_man_of_that_name() -> None:
    text = (
        "# One\n\nВаська пробежал мимо. Лев смотрел.\n\n— Да, — сказал Лев.\n\n# Two\n\nЛев уехал.\n\n"
        "# Three\n\nВошёл Василий Иванович.\n\n— Рад, — сказал Василий Иванович."
    )
    assert "Василий Иванович" in _speakers(text, "ru")


def test_a_form_of_address_is_whoever_answers_to_it() -> None:
    turn = "“Is it late, Madame?” asked Edwin.\n\n“It is,” said the Grandmother.\n\nThe clock struck."
    text = "\n\n".join(["The Grandmother sat by the fire. “Madame,” said Edwin, and bowed to Madame.", *[turn] * 4])
    assert "Madame" not in {c.name for c in adapt(text).screenplay.characters}


def test_miss_moss_is_the_one_whom_the_story_is_about() -> None:
    text = (
        "Ann Moss came in. “Rain,” said Ann.\n\n“Rain,” said Mr. Hale.\n\n“Miss Moss is right,” said Mr. Orme.\n\n"
        "Ann laughed. Ann sat down. Ann took the kettle. Letty Moss looked in and went.\n\n“Tea,” said Miss Moss."
    )
    assert _speakers(text) == {"Ann Moss", "Mr. Hale", "Mr. Orme"}


def test_of_two_sisters_nobody_knows_who_miss_moss_is() -> None:
    text = "“Rain,” said Ann Moss.\n\n“Rain,” said Letty Moss.\n\nAnn laughed. Letty laughed.\n\n“Tea,” said Miss Moss."
    assert _speakers(text) == {"Ann Moss", "Letty Moss", "Miss Moss"}


def test_miss_thomas_bears_a_surname() -> None:
    text = "“Rain,” said Miss Thomas.\n\n“Tea,” said Mr. Orme.\n\nEllen Thomas came in. Ellen sat. “Sit,” said Ellen."
    assert _speakers(text) == {"Ellen Thomas", "Mr. Orme"}


def test_an_aunt_is_not_her_namesake_of_a_short_name() -> None:
    text = "“Rain,” said Maggie Orme.\n\n“Tea,” said Miss Margaret Moss.\n\nMaggie rose.\n\n“Sit,” said Aunt Margaret."
    assert [name for name, _ in said(adapt(text))] == ["Maggie Orme", "Miss Margaret Moss", "Miss Margaret Moss"]


@pytest.mark.parametrize("several", ["The Mosses", "The Miss Mosses"])
def test_a_family_is_no_person(several: str) -> None:
    text = f"“Rain,” said Ann Moss.\n\n{several} came in. {several} sat. {several} looked about.\n\n“Tea,” said Ann."
    assert {c.name for c in adapt(text).screenplay.characters} == {"Ann Moss"}


def test_a_family_is_neither_heard_nor_spoken_to() -> None:
    text = (
        "Mr. Orme stood in the yard with his wife. Mrs. Orme looked at the road. The Ormes had a cart.\n\n"
        "“Good evening, Ormes!” cried Mr. Hale.\n\n“Come in,” was the answer.\n\n“Ormes, is that cart sold?”\n\n"
        "“It is not.”\n\nThe Ormes were at the door.\n\n“Then I want it.”"
    )
    screenplay = adapt(text).screenplay
    names = {character.id: character.name for character in screenplay.characters}
    assert not any("Ormes" in name for name in names.values())
    assert all(line.speaker in names for line in screenplay.lines() if line.kind == "dialogue")
    assert all(line.addressee in (None, *names) for line in screenplay.lines())


def test_a_house_is_no_person() -> None:
    text = "Moss Lodge was dark. Moss Lodge looked at the sea. “Rain,” said Ann Orme. “Tea,” said Ann."
    assert {c.name for c in adapt(text).screenplay.characters} == {"Ann Orme"}


def test_a_name_does_not_end_with_a_link() -> None:
    text = (
        "“Rain,” said the President of the Board.\n\n“Sit down,” said the President.\n\nThe President of the Board sat."
    )
    assert all(not c.name.endswith((" of", " the")) for c in adapt(text).screenplay.characters)
