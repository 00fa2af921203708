"""DOCX: the paragraphs of a Word file, their styles telling headings from text (ECMA-376, WordprocessingML)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookfilm.book.archive import Archive
from bookfilm.book.blocks import Manuscript
from bookfilm.book.composing import Composer
from bookfilm.book.limits import LARGEST_MARKUP_BYTES
from bookfilm.book.markup import MarkupRefused, decoded_markup, local_name, without_doctype, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_UNSEEN = {
    "del",
    "fallback",
    "instrtext",
    "deltext",
    "movefrom",
    "footnotereference",
    "endnotereference",
    "ppr",
    "rpr",
    "pict",
}


def read_docx(archive: Archive) -> Manuscript:
    """Return the manuscript in a Word file. Raises ArchiveRefused, MarkupRefused, TooMuchText."""
    root = _part(archive, "word/document.xml")
    if root is None:
        raise MarkupRefused("it is a Word file without a document in it")
    styles = _styles(archive)
    composer = Composer()
    for paragraph in _paragraphs(root):
        _add(paragraph, styles, composer)
    title, author, language = _properties(archive)
    return Manuscript(composer.text(), composer.blocks, title, author, language, None, layered=True)


def _part(archive: Archive, name: str) -> Element | None:
    if name not in archive.names:
        return None
    text, _ = decoded_markup(archive.read(name, LARGEST_MARKUP_BYTES * 2))
    return xml_tree(without_doctype(text))


def _value(element: Element | None, attribute: str = "val") -> str:
    if element is None:
        return ""
    return element.get(_W + attribute) or element.get(_STRICT_W + attribute) or ""


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((one for one in element if local_name(one) == name), None)


def _styles(archive: Archive) -> dict[str, str]:
    """Return what each paragraph style is: "title", "toc", "verse", a heading's level, or ""."""
    root = _part(archive, "word/styles.xml")
    roles: dict[str, str] = {}
    for style in root if root is not None else ():
        if local_name(style) != "style":
            continue
        name = _value(_child(style, "name")).lower()
        outline = _value(_child(_child(style, "ppr"), "outlinelvl"))
        role = _role(name)
        if not role and outline.isdigit() and int(outline) < 9:
            role = str(int(outline) + 1)
        roles[_value(style, "styleId")] = role
    return roles


def _role(name: str) -> str:
    if match := re.match(r"(?:heading|заголовок|глава|chapter)\s*(\d)?", name):
        return match[1] or "1"
    if name in ("title", "название", "book title", "subtitle", "подзаголовок", "author"):
        return "title"
    if re.match(r"toc\b|toc \d|оглавление|contents", name):
        return "toc"
    if re.search(r"footnote text|endnote text|caption|header|footer|сноск", name):
        return "note"
    return "verse" if re.search(r"verse|poem|poetry|стих", name) else ""


def _paragraphs(root: Element) -> list[Element]:
    """Return all paragraphs, those within others' text boxes left to them."""
    return [
        element
        for element in root.iter(_W + "p", _STRICT_W + "p")
        if not any(local_name(above) in ("fallback", "del") for above in element.iterancestors())
    ]


def _add(paragraph: Element, styles: dict[str, str], composer: Composer) -> None:
    properties = _child(paragraph, "ppr")
    style = _value(_child(properties, "pstyle"))
    role = styles.get(style, _role(re.sub(r"(?<=[a-z])(?=\d)", " ", style.lower())))
    outline = _value(_child(properties, "outlinelvl"))
    if not role and outline.isdigit() and int(outline) < 9:
        role = str(int(outline) + 1)
    text = _words(paragraph)
    lines = [line for line in text.split("\n") if line.strip()]
    if role == "toc" or not lines:
        return
    if role.isdigit():
        composer.add(text, "heading", level=int(role))
    elif role == "title":
        composer.add(text, "heading", level=1)
    elif role == "note":
        composer.add(text, "note")
    else:
        verse = role == "verse" or (len(lines) >= 3 and all(len(line) <= 70 for line in lines))
        composer.add(text, "verse" if verse else "text")


def _words(paragraph: Element) -> str:
    from lxml import etree

    words: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        name = local_name(element)
        if name in _UNSEEN or (name == "p" and element is not paragraph):
            walk.skip_subtree()
        elif name == "t":
            words.append(element.text or "")
        elif name in ("tab", "ptab"):
            words.append(" ")
        elif name in ("br", "cr"):
            words.append("\n")
        elif name == "nobreakhyphen":
            words.append("-")
    return "".join(words)


def _properties(archive: Archive) -> tuple[str | None, str | None, str | None]:
    root = _part(archive, "docProps/core.xml")
    found = (
        {local_name(element): " ".join((element.text or "").split()) for element in root if element.text}
        if root is not None
        else {}
    )
    return found.get("title") or None, found.get("creator") or None, found.get("language") or None
