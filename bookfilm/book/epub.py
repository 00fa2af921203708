"""EPUB 2 and 3: the pages of the spine in order, chapter names from the navigation where pages lack them.

Faults that a reading program would live with are lived with: missing pages and images, doubled identifiers, a
broken navigation. Refused is only what holds no book, or is locked.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bookfilm.book.archive import Archive
from bookfilm.book.blocks import Manuscript
from bookfilm.book.composing import Composer
from bookfilm.book.encoding import Undecodable
from bookfilm.book.html import page_tree, write_page
from bookfilm.book.limits import LARGEST_MARKUP_BYTES
from bookfilm.book.markup import MarkupRefused, decoded_markup, local_name, without_doctype, words_within, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGE = re.compile(r"\.(?:x?html?|xml)$", re.IGNORECASE)
_FRONT_PAGE = re.compile(r"cover|title-?page|toc|copyright(?:-page)?|loi|index|colophon|notes?$")
_MOST_PAGES = 5000


@dataclass(slots=True)
class _Package:
    """The OPF: `folder` it lies in, items by id, the spine's paths, pages that are no story."""

    folder: str
    items: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """id: path, media type, properties"""
    spine: list[str] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    navigation: list[str] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    language: str | None = None


def read_epub(archive: Archive) -> Manuscript:
    """Return the manuscript in an EPUB. Raises ArchiveRefused, MarkupRefused, TooMuchText."""
    names = _Names(archive)
    package = _package(archive, names)
    _check_locks(archive, names, package)
    marks = _navigation_marks(archive, names, package)
    composer = Composer()
    read = 0
    for path in package.spine[:_MOST_PAGES]:
        name = names.find(path)
        if name is None or path in package.unseen:
            continue
        root = _tree(archive, name, page=True)
        if root is not None:
            write_page(root, composer, marks.get(path, {}))
            read += 1
    if not read:
        raise MarkupRefused("none of the pages it lists is in it")
    return Manuscript(
        composer.text(), composer.blocks, package.title, package.author, package.language, None, layered=True
    )


class _Names:
    """Finds entries by path as reading programs do: also with another case or Unicode form."""

    def __init__(self, archive: Archive) -> None:
        self._exact = set(archive.names)
        self._loose = {_loose(name): name for name in reversed(archive.names)}

    def find(self, path: str) -> str | None:
        return path if path in self._exact else self._loose.get(_loose(path))


def _loose(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _tree(archive: Archive, name: str, *, page: bool = False) -> Element | None:
    """Return the tree of an entry, or None where it cannot be read as text or markup."""
    try:
        text, _ = decoded_markup(archive.read(name, LARGEST_MARKUP_BYTES))
    except Undecodable:
        return None
    return page_tree(text) if page else xml_tree(without_doctype(text))


def _package(archive: Archive, names: _Names) -> _Package:
    path = _package_path(archive, names)
    root = _tree(archive, path)
    if root is None:
        raise MarkupRefused(f"its package document {path} cannot be read")
    package = _Package(posixpath.dirname(path))
    for element in root.iter():
        _note(element, package)
    _metadata(root, package)
    references = [element for element in root.iter() if local_name(element) == "itemref"]
    read_in_order = [one for one in references if (one.get("linear") or "").lower() != "no"] or references
    identities = [one.get("idref") or "" for one in read_in_order]
    package.spine = list(dict.fromkeys(package.items[one][0] for one in identities if one in package.items))
    if not package.spine:
        package.spine = [one for one, kind, _ in package.items.values() if "html" in kind or _PAGE.search(one)]
    return package


def _package_path(archive: Archive, names: _Names) -> str:
    container = names.find("META-INF/container.xml")
    root = _tree(archive, container) if container else None
    for element in root.iter() if root is not None else ():
        if local_name(element) == "rootfile" and (found := names.find(unquote(element.get("full-path") or ""))):
            return found
    packages = [name for name in archive.names if name.lower().endswith(".opf")]
    if packages:
        return packages[0]
    if container is None:
        raise MarkupRefused("it is a zip archive without META-INF/container.xml or a package document: no EPUB")
    raise MarkupRefused("it has no package document (.opf), which lists what to read")


def _note(element: Element, package: _Package) -> None:
    name = local_name(element)
    if name == "item" and element.get("href"):
        path = _path_from(package.folder, element.get("href") or "")
        properties = element.get("properties") or ""
        kind = (element.get("media-type") or "").lower()
        package.items.setdefault(element.get("id") or path, (path, kind, properties))
        if "nav" in properties.split():
            package.unseen.add(path)
            package.navigation.insert(0, path)
        elif "ncx" in kind or path.lower().endswith(".ncx"):
            package.navigation.append(path)
    elif name == "reference" and _FRONT_PAGE.match((element.get("type") or "").lower()):
        path = _path_from(package.folder, element.get("href") or "")
        if "#" not in (element.get("href") or ""):
            package.unseen.add(path)


def _metadata(root: Element, package: _Package) -> None:
    found: dict[str, list[str]] = {}
    for element in root.iter():
        name = local_name(element)
        if name in ("title", "creator", "language") and (text := " ".join((element.text or "").split())):
            found.setdefault(name, []).append(text)
    package.title = next(iter(found.get("title", [])), None)
    package.author = ", ".join(dict.fromkeys(_natural(name) for name in found.get("creator", [])[:3])) or None
    package.language = next(iter(found.get("language", [])), None)


def _natural(name: str) -> str:
    """Return ``Carroll, Lewis`` as ``Lewis Carroll``."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first and len(first.split()) <= 3 else name


def _path_from(folder: str, reference: str) -> str:
    """Return the path in the archive that a reference from `folder` means, without its fragment."""
    return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0]))).lstrip("/")


def _check_locks(archive: Archive, names: _Names, package: _Package) -> None:
    """Refuse a book whose pages are encrypted. Scrambled fonts, or fonts alone, lock nothing."""
    if names.find("META-INF/rights.xml") and names.find("META-INF/encryption.xml"):
        raise MarkupRefused("it is locked with DRM (META-INF/rights.xml); only books without it can be read")
    name = names.find("META-INF/encryption.xml")
    root = _tree(archive, name) if name else None
    pages = {_loose(path) for path in package.spine}
    for data in root.iter() if root is not None else ():
        if local_name(data) != "encrypteddata":
            continue
        inside = list(data.iter())
        algorithm = next((one.get("Algorithm") or "" for one in inside if local_name(one) == "encryptionmethod"), "")
        target = next((one.get("URI") or "" for one in inside if local_name(one) == "cipherreference"), "")
        if (
            algorithm not in _FONT_ALGORITHMS
            and _loose(_path_from("", target)) in pages
            and not _is_plain(archive, names, target)
        ):
            raise MarkupRefused("its pages are encrypted (DRM); only books without it can be read")


def _is_plain(archive: Archive, names: _Names, target: str) -> bool:
    """Return whether a page that is listed as encrypted is legible all the same."""
    name = names.find(_path_from("", target))
    if name is None:
        return False
    head = archive.read(name, LARGEST_MARKUP_BYTES)[:1000].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith(b"<") and b"\0" not in head and b"html" in head.lower()


def _navigation_marks(archive: Archive, names: _Names, package: _Package) -> dict[str, dict[str, str]]:
    """Return the titles in the table of contents, by page and by the place on it ("" is its beginning)."""
    marks: dict[str, dict[str, str]] = {}
    for path in package.navigation:
        name = names.find(path)
        if name is None:
            continue
        try:
            root = _tree(archive, name)
            entries = list(_entries(root)) if root is not None else []
        except MarkupRefused:
            continue
        for title, reference in entries:
            place = marks.setdefault(_path_from(posixpath.dirname(path), reference), {})
            place.setdefault(reference.partition("#")[2], title)
        if len(entries) >= 2:
            break
    return marks


def _entries(root: Element) -> list[tuple[str, str]]:
    """Return title and reference of each entry: of the NCX, or of the navigation document's list."""
    found: list[tuple[str, str]] = []
    lists = [one for one in root.iter() if local_name(one) == "nav"]
    contents = next((one for one in lists if "toc" in (one.get("{http://www.idpf.org/2007/ops}type") or "")), None)
    for element in (contents if contents is not None else root).iter():
        name = local_name(element)
        if name == "a" and element.get("href"):
            found.append((words_within(element), element.get("href") or ""))
        elif name == "navpoint":
            label = next((one for one in element if local_name(one) == "navlabel"), None)
            content = next((one for one in element if local_name(one) == "content"), None)
            if label is not None and content is not None and content.get("src"):
                found.append((words_within(label), content.get("src") or ""))
    return [(title[:300], reference) for title, reference in found[:_MOST_PAGES] if title]
