"""HTML and XHTML become blocks: what a reader would see of them, without menus, page numbers and scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookfilm.book.blocks import Manuscript
from bookfilm.book.composing import Composer
from bookfilm.book.markup import (
    MarkupRefused,
    decoded_markup,
    html_tree,
    local_name,
    strict_xml_tree,
    without_doctype,
    words_within,
)
from bookfilm.records.book import ParagraphKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNSEEN = {
    "script", "style", "head", "nav", "svg", "math", "template", "noscript", "iframe", "object", "audio", "video",
    "button", "select", "textarea", "input", "canvas", "rp", "rt", "map", "embed", "form",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "body", "html", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr",
    "tbody", "thead", "caption", "figure", "figcaption", "header", "footer", "main", "aside", "pre", "center",
    "h1", "h2", "h3", "h4", "h5", "h6", "address", "hgroup", "details", "summary",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CLASS_UNSEEN = re.compile(
    r"pagenum|page-?number|pageno|pg-?boilerplate|pgheader|noteref|fnanchor|footnote-?ref|linenum|mw-editsection"
)
_CLASS_VERSE = re.compile(r"\b(?:poem|poetry|verse|stanza|linegroup|lg)\b")
_CLASS_EPIGRAPH = re.compile(r"\b(?:epigraph|motto)\b")
_CLASS_NOTE = re.compile(r"\b(?:footnotes?|endnotes?|rearnotes?|doc-footnote|doc-endnotes?|transnote|tnote|caption)\b")
_TYPES_UNSEEN = re.compile(
    r"\b(?:toc|landmarks|page-list|cover|copyright-page|titlepage|halftitlepage|colophon|imprint|index|loi|noteref|pagebreak)\b"
)
_GUTENBERG_IDS = {"pg-header", "pg-footer", "pg-machine-header", "pg-start-separator", "pg-end-separator"}


def read_html(data: bytes) -> Manuscript:
    """Return the manuscript in an HTML file. Raises Undecodable, MarkupRefused, TooMuchText."""
    text, encoding = decoded_markup(data)
    root = page_tree(text)
    if root is None:
        raise MarkupRefused("it has no text that can be read as HTML")
    composer = Composer()
    write_page(root, composer, {})
    title, author = _head(root)
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Manuscript(composer.text(), composer.blocks, title, author, language, encoding, layered=True)


def page_tree(text: str) -> Element | None:
    """Return the tree of a page: as XML where it is well-formed, else as HTML."""
    text = without_doctype(text)
    root = strict_xml_tree(text) if re.search(r"<html[^>]*xmlns", text[:4000]) else None
    return root if root is not None else html_tree(text)


def _head(root: Element) -> tuple[str | None, str | None]:
    title = author = None
    for element in root.iter():
        name = local_name(element)
        if name == "title" and title is None:
            title = words_within(element) or None
        elif name == "meta" and element.get("content"):
            field = (element.get("name") or element.get("property") or "").lower()
            if field in ("author", "dc.creator", "dcterms.creator", "book:author", "og:book:author"):
                author = author or element.get("content")
            elif field in ("dc.title", "dcterms.title", "og:title"):
                title = element.get("content") or title
        elif name == "body":
            break
    if title and (
        match := re.match(
            r"(?:The )?Project Gutenberg(?:'s|’s)? ?(?:E-?(?:Book|text) of )?(.+?)(?:,? by (.+))?$", title, re.I
        )
    ):
        title, author = match[1].strip(" ,"), author or match[2]
    return title, author


def write_page(root: Element, composer: Composer, marks: dict[str, str]) -> None:
    """Add a page's paragraphs to `composer`. `marks` gives titles by element id; "" is the page's beginning."""
    _Page(composer, marks).write(root)


class _Page:
    def __init__(self, composer: Composer, marks: dict[str, str]) -> None:
        self._composer = composer
        self._marks = marks
        self._mark: str | None = marks.get("")
        self._words: list[str] = []
        self._linked = 0
        self._in_link = 0
        self._first = len(composer.blocks)
        self._styles: list[tuple[ParagraphKind, int | None]] = [("text", None)]
        self._links: list[int] = []
        """Indexes of blocks that are nothing but links within the book."""

    def write(self, root: Element) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = local_name(element)
            if event == "start":
                if name in _UNSEEN or not name or self._is_unseen(element):
                    walk.skip_subtree()
                    self._styles.append(self._styles[-1])
                    continue
                self._start(element, name)
                self._say(element.text)
            else:
                if not (name in _UNSEEN or not name or self._is_unseen(element)):
                    self._end(element, name)
                self._styles.pop()
                self._say(element.tail)
        self._flush()
        self._drop_links()

    def _is_unseen(self, element: Element) -> bool:
        kinds = f"{element.get('class') or ''} {element.get('role') or ''}".lower()
        types = _epub_type(element)
        if _CLASS_UNSEEN.search(kinds) or "doc-toc" in kinds or "doc-noteref" in kinds:
            return True
        if (types and _TYPES_UNSEEN.search(types)) or element.get("id") in _GUTENBERG_IDS:
            return True
        style = (element.get("style") or "").replace(" ", "").lower()
        return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style

    def _start(self, element: Element, name: str) -> None:
        kind, level = self._styles[-1]
        if name in _BLOCKS:
            self._flush()
        if (
            identity := element.get("id") or (element.get("name") if name == "a" else None)
        ) in self._marks and identity:
            self._flush()
            self._mark = self._marks[identity]
        if name in _HEADINGS:
            kind, level = "heading", _HEADINGS[name]
        elif name in _BLOCKS and level is None:
            kind = _kind_of(element, name, kind)
        self._styles.append((kind, level))
        if name == "br":
            self._words.append("\n")
        elif name == "hr":
            self._flush()
            self._composer.add("* * *", "break")
        elif name in ("td", "th"):
            self._words.append(" ")
        elif name == "img" and re.fullmatch(r"[^\W\d_]", element.get("alt") or ""):
            # A picture of the first letter of a chapter.
            self._words.append(element.get("alt") or "")
        elif name == "a" and element.get("href"):
            self._in_link += 1

    def _end(self, element: Element, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        elif name == "a" and element.get("href"):
            self._in_link -= 1

    def _say(self, text: str | None) -> None:
        if text:
            if self._styles[-1][0] != "verse" or "\n" in text:
                text = re.sub(r"\s+", " ", text)
            self._words.append(text)
            if self._in_link:
                self._linked += len(text.strip())

    def _flush(self) -> None:
        text = "".join(self._words)
        linked, self._linked, self._words = self._linked, 0, []
        if not text.strip():
            return
        kind, level = self._styles[-1]
        lines = [line for line in (" ".join(one.split()) for one in text.split("\n")) if line]
        if kind == "text" and len(lines) >= 3 and all(len(line) <= 70 for line in lines):
            kind = "verse"
        block = self._composer.add("\n".join(lines), kind, level=level, mark=self._mark)
        if block is not None:
            self._mark = None
            if linked >= 0.85 * len(block.text) and block.level is None:
                self._links.append(len(self._composer.blocks) - 1)

    def _drop_links(self) -> None:
        """Take out lists of three and more links: a table of contents made by hand."""
        blocks = self._composer.blocks
        if len(self._links) < 3:
            return
        links = set(self._links)
        doomed = {index for index in links if not links.isdisjoint((index - 2, index - 1, index + 1, index + 2))}
        blocks[:] = [block for index, block in enumerate(blocks) if index not in doomed or block.mark is not None]


def _epub_type(element: Element) -> str:
    return element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or ""


def _kind_of(element: Element, name: str, inherited: ParagraphKind) -> ParagraphKind:
    kinds = f"{element.get('class') or ''} {_epub_type(element)} {element.get('role') or ''}".lower()
    if inherited == "note" or _CLASS_NOTE.search(kinds) or name in ("figcaption", "caption"):
        return "note"
    if _CLASS_EPIGRAPH.search(kinds) or inherited == "epigraph":
        return "epigraph"
    if _CLASS_VERSE.search(kinds) or inherited == "verse" or name == "pre":
        return "verse"
    return "text"
