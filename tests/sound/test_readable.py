from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.records.book import Language
from bookfilm.sound.readable import LONGEST_PART, readable, spoken_parts
from bookfilm.sound.russian_words import modern_spelling


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CHAPTER IV. The Lantern", "Chapter four. The Lantern"),
        ("XII.", "twelve."),
        ("Mr. and Mrs. Gray, of St. Anne's", "Mister and Missis Gray, of Saint Anne's"),
        (
            "In 1812, he paid £1,250 on the 3rd.",
            "In eighteen twelve, he paid one thousand two hundred and fifty pounds on the third.",
        ),
        ("_Oh!_ said she -- no. . . never", "Oh! said she — no… never"),
        ("King Rufus II was at home", "King Rufus the second was at home"),
        ("I went home.", "I went home."),
        ("at 9:05", "at nine oh five"),
        ("I NEVER said so", "I Never said so"),
        ("— Yes", "Yes"),
        ("Louis XVI and Henry V", "Louis the sixteenth and Henry the fifth"),
        ("King Charles I was there, and Charles I knew", "King Charles the first was there, and Charles I knew"),
        ("Mr X came", "Mister X came"),
        ("Act III, Scene 2", "Act three, Scene two"),
        ("$3, $1.87 and £1", "three dollars, one dollar and eighty-seven cents and one pound"),
        ("£5 10s. 6d. a year", "five pounds, ten shillings and six pence a year"),
        ("On May 5, 1812, at 6:30 p.m.", "On May the fifth, eighteen twelve, at six thirty P M"),
        ("the 5th of Nov. 1605", "the fifth of November sixteen oh five"),
        ("in the 1840s, 10-12 men, 3.5 miles", "in the eighteen forties, ten to twelve men, three point five miles"),
        ("2½ miles at 20°", "two and a half miles at twenty degrees"),
        ("’Tis look’d for o’er the heav’n, ne’er fear", "Tis looked for over the heaven, never fear"),
        ("He’d said they’d go", "He'd said they'd go"),
        ("Smith & Co., No. 7 High St.", "Smith and Company, number seven High Street"),
    ],
)
def test_english(text: str, words: str) -> None:
    assert readable(text, "en") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,250 men, the 1,250th", "one thousand two hundred and fifty men, the one thousand two hundred and fiftieth"),
        ("in 1066, and he had 1250 francs", "in ten sixty-six, and he had one thousand two hundred and fifty francs"),
        ("$1,250.50", "one thousand two hundred and fifty dollars and fifty cents"),
        ("January of '09", "January of oh nine"),
        ("the 90's, the '90s, the 1890's, her 30s", "the nineties, the nineties, the eighteen nineties, her thirties"),
        ("it cost 10s. 6d. and 2s. more", "it cost ten shillings and six pence and two shillings more"),
        ("1/2 a pint, 1/4 of a mile, 3/4", "half a pint, a quarter of a mile, three quarters"),
        ("2 1/2 miles, 5/8, ½ hour, 24/7/1812", "two and a half miles, five eighths, half an hour, "
         "twenty-four / seven / eighteen twelve"),
        ("-5°C and 41°F, at -3 by 1°", "minus five degrees Celsius and forty-one degrees Fahrenheit, "
         "at minus three by one degree"),
        ("See I, II, III.", "See one, two, three."),
        ("Chapters I and II, and he and I", "Chapters one and two, and he and I"),
        ("the XIVth century, Henry the VIIIth", "the fourteenth century, Henry the eighth"),
        ("the XIV century", "the fourteenth century"),
        ("Charles I of Spain", "Charles the first of Spain"),
        ("He served Charles I. Charles I was dead.", "He served Charles the first. Charles the first was dead."),
        ("as Charles I saw, and Charles I of course knew", "as Charles I saw, and Charles I of course knew"),
        ("Ch. iv.", "Chapter four."),
        ("the book I read, the part I played, the letter X", "the book I read, the part I played, the letter X"),
    ],
)  # fmt: skip
def test_english_numbers_in_their_place(text: str, words: str) -> None:
    assert readable(text, "en") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ГЛАВА IV", "Глава четвёртая."),
        ("Часть 2", "Часть вторая."),
        ("В 1845 г., т. е. давно", "В тысяча восемьсот сорок пятом году, то есть давно"),
        ("с 1860 года", "с тысяча восемьсот шестидесятого года"),
        ("начало XIX века", "начало девятнадцатого века"),
        ("21 руб. 40 коп.", "двадцать один рубль сорок копеек"),
        ("5-го числа, 3-я рота", "пятого числа, третья рота"),
        ("в г. Туле", "в городе Туле"),
        ("г-н Ежов и г-жа Ежова", "господин Ежов и госпожа Ежова"),
        ("— Что? — сказал он.", "Что? — сказал он."),
        ("Василий II", "Василий второй"),
        ("при Александре II и Екатерине II", "при Александре втором и Екатерине второй"),
        ("указ Александра II Людовику XVI", "указ Александра второго Людовику шестнадцатому"),
        ("делегат XX съезда", "делегат двадцатого съезда"),
        ("с 5 солдатами, до 12 верст, 2 сестры", "с пятью солдатами, до двенадцати вёрст, две сестры"),
        ("5 мая 1812 г.", "пятого мая тысяча восемьсот двенадцатого года"),
        ("в 60-х годах, в 1914 году", "в шестидесятых годах, в тысяча девятьсот четырнадцатом году"),
        ("5 р., $3, 20°, 6:30", "пять рублей, три доллара, двадцать градусов, шесть тридцать"),
        ("гл. II", "Глава вторая."),
        ("1914–1918 гг.", "тысяча девятьсот четырнадцатый — тысяча девятьсот восемнадцатый годы"),
        ("№ 7, 3,5 версты", "номер семь, три целых пять десятых версты"),
        ("вѣрный другъ ея безсмертнаго дѣда", "верный друг её бессмертного деда"),
        ("Россія, новыя книги", "Россия, новые книги"),
        ("и т. д., и пр.", "и так далее, и прочее"),
        ("съезд объявлен", "съезд объявлен"),
        ("Ещё ёж", "Ещё ёж"),
    ],
)
def test_russian(text: str, words: str) -> None:
    assert readable(text, "ru") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("г. Иванов пришёл к г. Петрову", "господин Иванов пришёл к господину Петрову"),
        ("у г. Иванова; г. Голядкин; с г. Обломовым", "у господина Иванова; господин Голядкин; с господином Обломовым"),
        ("г. Тула; из г. Орла; до г. Москвы", "город Тула; из города Орла; до города Москвы"),
        ("XIX век", "девятнадцатый век"),
        ("в XIX веке, начало XIX в.", "в девятнадцатом веке, начало девятнадцатого века"),
        ("XVIII–XIX вв.", "восемнадцатый — девятнадцатый века"),
        ("5-й роты, 5-й день, в 5-м полку", "пятой роты, пятый день, в пятом полку"),
        ("5-й гвардейской роты, 2-х солдат, 5-ти лет", "пятой гвардейской роты, двух солдат, пяти лет"),
        ("у 40 дверей, с 40 лет", "у сорока дверей, с сорока лет"),
        ("1840-е годы, в 60-х гг.", "тысяча восемьсот сороковые годы, в шестидесятых годах"),
        ("въ 1811 годѣ", "в тысяча восемьсот одиннадцатом году"),
        ("7 ч., до 7 ч., к 7 ч.", "семь часов, до семи часов, к семи часам"),
        ("с 7 ч., с 5 р.", "с семи часов, с пятью рублями"),
        ("в 44 г. до н. э.", "в сорок четвёртом году до нашей эры"),
        ("-5°C", "минус пять градусов Цельсия"),
    ],
)
def test_russian_numbers_in_their_place(text: str, words: str) -> None:
    assert readable(text, "ru") == words


def test_yo_is_put_back_only_where_the_dictionary_has_no_other_word() -> None:
    assert readable("еще ее мое зеленый", "ru") == "ещё её моё зелёный"
    assert readable("все прошло, осел, небо", "ru") == "все прошло, осел, небо"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("text", ["", "...", "—", "😀", "?!", "* * *", "\x07", "***"])
def test_nothing_to_say(language: Language, text: str) -> None:
    assert readable(text, language) == ""
    assert spoken_parts(readable(text, language)) == []


def test_sentences_are_parted_and_paused() -> None:
    parts = spoken_parts("One came. “Two came!” Then three…  And four")
    assert [part for part, _ in parts] == ["One came.", "“Two came!", "Then three…", "And four"]
    assert parts[2][1] > parts[0][1] > 0


def test_pauses_follow_the_marks() -> None:
    (asked, long), (said, plain) = spoken_parts("Who came here? Nobody came.")
    assert (asked, said) == ("Who came here?", "Nobody came.")
    assert long > plain
    parts = spoken_parts("The lamp burned low; the fog had come — and nobody saw it. Oh — no; yes.")
    assert [part for part, _ in parts] == [
        "The lamp burned low;",
        "the fog had come —",
        "and nobody saw it.",
        "Oh — no; yes.",
    ]
    assert 0 < parts[0][1] == parts[1][1] < parts[2][1]


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from(["en", "ru"]))
def test_any_text_is_made_readable_in_short_parts(text: str, language: Language) -> None:
    said = readable(text, language)
    assert not any(digit in said for digit in "0123456789_\x00\n")
    assert all(0 < len(part) <= LONGEST_PART and pause_s > 0 for part, pause_s in spoken_parts(said))


@settings(deadline=None)
@given(st.lists(st.text("абвгд", min_size=1, max_size=12), min_size=1, max_size=200))
def test_no_word_is_lost_or_changed(words: list[str]) -> None:
    parts = spoken_parts(readable(" ".join(words), "ru"))
    assert " ".join(part for part, _ in parts).split() == words


@settings(deadline=None)
@given(st.text("abzI'’.,;:!?—- 0123456789№°½$£€%IVXLСМ", max_size=60), st.sampled_from(["en", "ru"]))
def test_what_has_letters_or_digits_is_never_left_empty(text: str, language: Language) -> None:
    if any(sign.isalpha() or sign.isdecimal() for sign in text):
        assert spoken_parts(readable(text, language))


@settings(deadline=None)
@given(st.text("абвгеиоѣіъяыхаго ", max_size=60))
def test_old_spelling_leaves_as_many_words(text: str) -> None:
    assert len(modern_spelling(text).split()) >= len([word for word in text.split() if word.strip("ъ")])


@settings(deadline=None)
@given(st.text("абвгеиоьъяыйшщ .,", max_size=60))
def test_todays_spelling_is_left_alone(text: str) -> None:
    if not re.search(r"ъ\b", text):
        assert modern_spelling(text) == text
