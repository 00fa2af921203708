"""FB2, the e-book format of Russian libraries: sections within sections, verse, epigraphs, notes kept apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookfilm.book.blocks import Manuscript
from bookfilm.book.composing import Composer
from bookfilm.book.limits import LARGEST_MARKUP_BYTES
from bookfilm.book.markup import MarkupRefused, decoded_markup, local_name, without_doctype, words_within, xml_tree
from bookfilm.records.book import ParagraphKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BINARY = re.compile(rb"<binary\b[^>]*>[^<]*(?:</binary\s*>|$)")
_UNSEEN = {"image", "binary", "stylesheet", "description"}


def read_fb2(data: bytes) -> Manuscript:
    """Return the manuscript in an FB2 file. Raises Undecodable, MarkupRefused, TooMuchText."""
    if not re.match(rb"\xff\xfe|\xfe\xff|<\0|\0<", data):
        data = _BINARY.sub(b"", data)
    if len(data) > LARGEST_MARKUP_BYTES * 2:
        raise MarkupRefused("it holds more markup than a book may")
    text, encoding = decoded_markup(data)
    root = xml_tree(without_doctype(text))
    if root is None:
        raise MarkupRefused("its XML is broken beyond mending")
    composer = Composer()
    bodies = [element for element in root.iter() if local_name(element) == "body"]
    story = [body for body in bodies if (body.get("name") or "").lower() not in ("notes", "comments", "footnotes")]
    for body in story or bodies[:1]:
        _write(body, composer, notes=False)
    for body in bodies:
        if body not in story:
            _write(body, composer, notes=True)
    title, author, language = _description(root)
    return Manuscript(composer.text(), composer.blocks, title, author, language, encoding, layered=True)


def _description(root: Element) -> tuple[str | None, str | None, str | None]:
    info = next((element for element in root.iter() if local_name(element) == "title-info"), None)
    if info is None:
        return None, None, None
    title = language = None
    authors = []
    for element in info:
        name = local_name(element)
        text = words_within(element)
        if name == "book-title":
            title = text or None
        elif name == "lang":
            language = text or None
        elif name == "author":
            parts = {local_name(part): words_within(part) for part in element}
            names = [parts.get(key, "") for key in ("first-name", "middle-name", "last-name")]
            authors.append(" ".join(part for part in names if part) or parts.get("nickname", ""))
    return title, ", ".join(author for author in authors if author) or None, language


def _write(body: Element, composer: Composer, *, notes: bool) -> None:
    """Add a body's paragraphs, walking it without recursion: sections may nest as deep as the parser lets them."""
    from lxml import etree

    depth = 0
    kinds: list[ParagraphKind] = ["note" if notes else "text"]
    stanza: list[str] = []
    title: list[str] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if event == "start":
            if name in _UNSEEN or not name:
                walk.skip_subtree()
            depth += name == "section"
            kinds.append(_kind(name, kinds[-1]))
            if name in ("p", "v", "subtitle", "text-author", "date", "td", "th"):
                walk.skip_subtree()
            continue
        kind = kinds.pop()
        depth -= name == "section"
        if name in ("p", "v", "subtitle", "text-author", "date", "td", "th"):
            _paragraph(element, name, kind, stanza, title, composer)
        elif name in ("stanza", "poem") and stanza:
            composer.add("\n".join(stanza), "verse" if kind not in ("note", "epigraph") else kind)
            stanza.clear()
        elif name == "title" and title:
            if kinds[-1] == "note":
                composer.add(" ".join(title), "note")
            else:
                for line in title:
                    composer.add(line, "heading", level=depth + 1)
            title.clear()


def _kind(name: str, inherited: ParagraphKind) -> ParagraphKind:
    if inherited in ("note", "epigraph"):
        return inherited
    return {"epigraph": "epigraph", "annotation": "note", "title": "heading", "poem": "verse"}.get(name, inherited)  # type: ignore[return-value]  # the values are kinds


def _paragraph(
    element: Element, name: str, kind: ParagraphKind, stanza: list[str], title: list[str], composer: Composer
) -> None:
    text = _words(element)
    if not text.strip():
        return
    if kind == "heading":
        title.append(text)
    elif name == "v":
        stanza.append(text)
    elif name == "subtitle" and kind == "text":
        composer.add(text, "heading" if re.search(r"\w", text) else "text")
    else:
        composer.add(text, kind)


def _words(element: Element) -> str:
    """Return an element's text without the marks that refer to notes."""
    from lxml import etree

    words: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        name = local_name(inner)
        unseen = not name or name in _UNSEEN or (name == "a" and inner.get("type") == "note")
        if event == "start":
            if unseen:
                walk.skip_subtree()
            elif inner.text:
                words.append(inner.text)
        elif inner is not element and inner.tail:
            words.append(inner.tail)
    return re.sub(r"\s+", " ", "".join(words))
