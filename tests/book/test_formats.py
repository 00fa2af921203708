"""EPUB, FB2, HTML, Markdown and DOCX give the same kind of Book as plain text does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.book import read_book
from bookfilm.records.book import Book
from tests.book.making import PROSE, RUSSIAN_PROSE, docx, epub, fb2, page, zipped


def book_of(tmp_path: Path, data: bytes | str, name: str) -> tuple[Book, str]:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return read_book(path)


def titles(book: Book) -> list[str | None]:
    return [chapter.title for chapter in book.chapters]


def kinds(book: Book) -> list[str]:
    return [one.kind for one in book.paragraphs()]


CHAPTERS = [
    page(f"<h2>Chapter {n}</h2><h3>{name}</h3><p>{PROSE}</p><p>{PROSE}</p>")
    for n, name in enumerate(["Lamp", "Key"], 1)
]


@pytest.mark.parametrize("name", ["a.epub", "a.txt", "a"])
def test_epub_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    book, text = book_of(tmp_path, epub(CHAPTERS), name)
    assert (book.file_format, book.title, book.author, book.language) == ("epub", "The Lamp", "Nora Ashe", "en")
    assert titles(book) == ["Chapter 1. Lamp", "Chapter 2. Key"]
    assert text.startswith(f"Chapter 1\n\nLamp\n\n{PROSE}\n\n")
    assert all(text[slice(*one.source)] == one.text for one in book.paragraphs())


def test_epub_cover_contents_and_navigation_are_not_story(tmp_path: Path) -> None:
    entries = "".join(f'<li><a href="p{n + 1}.xhtml">Chapter {n}</a></li>' for n in (1, 2))
    nav = page(f'<nav epub:type="toc"><ol>{entries}</ol></nav>')
    links = "".join(f'<p><a href="p{n}.xhtml">Chapter {n}</a></p>' for n in range(2, 7))
    pages = [
        page('<section epub:type="titlepage"><p>THE LAMP</p></section>'),
        page(f"<h1>Contents</h1>{links}"),
        *CHAPTERS,
    ]
    items = '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    book, _ = book_of(tmp_path, epub(pages, items=items, extra={"OEBPS/nav.xhtml": nav}), "a.epub")
    assert titles(book) == ["Chapter 1. Lamp", "Chapter 2. Key"]
    assert kinds(book) == ["heading", "heading", "text", "text"] * 2


def test_epub_chapter_names_come_from_the_ncx_where_pages_have_none(tmp_path: Path) -> None:
    points = "".join(
        f'<navPoint><navLabel><text>{name}</text></navLabel><content src="p{n}.xhtml"/></navPoint>'
        for n, name in enumerate(["The Lamp", "The Key"])
    )
    ncx = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    items = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    pages = [page(f"<p>{PROSE}</p><p>{PROSE}</p>"), page(f'<p class="title">The Key</p><p>{PROSE}</p>')]
    book, _ = book_of(tmp_path, epub(pages, items=items, extra={"OEBPS/toc.ncx": ncx}), "a.epub")
    assert titles(book) == ["The Lamp", "The Key"]
    assert kinds(book) == ["text", "text", "heading", "text"]


def test_epub_without_some_of_its_pages_is_read_all_the_same(tmp_path: Path) -> None:
    book, _ = book_of(
        tmp_path, epub([*CHAPTERS, page("<p>lost</p>")], without=["OEBPS/p2.xhtml", "mimetype"]), "a.epub"
    )
    assert len(book.chapters) == 2


def test_epub_with_scrambled_fonts_is_not_locked(tmp_path: Path) -> None:
    locks = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        '<e:EncryptedData><e:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><e:CipherData>'
        '<e:CipherReference URI="OEBPS/font.otf"/></e:CipherData></e:EncryptedData></encryption>'
    )
    book, _ = book_of(tmp_path, epub(CHAPTERS, extra={"META-INF/encryption.xml": locks}), "a.epub")
    assert len(book.chapters) == 2


def test_html_verse_breaks_notes_and_page_numbers(tmp_path: Path) -> None:
    body = (
        f'<h1>The Lamp</h1><h2>I</h2><p>{PROSE}<span class="pagenum">[12]</span></p><hr/>'
        '<div class="poem"><p>O wind that wakes<br/>the sleeping sea</p></div>'
        f"<h2>II</h2><p>It cost &pound;5 &amp; a half.</p><p>{PROSE}</p>"
        '<div class="footnote"><p>[1] An old coin.</p></div>'
        "<script>alert('no')</script>"
    )
    head = '<head><meta charset="utf-8"><title>The Lamp</title></head>'
    html = f'<!DOCTYPE html><html lang="en">{head}<body>{body}</body></html>'
    book, text = book_of(tmp_path, html, "a.html")
    assert (book.file_format, book.title, titles(book)) == ("html", "The Lamp", ["I", "II"])
    assert [one.text for one in book.paragraphs() if one.kind == "verse"] == ["O wind that wakes\nthe sleeping sea"]
    assert kinds(book).count("break") == 1 and kinds(book).count("note") == 1
    assert "[12]" not in text and "alert" not in text and "£5 & a half" in text


def test_html_in_a_declared_russian_encoding(tmp_path: Path) -> None:
    html = f'<html><head><meta charset="windows-1251"></head><body><h2>Глава 1</h2><p>{RUSSIAN_PROSE}</p></body></html>'
    book, _ = book_of(tmp_path, html.encode("cp1251"), "a.htm")
    assert (book.language, titles(book), book.encoding) == ("ru", ["Глава 1"], "windows-1251")


def section(title: str, *inner: str) -> str:
    return f"<section><title><p>{title}</p></title>{''.join(inner)}</section>"


def test_fb2_parts_verse_epigraph_and_notes(tmp_path: Path) -> None:
    prose = f"<p>{RUSSIAN_PROSE}</p>"
    poem = "<poem><stanza><v>Ветер, ветер над рекой,</v><v>спой мне, ветер, и постой.</v></stanza></poem>"
    epigraph = "<epigraph><p>Тише едешь.</p><text-author>Пословица</text-author></epigraph>"
    body = section(
        "Часть первая",
        section("Глава 1", epigraph, '<p>Он сказал<a l:href="#n1" type="note">[1]</a> слово.</p>', prose, poem),
        section("Глава 2", prose, "<subtitle>* * *</subtitle>", prose),
    ) + section("Часть вторая", section("Глава 3", prose))
    notes = '<body name="notes"><section id="n1"><title><p>1</p></title><p>Примечание.</p></section></body>'
    book, text = book_of(tmp_path, fb2(body, after=notes + '<binary id="c">AAAA</binary>'), "a.fb2")
    assert (book.title, book.author, book.language) == ("Лампа", "Нора Ясенева", "ru")
    assert [(one.part, one.title) for one in book.chapters] == [
        ("Часть первая", "Глава 1"), ("Часть первая", "Глава 2"), ("Часть вторая", "Глава 3"),
    ]  # fmt: skip
    assert kinds(book)[:6] == ["heading", "heading", "epigraph", "epigraph", "text", "text"]
    assert kinds(book).count("verse") == 1 and kinds(book).count("break") == 1
    assert "Он сказал слово." in text and "AAAA" not in text
    assert [one.text for one in book.paragraphs() if one.kind == "note"] == ["1", "Примечание."]


@pytest.mark.parametrize(
    ("encoding", "packed"), [("windows-1251", False), ("koi8-r", False), ("utf-16", False), ("utf-8", True)]
)
def test_fb2_in_its_declared_encoding_and_zipped(tmp_path: Path, encoding: str, packed: bool) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = fb2(section("Глава 1", f"<p>{RUSSIAN_PROSE}</p>"), declaration=declaration).encode(encoding)
    book, text = book_of(tmp_path, zipped({"book.fb2": data}) if packed else data, "a.fb2.zip" if packed else "a.fb2")
    assert (book.file_format, titles(book)) == ("fb2", ["Глава 1"])
    assert RUSSIAN_PROSE in text


def test_broken_fb2_is_mended(tmp_path: Path) -> None:
    data = fb2(section("Глава 1", f"<p>{RUSSIAN_PROSE} & так далее<p>{RUSSIAN_PROSE}</p>"))
    book, _ = book_of(tmp_path, data, "a.fb2")
    assert RUSSIAN_PROSE in " ".join(one.text for one in book.paragraphs())


def test_markdown_headings_front_matter_and_breaks(tmp_path: Path) -> None:
    text = "---\ntitle: The Lamp\nauthor: Nora Ashe\n---\n\n# The Lamp\n\n"
    text += f"## One\n\n{PROSE}\n*Then* it was\ndark.\n\n***\n\n{PROSE}\n\n## Two\n\n{PROSE}\n"
    book, book_text = book_of(tmp_path, text, "a.md")
    assert (book.file_format, book.title, book.author, titles(book)) == (
        "markdown",
        "The Lamp",
        "Nora Ashe",
        ["One", "Two"],
    )
    assert "Then it was dark." in book_text and "break" in kinds(book)


def test_docx_headings_contents_and_line_breaks(tmp_path: Path) -> None:
    data = docx(
        [
            ("Title", "The Lamp"), ("TOC1", "Chapter 1 ... 3"), ("Heading1", "Chapter 1"), ("Normal", PROSE),
            ("Normal", "O wind that wakes\nthe sleeping sea,\nsing on to me."),
            ("Heading1", "Chapter 2"), ("Normal", PROSE),
        ],
        core="<dc:title>The Lamp</dc:title><dc:creator>Nora Ashe</dc:creator>",
    )  # fmt: skip
    book, text = book_of(tmp_path, data, "a.docx")
    assert (book.file_format, book.title, book.author) == ("docx", "The Lamp", "Nora Ashe")
    assert titles(book) == ["Chapter 1", "Chapter 2"]
    assert "verse" in kinds(book) and "... 3" not in text


def test_gutenberg_wrapping_is_left_out_of_html(tmp_path: Path) -> None:
    body = "<p>The Project Gutenberg eBook of The Lamp, by Nora Ashe</p>"
    body += "<p>*** START OF THE PROJECT GUTENBERG EBOOK THE LAMP ***</p>"
    body += f"<h2>CHAPTER I</h2><p>{PROSE}</p><h2>CHAPTER II</h2><p>{PROSE}</p>"
    body += "<p>*** END OF THE PROJECT GUTENBERG EBOOK THE LAMP ***</p><h2>THE FULL LICENSE</h2><p>You may copy it.</p>"
    head = "<head><title>The Project Gutenberg eBook of The Lamp, by Nora Ashe</title></head>"
    book, _ = book_of(tmp_path, f"<html>{head}<body>{body}</body></html>", "a.html")
    assert (book.title, book.author, titles(book)) == ("The Lamp", "Nora Ashe", ["CHAPTER I", "CHAPTER II"])
    assert not any("copy" in one.text or "Gutenberg" in one.text for one in book.paragraphs())


def test_markdown_parts_with_named_chapters(tmp_path: Path) -> None:
    chapters = [f"## The {name}\n\n{PROSE}\n\n" for name in ("Boy", "Girl", "Man")]
    text = f"# The Lamp\n\n*by Nora Ashe*\n\n# Part One\n\n{chapters[0]}{chapters[1]}# Part Two\n\n{chapters[2]}"
    book, _ = book_of(tmp_path, text, "a.md")
    assert (book.title, book.author) == ("The Lamp", "Nora Ashe")
    assert [(one.part, one.title) for one in book.chapters] == [
        ("Part One", "The Boy"), ("Part One", "The Girl"), ("Part Two", "The Man"),
    ]  # fmt: skip
