"""FDX, Final Draft's XML: written and read. Only what stands in a script's paragraphs is looked at.

Notes, summaries, revisions and layout that Final Draft keeps beside the words are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from bookfilm.errors import RecordError
from bookfilm.script.elements import (
    Action,
    Element,
    Heading,
    Script,
    Section,
    Speech,
    SpeechPart,
    Transition,
    plain_words,
    without_controls,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Node

_HEAD = """\
<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="1">
"""
_EXTENSION = re.compile(r"(.*?)\s*\(([^()]*)\)\s*")
_CREDIT = re.compile(r"\bby:?$|\b(?:автор|сценарий|написал)", re.IGNORECASE)
_SECTIONS = {"section heading": 1, "new act": 1, "act break": 1}
_PARTS = {"dialogue": "words", "parenthetical": "parenthetical", "singing": "lyric", "lyrics": "lyric"}


def write_fdx(script: Script) -> str:
    """Return `script` as the text of an FDX file. Synopses, notes and page breaks have no place in it."""
    rows = [_HEAD, "  <Content>\n"]
    for element in script.elements:
        rows += _paragraphs(element)
    rows.append("  </Content>\n")
    if script.title_page:
        rows += ["  <TitlePage>\n    <Content>\n"]
        for key, values in script.title_page:
            rows += [_paragraph("General", value, f" Alignment={quoteattr(_side(key))}") for value in values]
        rows += ["    </Content>\n  </TitlePage>\n"]
    return "".join((*rows, "</FinalDraft>\n"))


def _side(key: str) -> str:
    return "Center" if key.casefold() in ("title", "credit", "author", "authors", "source") else "Left"


def _paragraphs(element: Element) -> Iterator[str]:
    match element:
        case Section():
            yield _paragraph(f"Outline {element.depth}", element.text)
        case Heading():
            number = f" Number={quoteattr(element.number)}" if element.number else ""
            yield _paragraph("Scene Heading", element.text, number)
        case Action():
            yield _paragraph("Action", element.text, ' Alignment="Center"' if element.centred else "")
        case Transition():
            yield _paragraph("Transition", element.text)
        case Speech():
            yield _paragraph("Character", element.cue)
            for part in element.parts:
                words = f"({plain_words(part.text)})" if part.kind == "parenthetical" else part.text
                kind = {"words": "Dialogue", "lyric": "Singing"}.get(part.kind, "Parenthetical")
                if plain_words(part.text):
                    yield _paragraph(kind, words)
        case _:
            return


def _paragraph(kind: str, text: str, attributes: str = "") -> str:
    rows = [words for row in text.split("\n") if (words := plain_words(row))]
    body = "".join(f"      <Text>{escape(row)}{end}</Text>\n" for row, end in _with_ends(rows))
    return f'    <Paragraph Type="{kind}"{attributes}>\n{body}    </Paragraph>\n'


def _with_ends(rows: list[str]) -> Iterator[tuple[str, str]]:
    return ((row, "\n" if number + 1 < len(rows) else "") for number, row in enumerate(rows))


def read_fdx(content: bytes, subject: object = None) -> Script:
    """Return the script in an FDX file. `line` of its elements counts paragraphs, from 1: editors show no XML.

    Raises RecordError that names `subject` where the file is not XML, not FDX, or defines entities.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise RecordError("it has a DTD or entities, which no FDX file needs", subject=subject) from None
    except (ParseError, ValueError, LookupError) as error:
        raise RecordError(f"not XML: {error}", subject=subject) from None
    if root.tag != "FinalDraft":
        raise RecordError(f"expected a FinalDraft document, found {root.tag!r}", subject=subject)
    elements: list[Element] = []
    for number, (paragraph, dual) in enumerate(_flat(root.find("Content")), 1):
        _read_paragraph(paragraph, dual, number, elements)
    return Script(tuple(elements), _read_title_page(root.find("TitlePage/Content")))


def _flat(content: Node | None) -> Iterator[tuple[Node, bool]]:
    """Yield each paragraph, and whether it belongs to the second of two speeches at once."""
    for paragraph in () if content is None else content.iterfind("Paragraph"):
        both = paragraph.find("DualDialogue")
        if both is None:
            yield paragraph, False
            continue
        cues = 0
        for inner in both.iterfind("Paragraph"):
            cues += inner.get("Type", "").casefold() == "character"
            yield inner, cues > 1


def _read_paragraph(paragraph: Node, dual: bool, number: int, elements: list[Element]) -> None:
    text = without_controls("".join(run.text or "" for run in paragraph.iterfind("Text"))).strip()
    kind = paragraph.get("Type", "Action").casefold()
    if not text:
        return
    if kind == "character":
        elements.append(_read_cue(text, dual, number))
    elif kind in _PARTS and elements and isinstance(elements[-1], Speech):
        speech = elements[-1]
        parts = (*speech.parts, *_read_parts(_PARTS[kind], text, number))
        elements[-1] = Speech(speech.name, speech.extensions, parts, speech.dual, speech.line)
    elif kind.startswith("scene heading"):
        elements.append(Heading(plain_words(text), paragraph.get("Number", ""), number))
    elif kind == "transition":
        elements.append(Transition(plain_words(text), number))
    elif kind in _SECTIONS or re.fullmatch(r"outline [1-9]", kind):
        elements.append(Section(_SECTIONS.get(kind) or int(kind[-1]), plain_words(text), number))
    else:
        centred = paragraph.get("Alignment", "").casefold() == "center"
        elements.append(Action(_joined(text.split("\n")), centred, number))


def _read_cue(text: str, dual: bool, number: int) -> Speech:
    name, extensions = plain_words(text), list[str]()
    while (match := _EXTENSION.fullmatch(name)) is not None and match.group(1):
        name = match.group(1)
        extensions.insert(0, match.group(2).strip())
    return Speech(name, tuple(extensions), (), dual, number)


def _read_parts(kind: str, text: str, number: int) -> Iterator[SpeechPart]:
    if kind == "parenthetical":
        words = plain_words(text)
        bare = words[1:-1].strip() if words.startswith("(") and words.endswith(")") else words
        yield SpeechPart("parenthetical", bare, number)
        return
    for row in text.split("\n"):
        if words := plain_words(row):
            yield SpeechPart("lyric" if kind == "lyric" else "words", words, number)


def _joined(rows: Iterable[str]) -> str:
    return "\n".join(words for row in rows if (words := plain_words(row)))


def _read_title_page(content: Node | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what stands on the title page. FDX has no keys: the first paragraph is the title, the next two the credit
    ("Written by") and the author, where they stand in the middle as the title does, or the one reads as a credit."""
    said: list[tuple[str, str]] = []
    for paragraph in () if content is None else content.iterfind("Paragraph"):
        words = plain_words(without_controls("".join(run.text or "" for run in paragraph.iterfind("Text"))))
        if words:
            said.append((words, paragraph.get("Alignment", "").casefold()))
    keys = ("Title", "Credit", "Author") if _has_author(said) else ("Title",)
    named = [(key, (words,)) for key, (words, _) in zip(keys, said, strict=False)]
    return (*named, *(("Notes", (words,)) for words, _ in said[len(keys) :]))


def _has_author(said: list[tuple[str, str]]) -> bool:
    if len(said) < 3 or len(said[1][0]) >= 60:
        return False
    if said[0][1] == "center":
        return said[1][1] == said[2][1] == "center"
    return _CREDIT.search(said[1][0]) is not None
