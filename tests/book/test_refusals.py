"""Bad files are refused with one line that names file and fault, soon and cheaply; nothing else is ever raised."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bookfilm.book import read_book
from bookfilm.errors import BookRefused
from tests.book.making import CONTAINER, PROSE, docx, epub, fb2, page, zipped

PAGE = page(f"<p>{PROSE}</p>")
LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
QUADRATIC = f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def encrypted(algorithm: str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc") -> dict[str, str | bytes]:
    locks = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        f'<e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData><e:CipherReference URI="OEBPS/p0.xhtml"/>'
        "</e:CipherData></e:EncryptedData></encryption>"
    )
    return {"META-INF/encryption.xml": locks, "OEBPS/p0.xhtml": bytes(range(256)) * 8}


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.txt", lambda: b"", "empty"),
    "blank": ("a.txt", lambda: b" \n\t\r\n" * 50, "empty"),
    "no words": ("a.txt", lambda: b"--- 12 --- ...\n\n!!!\n", "no"),
    "a picture named epub": ("a.epub", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG"),
    "text named epub": ("a.epub", lambda: PROSE.encode(), "EPUB"),
    "pdf": ("a.txt", lambda: b"%PDF-1.7\n" + bytes(99), "PDF"),
    "mobi": ("a.mobi", lambda: b"\0" * 60 + b"BOOKMOBI" + bytes(99), "MOBI"),
    "rtf": ("a.rtf", lambda: rb"{\rtf1\ansi hello}", "RTF"),
    "binary": ("a.txt", lambda: os.urandom(4096), "binary"),
    "other script": ("a.txt", lambda: ("吾輩は猫である。名前はまだ無い。" * 30).encode(), "script"),
    "german": ("a.txt", lambda: ("Der Mann ging in das Haus und die Frau war nicht mit ihm. " * 9).encode(), "German"),
    "ukrainian": ("a.txt", lambda: ("Він ішов до хати, і йому було сумно, але вона. " * 9).encode(), "Ukrainian"),
    "cut zip": ("a.epub", lambda: epub([PAGE])[:-40], "broken"),
    "no book in zip": ("a.zip", lambda: zipped({"a.csv": "1,2"}), "zip archive"),
    "no container": ("a.epub", lambda: zipped({"mimetype": "application/epub+zip", "a.xhtml": PAGE}), "container"),
    "no package": ("a.epub", lambda: zipped({"META-INF/container.xml": CONTAINER, "a.xhtml": PAGE}), "package"),
    "no pages": ("a.epub", lambda: epub([PAGE], without=["OEBPS/p0.xhtml"]), "none of the pages"),
    "locked": ("a.epub", lambda: epub([PAGE], extra=encrypted()), "DRM"),
    "climbs out": ("a.epub", lambda: epub([PAGE], extra={"../../evil": "x"}), "climbs out"),
    "absolute": ("a.epub", lambda: epub([PAGE], extra={"/etc/evil": "x"}), "climbs out"),
    "zip bomb": ("a.epub", lambda: epub([page("<p>" + "a " * 30_000_000 + "</p>")]), "unpacks"),
    "bomb in fb2.zip": ("a.fb2.zip", lambda: zipped({"a.fb2": b"<FictionBook>" + b" " * 70_000_000}), "unpacks"),
    "many entries": ("a.epub", lambda: epub([PAGE], extra={f"f{n}": "" for n in range(21_000)}), "entries"),
    "laughs in fb2": ("a.fb2", lambda: fb2("<section><p>&j;</p></section>", declaration=LAUGHS).encode(), "entities"),
    "laughs in epub": ("a.epub", lambda: epub([LAUGHS + page("<p>&j;</p>")]), "entities"),
    "laughs in docx": ("a.docx", lambda: zipped({"word/document.xml": LAUGHS + "<w>&j;</w>"}), "entities"),
    "quadratic": ("a.fb2", lambda: fb2(f"<p>{'&a;' * 5000}</p>", declaration=QUADRATIC).encode(), "entities"),
    "external entity": ("a.fb2", lambda: fb2("<p>&a;</p>", declaration=OUTSIDE).encode(), "external"),
    "external in utf-16": ("a.fb2", lambda: fb2("<p>&a;</p>", declaration=OUTSIDE).encode("utf-16"), "external"),
    "docx without document": ("a.docx", lambda: docx([]), "no text"),
    "deep html": ("a.html", lambda: b"<html><body>" + b"<b>" * 90_000 + b"x", "no text"),
    "deep fb2": ("a.fb2", lambda: fb2("<section>" * 90_000 + f"<p>{PROSE}</p>").encode(), "no text"),
    "many tags": ("a.html", lambda: b"<html><body>" + b"<p>a" * 500_000, "markup"),
    "many lines": ("a.txt", lambda: b"I\n" * 400_000, "lines"),
    "html of scripts": ("a.html", lambda: b"<style>p{}</style><script>alert(1)</script>", "no text"),
    "html of a comment": ("a.html", lambda: b"<!-- the man and the sea -->", "no text"),
    "other xml": ("a.xml", lambda: b"<?xml version='1.0'?><rss><p>the man and the sea</p></rss>", "XML"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", sorted(BAD))
def test_refused_in_one_line(case: str, tmp_path: Path) -> None:
    name, make, said = BAD[case]
    path = tmp_path / name
    path.write_bytes(make())
    started = time.monotonic()
    with pytest.raises(BookRefused) as refusal:
        read_book(path)
    assert time.monotonic() - started < 5
    line = str(refusal.value)
    assert str(path) in line and "\n" not in line
    assert said in line.removeprefix(str(path))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BookRefused, match="no such file"):
        read_book(tmp_path / "absent.txt")
    with pytest.raises(BookRefused, match="folder"):
        read_book(tmp_path)
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(BookRefused, match="not a regular file"):
        read_book(pipe)
    with pytest.raises(BookRefused):
        read_book(tmp_path / "a\0b.txt")
    with pytest.raises(BookRefused):
        read_book(tmp_path / "a.txt" / "b.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PROSE)
    path.chmod(0)
    with pytest.raises(BookRefused, match="cannot be read"):
        read_book(path)


@pytest.mark.parametrize(
    "begins", ["THE HEATWAVE came in June.", "The tidWEBP", "ID3 was her number.", "OTTO laughed."]
)
def test_a_text_may_begin_with_a_magic_word(begins: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{begins} {PROSE}")
    assert read_book(path)[1].startswith(begins)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\xfename.txt"))
    path.write_text(PROSE)
    with pytest.raises(BookRefused, match="no text in UTF-8") as fault:
        read_book(path)
    str(fault.value).encode()


@pytest.mark.parametrize("start", [b"It was late.", b"PK\x03\x04"])
def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(2 * 1024**3)
    started = time.monotonic()
    with pytest.raises(BookRefused, match="2,048 MB"):
        read_book(path)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("kind", ["<b>", "<p>&a;</p>"])
def test_safe_entities_of_its_own_are_put_in(tmp_path: Path, kind: str) -> None:
    own = '<!DOCTYPE html [<!ENTITY nbsp "&#160;"><!ENTITY she "Nora">]>'
    path = tmp_path / "a.epub"
    path.write_bytes(
        epub(
            [own + f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&she;&nbsp;waited. {PROSE}</p></body></html>']
        )
    )
    book, _ = read_book(path)
    assert book.paragraphs()[-1].text.startswith("Nora waited.")
