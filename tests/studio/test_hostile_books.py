"""Books that mean harm: none reads a file of this machine or takes all of it, and no script in one is given out."""

from __future__ import annotations

import resource
import struct
import zipfile
from functools import cache
from io import BytesIO

import pytest
from lxml import etree, html

from tests.studio.desk import carry_out
from tests.studio.serving import PUBLIC, Served
from tests.studio.test_problems import problem

SECRET = "the machine's own words"
EVIL = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
CONTAINER = '<container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'
PACKAGE = """<package><manifest><item id="a" href="{}" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/></spine></package>"""


def packed(entries: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def epub(href: str, page: str | bytes = "<html><body><p>x</p></body></html>", root: str = "a.opf") -> bytes:
    return packed({
        "mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER.format(root),
        "a.opf": PACKAGE.format(href), "a.xhtml": page,
    })  # fmt: skip


def many_of_one() -> bytes:
    """One stretch of zeros that a thousand names in the directory all mean: an archive that overlaps itself."""
    whole = bytearray(packed({"mimetype": "application/epub+zip", "0.xhtml": b"\0" * 1_000_000}))
    at = whole.rfind(b"PK\x01\x02")
    end = whole.rfind(b"PK\x05\x06")
    entry, tail = bytes(whole[at:end]), bytearray(whole[end:])
    more = b"".join(entry.replace(b"0.xhtml", b"%07d" % number) for number in range(1000))
    struct.pack_into("<HHI", tail, 8, 1002, 1002, end - whole.find(b"PK\x01\x02") + len(more))
    return bytes(whole[:end]) + more + bytes(tail)


def read_s() -> float:
    """Return how many seconds of a core books have taken that were read: those of the clock are the machine's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@cache
def books(secret: str) -> dict[str, bytes]:
    """Return books that would have the file at `secret` read, or all memory and time used, were they obeyed."""
    doctype = f'<!DOCTYPE r [<!ENTITY s SYSTEM "file://{secret}"><!ENTITY a "{"a" * 60_000}">]>'
    fb2 = "<FictionBook><body><section><p>&s;" + "&a;" * 1000 + "</p></section></body></FictionBook>"
    late = f"<?xml version='1.0'?><!--{' ' * 300_000}-->{doctype}{fb2}"
    include = (f'<FictionBook xmlns:x="http://www.w3.org/2001/XInclude"><body><section><p>A word.</p>'
               f'<x:include parse="text" href="file://{secret}"/></section></body></FictionBook>')  # fmt: skip
    page = (f'<html><body><p>Words.</p><img src="file://{secret}"/><iframe src="file://{secret}"></iframe>{EVIL}'
            f'<object data="file://{secret}"></object><link rel="import" href="file://{secret}"/>')  # fmt: skip
    escaped = b'<?xml version="1.0" encoding="unicode_escape"?>' + f"{doctype}{fb2}".encode().replace(b"<", rb"\x3c")
    zeros = {"mimetype": "application/epub+zip", "META-INF/container.xml": b"\0" * 60_000_000}
    attributes = b" ".join(b'a%d=""' % number for number in range(50_000))
    return {
        "of-two-bytes.fb2": f'<?xml version="1.0" encoding="utf-16"?>{doctype}{fb2}'.encode("utf-16"),
        "of-seven-bits.fb2": b'<?xml version="1.0" encoding="utf-7"?>' + f"{doctype}{fb2}".encode("utf-7"),
        "escaped.fb2": escaped,
        "late.fb2": late.encode(), "include.fb2": include.encode(), "page.html": page.encode(),
        "picture.svg": f'<svg xmlns="http://www.w3.org/2000/svg">{EVIL}<text>Words</text></svg>'.encode(),
        "root.epub": epub("a.xhtml", root=f"file://{secret}"), "spine.epub": epub(f"file://{secret}"),
        "climbs.epub": epub("../../../../../.." + secret), "overlaps.epub": many_of_one(),
        "other-packing.epub": packed(zeros, zipfile.ZIP_LZMA),
        "attributes.html": b"<html><body><p " + attributes + b">Words.</p></body></html>",
    }  # fmt: skip


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("machine") / "secret"
    path.write_text(SECRET)
    return str(path)


@pytest.mark.parametrize("name", books("/none"))
def test_a_book_reads_nothing_but_itself(studio: Served, secret: str, name: str) -> None:
    began = read_s()
    client = studio.as_(studio.newcomer())
    upload = studio.uploaded(books(secret)[name], name, client)
    answer = client.post("/v1/films", json={"upload": upload, "right": PUBLIC, "start": False}, timeout=400)
    assert SECRET not in answer.text and secret not in answer.text
    if answer.status_code == 201:
        # It was read as what it is: a few words.
        assert answer.json()["book"]["words"] < 100, answer.text
    else:
        assert len(problem(answer, "refused")["detail"]) < 300
    assert read_s() - began < 60
    assert studio.client.get("/health").status_code == 200


def test_no_file_that_is_given_out_can_run_a_script_here(studio: Served) -> None:
    text = (
        f'{EVIL}\n\nby {EVIL}\n\nCHAPTER I. {EVIL}\n\nIt was late.\n\n"{EVIL} hello," said Anna Pell. Anna was cold.\n'
    )
    film = str(studio.filmed(text.encode(), title=EVIL[:110], author=EVIL[:110])["id"])
    carry_out(studio, film)
    place = f"/v1/films/{film}"
    names = [one["name"] for one in studio.client.get(f"{place}/files").json()]
    takes = [one["take"] for one in studio.client.get(f"{place}/shots").json()["items"] if one["take"]]
    assert {"report.html", "screenplay.fdx", "book.json", "film.vtt"} <= set(names)
    ticket = studio.client.get(f"{place}/ticket").json()["ticket"]
    for name in (*names, f"takes/{takes[0]}.jpg", "poster.jpg"):
        for answer in (
            studio.client.get(f"{place}/files/{name}"),
            studio.as_(None).get(f"{place}/files/{name}?ticket={ticket}"),
            studio.client.get(f"{place}/files/{name}", headers={"Range": "bytes=0-9"}),
        ):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert not {"<", ">", '"', "\r", "\n"} & set(answer.headers["content-disposition"])
    # Nor where it was saved and is opened from the disk.
    report = html.fromstring(studio.client.get(f"{place}/files/report.html").content)
    assert report.xpath("//script | //iframe | //object | //embed | //link[@rel='import'] | //base | //form") == []
    assert report.xpath("//@*[starts-with(name(), 'on')] | //@*[starts-with(., 'javascript:')]") == []
    assert report.xpath("//*[@src='x']") == [] and "window.ran" in report.text_content()
    assert etree.fromstring(studio.client.get(f"{place}/files/screenplay.fdx").content).xpath("//script | //img") == []


@pytest.mark.parametrize(
    "name", ["x.svg", "x.html", "x.html\0.txt", "x.txt\r\nX-A: b", 'x".html', "x.php", "x.html;.txt"]
)
def test_an_upload_is_never_given_back(studio: Served, name: str) -> None:
    """What was sent is read as a book and kept, and no address leads to it."""
    client = studio.as_(studio.newcomer())
    upload = studio.uploaded(f"<html><body>{EVIL}<p>Words of a book.</p></body></html>".encode(), name, client)
    answer = client.get(f"/v1/uploads/{upload}")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert "X-A" not in answer.headers and EVIL not in answer.text
    head = client.head(f"/v1/uploads/{upload}")
    assert head.status_code == 200 and "html" not in head.headers.get("content-type", "")
