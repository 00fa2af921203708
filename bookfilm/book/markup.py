"""XML and HTML become trees, without their document types: no entity is ever expanded by the parser.

The bytes are decoded here, the document type is cut off, and named characters are put in as themselves. What
libxml2 then sees has no DTD, so neither a bomb of entities nor a file from elsewhere can come of it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from bookfilm.book.encoding import Undecodable, decode
from bookfilm.book.limits import MOST_TAGS, TooMuchText

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})[\"']|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*"
    rb"([A-Za-z0-9._:-]{2,40})",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s*)?(?P<name>[\w.:-]+)\s+(?P<value>\"[^\"]*\"|'[^']*'|[A-Z]+[^>]*)\s*>", re.DOTALL
)
_REFERENCE = re.compile(r"&([A-Za-z][\w.:-]{0,40});")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|(\d{1,9}));?")
_XML_ITSELF = {"lt", "gt", "amp", "quot", "apos"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_ENTITY = 40


class MarkupRefused(ValueError):
    """The markup is made to do harm, or is none."""


def decoded_markup(data: bytes) -> tuple[str, str]:
    """Return the text of an XML or HTML file by its own declaration, and the encoding. Raises Undecodable."""
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and not data.startswith(b"\xef\xbb\xbf") and b"\0" not in data[:64]:
        declared = _DECLARED.search(data, 0, 4096)
        name = (declared[1] or declared[2]).decode("ascii").lower() if declared else ""
        if name and not name.startswith(("utf-16", "utf16", "ucs")):
            try:
                return data.decode(name), name
            except (UnicodeDecodeError, LookupError):
                pass
            except ValueError as error:
                raise Undecodable(f"it names an encoding that cannot be used: {error}") from None
    return decode(data)


def without_doctype(text: str) -> str:
    """Return `text` without XML declaration and document type, its own short entities put in.

    Raises MarkupRefused where it declares entities that could grow or reach outside.
    """
    text = _DECLARATION.sub("", text, count=1)
    known: dict[str, str] = {}
    if (match := _DOCTYPE.search(text, 0, 20_000)) is not None:
        subset, end = _doctype_end(text, match.end())
        known = _own_entities(subset)
        text = text[: match.start()] + text[end:]
    if text.count("<") > MOST_TAGS:
        raise TooMuchText("it holds more markup than a book may")
    if re.search(r"<!ENTITY", text[:200_000], re.IGNORECASE):
        raise MarkupRefused("it declares XML entities in a way that cannot be read safely")
    text = _REFERENCE.sub(lambda match: _character(match, known), text)
    if "&#" in text:
        text = _NUMERIC.sub(_numbered_character, text)
    return _NOT_XML.sub("", text)


def _doctype_end(text: str, start: int) -> tuple[str, int]:
    """Return the internal subset of a document type whose name begins at `start`, and where it ends."""
    close, bracket = text.find(">", start), text.find("[", start)
    if bracket < 0 or close < bracket:
        return "", close + 1 if close >= 0 else start
    inner = text.find("]", bracket)
    while inner >= 0 and text[inner + 1 : inner + 100].lstrip()[:1] != ">":
        inner = text.find("]", inner + 1)
    if inner < 0:
        raise MarkupRefused("its document type has no end")
    return text[bracket + 1 : inner], text.find(">", inner) + 1


def _own_entities(subset: str) -> dict[str, str]:
    known: dict[str, str] = {}
    declared = subset.upper().count("<!ENTITY")
    for match in _ENTITY.finditer(subset):
        declared -= 1
        value = match["value"]
        if match["parameter"] or value[0] not in "\"'":
            raise MarkupRefused("it declares an external XML entity, which is never fetched")
        plain = html.unescape(value[1:-1]) if value.startswith(('"&#', "'&#")) else value[1:-1]
        if "&" in plain or "%" in plain or "<" in plain or len(plain) > _LONGEST_ENTITY or len(known) > 300:
            raise MarkupRefused("it declares XML entities that grow when they are read: an XML bomb")
        known[match["name"]] = plain
    if declared > 0:
        raise MarkupRefused("it declares XML entities in a way that cannot be read safely")
    return known


def _character(match: re.Match[str], known: dict[str, str]) -> str:
    name = match[1]
    if name in _XML_ITSELF:
        return match[0]
    if name in known:
        return known[name]
    character = html.unescape(match[0])
    return character if character != match[0] else f"&amp;{name};"


def _numbered_character(match: re.Match[str]) -> str:
    """Keep a numeric reference, unless no XML text may hold the character: libxml2 lets some through when mending."""
    code = int(match[1], 16) if match[1] else int(match[2])
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match[0] if allowed else ""


def xml_tree(text: str) -> Element | None:
    """Return the root of `text` (from `without_doctype`), mended where it is not well-formed, or None."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True,
        remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    return _parsed(text, parser)


def strict_xml_tree(text: str) -> Element | None:
    """Return the root of `text`, or None where it is not well-formed."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False, remove_comments=True,
        remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    return _parsed(text, parser)


def html_tree(text: str) -> Element | None:
    """Return the root of `text` read as HTML, or None."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, recover=True, huge_tree=False, remove_comments=True, remove_pis=True,
                              encoding="utf-8")  # fmt: skip
    return _parsed(text, parser)


def _parsed(text: str, parser: object) -> Element | None:
    from lxml import etree

    try:
        root: Element | None = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return None
    return root


def local_name(element: Element) -> str:
    """Return an element's name without namespace, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def words_within(element: Element) -> str:
    """Return all text within an element on one line."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())
