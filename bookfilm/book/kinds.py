"""What a file is, told by its content; its name decides only between kinds of plain text."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from bookfilm.book.archive import Archive

Kind = Literal["txt", "markdown", "html", "epub", "fb2", "docx", "fb2.zip"]

_FOREIGN: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF", 0, "a PDF"), (b"BOOKMOBI", 60, "a MOBI or Kindle book"), (b"TEXtREAd", 60, "a PalmDoc book"),
    (b"TPZ", 0, "a Kindle Topaz book"), (b"\xeaDRMION", 0, "a Kindle KFX book"), (b"ITOLITLS", 0, "a LIT book"),
    (b"ITSF", 0, "a CHM book"), (b"AT&TFORM", 0, "a DjVu book"), (b"{\\rtf", 0, "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "an old Word document (.doc)"), (b"%!PS", 0, "a PostScript document"),
    (b"\x89PNG", 0, "a PNG picture"), (b"\xff\xd8\xff", 0, "a JPEG picture"), (b"GIF8", 0, "a GIF picture"),
    (b"BM", 0, "a BMP picture"), (b"II*\0", 0, "a TIFF picture"), (b"MM\0*", 0, "a TIFF picture"),
    (b"Rar!", 0, "a RAR archive"), (b"7z\xbc\xaf", 0, "a 7z archive"),
    (b"\x1f\x8b", 0, "a gzip archive"), (b"BZh", 0, "a bzip2 archive"), (b"\xfd7zXZ", 0, "an xz archive"),
    (b"ustar", 257, "a tar archive"), (b"\x7fELF", 0, "a program"), (b"MZ\x90", 0, "a program"),
    (b"ID3", 0, "a sound file"), (b"OggS", 0, "a sound file"), (b"fLaC", 0, "a sound file"),
    (b"ftyp", 4, "a video file"), (b"\x1aE\xdf\xa3", 0, "a video file"),
    (b"SQLite format 3", 0, "a database"), (b"wOFF", 0, "a font"), (b"OTTO", 0, "a font"),
)  # fmt: skip
_WORDS = (b"BM", b"ID3", b"MM\0*", b"ftyp", b"OTTO")
"""Marks that a text may begin with as well: such a file has zeros near its beginning."""
_RIFF = {b"WAVE": "a sound file", b"WEBP": "a WebP picture", b"AVI ": "a video file"}
_SUFFIXES_TXT = (".txt", ".text", "")


class NotABook(ValueError):
    """The file is of a kind that is not read; the message names the kind."""


def tell_kind(data: bytes, file_name: str) -> tuple[Kind, Archive | None]:
    """Return what `data` is, and the archive it was opened as. Raises NotABook, ArchiveRefused."""
    for magic, at, name in _FOREIGN:
        if data[at : at + len(magic)] == magic and (magic not in _WORDS or b"\0" in data[2:14]):
            raise NotABook(f"it is {name}; read are TXT, Markdown, HTML, EPUB, FB2 and DOCX")
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        raise NotABook(f"it is {_RIFF[data[8:12]]}; read are TXT, Markdown, HTML, EPUB, FB2 and DOCX")
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        archive = Archive(data)
        return _kind_of_archive(archive), archive
    suffix = PurePath(file_name).suffix.lower()
    if suffix in (".epub", ".docx"):
        raise NotABook(f"it is no {suffix[1:].upper()}: that is a zip archive, and this file is not")
    head = data[:8192].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"<\?xml|<!--|<fictionbook|<!doctype|<[a-z]", head):
        if b"<fictionbook" in head or b"<fictionbook" in data[:200_000].replace(b"\0", b"").lower():
            return "fb2", None
        if re.search(rb"<(?:!doctype html|html|head|body)\b", head):
            return "html", None
        if head.startswith(b"<?xml") and suffix == ".fb2":
            return "fb2", None
        if head.startswith((b"<?xml", b"<!doctype")):
            raise NotABook("it is XML, but neither FB2 nor XHTML")
    tags = rb"<(?:p|div|h[1-6]|br|style|script)\b|<!--"
    if suffix in (".html", ".htm", ".xhtml") and re.search(tags, data[:100_000], re.IGNORECASE):
        return "html", None
    if suffix == ".fb2":
        raise NotABook("it is no FB2: it does not begin with a FictionBook element")
    if suffix in (".md", ".markdown", ".mdown", ".mkd"):
        return "markdown", None
    if suffix not in _SUFFIXES_TXT and len(re.findall(rb"(?m)^#{1,6} \S", data[:200_000])) >= 2:
        return "markdown", None
    return "txt", None


def _kind_of_archive(archive: Archive) -> Kind:
    names = {name.lower() for name in archive.names}
    if "meta-inf/container.xml" in names or any(name.endswith(".opf") for name in names):
        return "epub"
    if "word/document.xml" in names:
        return "docx"
    if any(name.endswith(".fb2") for name in names):
        return "fb2.zip"
    if "mimetype" in names:
        mimetype = next(name for name in archive.names if name.lower() == "mimetype")
        declared = archive.read(mimetype, 1 << 20)[:60].decode("ascii", errors="replace").strip()
        if "epub" in declared:
            return "epub"
        raise NotABook(f"it is a document of the type {declared!r}, which is not read")
    raise NotABook("it is a zip archive, and no EPUB, FB2 or DOCX is in it")
