"""A text's encoding is told by its letters; short Russian texts above all must come out right."""

from __future__ import annotations

import pytest

from bookfilm.book.encoding import Undecodable, decode

RUSSIAN = [
    "Привет, как дела?",
    "Глава первая\n\nЖили-были старик со старухой.",
    "Он сказал: «Да».",
    "МАМА МЫЛА РАМУ",
    "съешь ещё этих мягких французских булок",
    "— Кто там? — спросил он…",
    "СТАРЫЙ ДОМ\n\nЧасть первая\n\nВ лесу было тихо.",
    "Chapter 1: Иван и Марья пошли в лес.",
]
LATIN = [
    "It was café — déjà vu, naïve résumé.",
    "“Hello,” he said. “It’s fine.”",
    "He paid £5 for the façade.",
    "Brontë",
]


@pytest.mark.parametrize("text", RUSSIAN)
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_russian(text: str, encoding: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("not in that encoding's repertoire")
    assert decode(data)[0] == text


@pytest.mark.parametrize("text", LATIN)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "utf-16-le"])
def test_western(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_names_are_those_of_the_register() -> None:
    assert decode("Привет, как дела?".encode("cp1251"))[1] == "windows-1251"
    assert decode("It was café — déjà vu.".encode("cp1252"))[1] == "windows-1252"


def test_a_file_cut_within_a_letter_is_still_utf8() -> None:
    text, encoding = decode(("Он вышел на крыльцо и долго смотрел на дорогу. " * 4).encode()[:-3])
    assert encoding == "utf-8" and text.startswith("Он вышел")


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 100, bytes(range(256)) * 10])
def test_binary_is_no_text(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(data)


@pytest.mark.parametrize("text", ["“Who goes there?” — “I.”", "Он ушёл."])
def test_a_short_text_cut_in_the_middle_of_a_letter_is_utf8_still(text: str) -> None:
    decoded, name = decode(f"{text} Then nobody said a word… “".encode()[:-1])
    assert (name, decoded.startswith(text)) == ("utf-8", True)
