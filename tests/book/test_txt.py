"""Plain text: chapters, parts, contents, verse, notes, and book.txt byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.book import read_book
from bookfilm.records.book import Book
from tests.book.making import PROSE, RUSSIAN_PROSE


def book_of(tmp_path: Path, text: str, name: str = "a_small_tale.txt") -> tuple[Book, str]:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8"))
    book, book_text = read_book(path)
    return book, book_text


def titles(book: Book) -> list[str | None]:
    return [chapter.title for chapter in book.chapters]


def test_a_clean_utf8_file_is_book_txt_byte_for_byte(tmp_path: Path) -> None:
    text = f"CHAPTER I. The Lamp\n\n{PROSE}\n   \n\tIndented —  with  gaps.\u00a0\n\n\nCHAPTER II. The Key\n\n{PROSE}"
    _, book_text = book_of(tmp_path, text)
    assert book_text == text


def test_line_ends_and_byte_order_mark_are_normalised(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + f"Chapter 1\r\n\r\n{PROSE}\r\n".encode())
    book, text = read_book(path)
    assert text == f"Chapter 1\n\n{PROSE}\n"
    assert titles(book) == ["Chapter 1"]


def test_hard_wrapped_lines_are_joined_by_one_space(tmp_path: Path) -> None:
    lines = (
        "It was late when the coach came down into the valley, and the horses\nwere so tired that they hardly lifted"
    )
    lines += " their feet over the stones of\nthe bridge."
    book, text = book_of(tmp_path, f"{lines}\n\n{lines}\n")
    first = book.paragraphs()[0]
    assert first.text == lines.replace("\n", " ")
    assert text[slice(*first.source)] == lines


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("He put the rabbit-\nhole map away, for the rabbit-hole was gone and nothing more.", "rabbit-hole map"),
        ("It was a won-\nderful evening, and wonderful was the word that everyone said.", "a wonderful evening"),
    ],
)
def test_words_broken_over_a_line_end_are_mended(tmp_path: Path, broken: str, mended: str) -> None:
    filler = (
        "He went along the whole of the long street that day and\nsaw nobody whom he knew, and nobody who knew him.\n"
    )
    book, _ = book_of(tmp_path, f"{filler}\n\n{broken}\n")
    assert mended in book.paragraphs()[-1].text


def test_one_line_is_one_paragraph_in_texts_without_blank_lines(tmp_path: Path) -> None:
    prose = f"{RUSSIAN_PROSE} {RUSSIAN_PROSE}"
    text = f"Нора Ясенева\nЛАМПА\n{prose}\n— Кто там? — спросил он.\n{prose}\n"
    book, _ = book_of(tmp_path, text)
    assert (book.author, book.title, len(book.chapters)) == ("Нора Ясенева", "Лампа", 1)
    assert [one.kind for one in book.paragraphs()] == ["heading", "heading", "text", "text", "text"]


def test_first_line_indents_part_paragraphs(tmp_path: Path) -> None:
    one = "     Вечер был тихий, и на реке кто-то пел, а потом смолк, и стало\nслышно, как за садом идет поезд,"
    one += " и как лает вдали, за мельницей, чужая\nсобака, и больше не было ничего.\n"
    book, _ = book_of(tmp_path, one * 6)
    assert len(book.paragraphs()) == 6
    assert book.paragraphs()[0].text.endswith("больше не было ничего.")


def test_titles_on_the_line_below_the_number(tmp_path: Path) -> None:
    text = "".join(
        f"CHAPTER {n}\n\n{title}\n\n{PROSE}\n\n{PROSE}\n\n\n"
        for n, title in enumerate(["The Lamp", "The Key", "The Sea"], 1)
    )
    book, _ = book_of(tmp_path, text)
    assert titles(book) == ["CHAPTER 1. The Lamp", "CHAPTER 2. The Key", "CHAPTER 3. The Sea"]
    assert [one.kind for one in book.chapters[0].paragraphs] == ["heading", "heading", "text", "text"]


def test_a_short_first_paragraph_is_not_a_title(tmp_path: Path) -> None:
    text = f"CHAPTER I\n\nIt rained.\n\n{PROSE}\n\nCHAPTER II\n\n{PROSE}\n\nCHAPTER III\n\n“Go away!”\n\n{PROSE}\n"
    book, _ = book_of(tmp_path, text)
    assert titles(book) == ["CHAPTER I", "CHAPTER II", "CHAPTER III"]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["I.", "II.", "III."], ["I.", "II.", "III."]),
        (["Глава первая", "Глава вторая"], ["Глава первая", "Глава вторая"]),
        (["Letter 1", "Letter 2", "Chapter 1"], ["Letter 1", "Letter 2", "Chapter 1"]),
        (["ДЕЙСТВИЕ ПЕРВОЕ", "ДЕЙСТВИЕ ВТОРОЕ"], ["ДЕЙСТВИЕ ПЕРВОЕ", "ДЕЙСТВИЕ ВТОРОЕ"]),
        (
            ["PROLOGUE", "Chapter One", "Chapter Two", "EPILOGUE"],
            ["PROLOGUE", "Chapter One", "Chapter Two", "EPILOGUE"],
        ),
        (["Глава двадцать первая", "Глава двадцать вторая"], ["Глава двадцать первая", "Глава двадцать вторая"]),
        (["1", "2", "3"], ["1", "2", "3"]),
        (["STAVE I: THE GHOST", "STAVE II: THE BELL"], ["STAVE I: THE GHOST", "STAVE II: THE BELL"]),
    ],
)
def test_headings_in_both_languages(tmp_path: Path, headings: list[str], expected: list[str]) -> None:
    prose = RUSSIAN_PROSE if any("а" <= letter.lower() <= "я" for letter in headings[0]) else PROSE
    book, _ = book_of(tmp_path, "\n\n".join(f"{one}\n\n{prose}\n\n{prose} {prose}" for one in headings))
    assert titles(book) == expected


def test_parts_hold_chapters(tmp_path: Path) -> None:
    text = ""
    for part in ("ЧАСТЬ ПЕРВАЯ", "ЧАСТЬ ВТОРАЯ"):
        text += f"{part}\n\n" + "".join(f"{n}\n\n{RUSSIAN_PROSE}\n\n{RUSSIAN_PROSE}\n\n" for n in ("I", "II"))
    text += f"ЭПИЛОГ\n\nI\n\n{RUSSIAN_PROSE}\n\nII\n\n{RUSSIAN_PROSE}\n"
    book, _ = book_of(tmp_path, text)
    assert [(one.part, one.title) for one in book.chapters] == [
        (part, number) for part in ("ЧАСТЬ ПЕРВАЯ", "ЧАСТЬ ВТОРАЯ", "ЭПИЛОГ") for number in ("I", "II")
    ]


def test_numerals_within_chapters_are_sections(tmp_path: Path) -> None:
    text = "".join(
        f"Глава {word}\n\n" + "".join(f"{n}\n\n{RUSSIAN_PROSE}\n\n" for n in ("I", "II", "III"))
        for word in ("первая", "вторая")
    )
    book, _ = book_of(tmp_path, text)
    assert titles(book) == ["Глава первая", "Глава вторая"]
    assert sum(one.kind == "heading" for one in book.chapters[0].paragraphs) == 4


def test_a_table_of_contents_makes_no_chapters(tmp_path: Path) -> None:
    names = ["The Lamp", "The Key", "The Sea", "The Storm"]
    contents = "\n".join(f"CHAPTER {n}. {name}" for n, name in enumerate(names, 1))
    chapters = "\n\n".join(f"CHAPTER {n}. {name}\n\n{PROSE}" for n, name in enumerate(names, 1))
    for label in ("CONTENTS\n\n", ""):
        book, _ = book_of(tmp_path, f"THE LAMP\n\nby Nora Ashe\n\n{label}{contents}\n\n\n{chapters}\n")
        assert titles(book) == [f"CHAPTER {n}. {name}" for n, name in enumerate(names, 1)]
        assert (book.title, book.author) == ("The Lamp", "Nora Ashe")
        assert sum("Sea" in one.text for one in book.paragraphs()) == 1


def test_a_lone_numeral_and_shouting_make_no_chapters(tmp_path: Path) -> None:
    lines = ["I.", "STOP THAT NOISE", "Chapter 5 of the law says that no man may. It is old."]
    text = PROSE + "".join(f"\n\n{line}\n\n{PROSE}" for line in lines)
    book, _ = book_of(tmp_path, text)
    assert titles(book) == [None]


def test_verse_breaks_and_emphasis(tmp_path: Path) -> None:
    wrapped = (
        "It was late when the coach came down into the valley, and the horses\nwere so tired that they hardly lifted"
    )
    wrapped += " their feet over the stones of\nthe _old_ bridge."
    verse = "    O wind that wakes\n      the sleeping sea,\n    come in, come in\n      and sing to me."
    book, _ = book_of(tmp_path, f"{wrapped}\n\n{verse}\n\n* * *\n\n{wrapped}\n")
    kinds = [one.kind for one in book.paragraphs()]
    assert kinds == ["text", "verse", "break", "text"]
    assert book.paragraphs()[1].text == "O wind that wakes\nthe sleeping sea,\ncome in, come in\nand sing to me."
    assert "the old bridge" in book.paragraphs()[0].text


def test_footnotes_are_kept_apart(tmp_path: Path) -> None:
    text = "".join(f"{n}\n{RUSSIAN_PROSE} {RUSSIAN_PROSE}\n" for n in ("I", "II", "III"))
    text = f"{text}1\nженщина (франц.).\n\nПримечания\n\n1\n\nСтарая мера длины.\n"
    book, _ = book_of(tmp_path, text)
    assert titles(book) == ["I", "II", "III"]
    notes = [one.text for one in book.paragraphs() if one.kind == "note"]
    assert "женщина (франц.)." in notes and "Старая мера длины." in notes


def test_gutenberg_header_and_licence_are_left_out(tmp_path: Path) -> None:
    header = "The Project Gutenberg eBook of The Lamp\n\nTitle: The Lamp\n\nAuthor: Nora Ashe\n\nLanguage: English\n\n"
    header += "*** START OF THE PROJECT GUTENBERG EBOOK THE LAMP ***\n\nProduced by A. Volunteer\n\n"
    footer = (
        "\n\n*** END OF THE PROJECT GUTENBERG EBOOK THE LAMP ***\n\nUpdated editions will replace the previous one.\n"
    )
    text = f"{header}CHAPTER I\n\n{PROSE}\n\nCHAPTER II\n\n{PROSE}{footer}"
    book, book_text = book_of(tmp_path, text, "pg1.txt")
    assert book_text == text
    assert (book.title, book.author, titles(book)) == ("The Lamp", "Nora Ashe", ["CHAPTER I", "CHAPTER II"])
    played = " ".join(one.text for one in book.paragraphs())
    assert "Gutenberg" not in played and "Volunteer" not in played and "Updated" not in played


@pytest.mark.parametrize(
    ("top", "title", "author"),
    [
        ("Антон Павлович Ясенев\nСТАРЫЙ ДОМ\n\n", "Старый дом", "Антон Павлович Ясенев"),
        ("THE OLD HOUSE\n\nby Nora Ashe\n\n", "The Old House", "Nora Ashe"),
        ("Title: The Old House\n\nAuthor: Nora Ashe\n\n", "The Old House", "Nora Ashe"),
        ("Нора Ясенева. Старый дом\n\n", "Старый дом", "Нора Ясенева"),
        ("Старый дом\nАвтор: Нора Ясенева\n\n", "Старый дом", "Нора Ясенева"),
        ("Старый дом\nАвторы: Нора и Пётр Ясеневы\n\n", "Старый дом", "Нора и Пётр Ясеневы"),
        ("Старый дом\nАвторы «маяка»\n\n", "Старый дом", "Авторы «маяка»"),
        ("The Old House\n\nAuthor: Nora Ashe\n\n", "The Old House", "Nora Ashe"),
        ("", "A small tale", None),
    ],
)
def test_title_and_author_come_from_the_first_lines(tmp_path: Path, top: str, title: str, author: str | None) -> None:
    prose = RUSSIAN_PROSE if top and ord(top[0]) > 1000 else PROSE
    book, _ = book_of(tmp_path, f"{top}{prose}\n\n{prose}\n")
    assert (book.title, book.author) == (title, author)
    assert not any(title in one.text for one in book.paragraphs() if one.kind == "text")


def test_what_stands_behind_the_end_is_not_story(tmp_path: Path) -> None:
    chapters = "".join(f"CHAPTER {n}\n\n{PROSE} {PROSE}\n\n{PROSE} {PROSE}\n\n" for n in range(1, 7))
    book, _ = book_of(tmp_path, f"{chapters}THE END\n\nAsk for our free list of good books.\n")
    assert [one.kind for one in book.paragraphs()[-2:]] == ["note", "note"]
    book, _ = book_of(tmp_path, f"{chapters}THE END\n\nCHAPTER 7\n\n{PROSE}\n")
    assert book.paragraphs()[-1].kind == "text"


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("The Lamp\n\nNora Ashe\n\nI", "The Lamp"),
        ("The Lamp\n\nNora Ashe\n\nA Tale\n\n1.", "The Lamp"),
        ("Нора Эш\n\nФонарь\n\nРассказ", "Фонарь"),
        ("I", "A small tale"),
    ],
)
def test_what_stands_alone_over_a_story_is_a_heading(tmp_path: Path, top: str, title: str) -> None:
    prose = RUSSIAN_PROSE if "Ф" in top else PROSE
    book, _ = book_of(tmp_path, f"{top}\n\n{prose}\n\n{prose}\n\nEnd.\n")
    kinds = [paragraph.kind for paragraph in book.paragraphs()]
    assert kinds == ["heading"] * len(top.split("\n\n")) + ["text", "text", "note"]
    assert book.title == title
