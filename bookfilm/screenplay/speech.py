"""Speech: narration and dialogue apart, by the marks that the book uses.

quotes      quotation marks of every style     ->  Quoted
dashes      replies that a dash opens          ->  pieces
here        which of them is speech, which a title, a scare quote or a thought
"""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.records.screenplay import LineKind
from bookfilm.screenplay import morphology
from bookfilm.screenplay.authors_words import author_test
from bookfilm.screenplay.dashes import Piece, begins_with_dash, speech_inside, split_reply
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage, Stretch
from bookfilm.screenplay.quotes import Quoted, QuoteStyle, find_quoted, outer_style
from bookfilm.screenplay.unmarked import split_unmarked

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_STAGE_DIRECTION = re.compile(r"\((?P<told>[^()]*)\)\.?")
_STOPS = ".,!?…—-:;"
_LONG_QUOTE_WORDS = 5
_TAG_REACH = 4
_DASH_AFTER = re.compile(r",?\s*(?:—|–|--)\s*")


def find_speech(passages: list[Passage], language: Language) -> None:
    """Fill `stretches` and `runs_on` of each passage."""
    prose = [passage for passage in passages if passage.kind == "text"]
    style = outer_style(passage.flat for passage in prose)
    quoted_openings = sum(passage.flat.lstrip()[:1] in ("“", '"', "‘", "'", "«", "„") for passage in prose)
    dashed = sum(begins_with_dash(passage.flat) for passage in prose)
    by_dash = language == "ru" or dashed > 2 * quoted_openings
    for passage in passages:
        passage.stretches = _stretches(passage, language, style, by_dash)


def speak_thoughts(passages: list[Passage]) -> None:
    """Make every quoted thought dialogue."""
    for passage in passages:
        for stretch in passage.stretches:
            if stretch.kind == "thought":
                stretch.kind = "dialogue"


def _stretches(passage: Passage, language: Language, style: QuoteStyle, by_dash: bool) -> list[Stretch]:
    if passage.kind in ("heading", "break") or not passage.flat.strip():
        return []
    if passage.kind in ("verse", "epigraph"):
        return [_trimmed(passage, "verse" if passage.kind == "verse" else "quote", 0, len(passage.flat))]
    if passage.label:
        return _from_play(passage)
    if by_dash and begins_with_dash(passage.flat):
        return _from_pieces(passage, language, 0)
    quoted = [quote for quote in find_quoted(passage.flat, style) if _is_speech(passage.flat, quote, language)]
    if not quoted and style == "double" and language == "en":
        quoted = _in_the_other_marks(passage.flat)
    inner = speech_inside(passage.flat) if by_dash else None
    if inner is not None and not any(quote.start <= inner < quote.end for quote in quoted):
        introduced = passage.flat[:inner].rstrip().endswith(":") or _says(
            passage.flat[max(0, inner - 90) : inner], language
        )
        pieces = _from_pieces(passage, language, inner)
        if introduced or (len(pieces) > 1 and not quoted):
            return [*_around(passage, [q for q in quoted if q.end < inner], language, inner), *pieces]
    passage.runs_on = bool(quoted) and not quoted[-1].closed
    return _around(passage, quoted, language, len(passage.flat))


def _in_the_other_marks(flat: str) -> list[Quoted]:
    """Return what one paragraph says in single marks in a book of double ones: closed behind a stop, and once told."""
    quoted = find_quoted(flat, "single")
    if any(not quote.closed or flat[quote.end - 1] not in ",.!?…—" for quote in quoted):
        return []
    told = (_last_clause(flat[: quote.start - 1]) + " " + _first_clause(flat[quote.end + 1 :]) for quote in quoted)
    return quoted if any(_says(clause, "en") for clause in told) else []


def _from_pieces(passage: Passage, language: Language, start: int) -> list[Stretch]:
    pieces = split_reply(passage.flat, start, author_test(language))
    if language == "en" and len(pieces) == 1:
        pieces = split_unmarked(passage.flat, pieces[0][1])
    kind: LineKind = "thought" if _thinks(passage.flat, pieces[:2], language) else "dialogue"
    return [_trimmed(passage, kind if speech else "narration", a, b) for speech, a, b in pieces]


def _thinks(flat: str, pieces: list[Piece], language: Language) -> bool:
    """Tell whether the author's first words inside a reply say that it is only thought."""
    told = [flat[a:b] for speech, a, b in pieces if not speech]
    return bool(told) and _names_thought(_first_clause(told[0]).lower(), "", language)


def _from_play(passage: Passage) -> list[Stretch]:
    """Return a labelled reply of a play: stage directions in brackets are narration."""
    stretches, position = [], passage.label_end
    if passage.label_how is not None:
        stretches.append(_trimmed(passage, "narration", *passage.label_how))
    for match in [*_STAGE_DIRECTION.finditer(passage.flat, passage.label_end), None]:
        start, end = match.span() if match is not None else (len(passage.flat), len(passage.flat))
        if passage.flat[position:start].strip():
            stretches.append(_trimmed(passage, "dialogue", position, start))
        if match is not None:
            stretches.append(_trimmed(passage, "narration", *match.span("told")))
        position = end
    return stretches


def _around(passage: Passage, quoted: list[Quoted], language: Language, end: int) -> list[Stretch]:
    """Return the quoted stretches with the narration around them, up to `end`."""
    stretches, position = [], 0
    for quote in quoted:
        if passage.flat[position : quote.start - 1].strip(" —–-"):
            stretches.append(_trimmed(passage, "narration", position, quote.start - 1))
        kind: LineKind = "thought" if _is_thought(passage.flat, quote, language) else "dialogue"
        for speech, a, b in _pieces_of_quote(passage.flat, quote, language):
            stretches.append(_trimmed(passage, kind if speech else "narration", a, b))
        position = min(quote.end + 1, end)
    if any(char.isalnum() for char in passage.flat[position:end]):
        stretches.append(_trimmed(passage, "narration", position, end))
    return stretches


def _pieces_of_quote(flat: str, quote: Quoted, language: Language) -> list[Piece]:
    """Return a quotation in pieces: Russian puts the author's words inside the marks, between dashes."""
    if language != "ru" or not any(dash in flat[quote.start : quote.end] for dash in ("—", "–", "--")):
        return [(True, quote.start, quote.end)]
    return split_reply(flat[: quote.end], quote.start, author_test(language))


def _trimmed(passage: Passage, kind: LineKind, start: int, end: int) -> Stretch:
    words = passage.flat[start:end]
    left = len(words) - len(words.lstrip(" "))
    right = len(words.rstrip(" "))
    if kind == "narration" and start > 0:
        # A tag after a quotation begins with the comma or dash that joins it on, or the full stop that ends it.
        left += len(words[left:]) - len(words[left:].lstrip(" ,.;—–-"))
    return Stretch(kind, passage.start + start + min(left, right), passage.start + start + right)


def _is_speech(flat: str, quote: Quoted, language: Language) -> bool:
    """Tell speech from a title, a word held up ("so-called") or a name in marks."""
    inner = flat[quote.start : quote.end].rstrip(" _*")
    before, after = flat[: quote.start - 1].rstrip(), flat[quote.end + 1 :].lstrip()
    words = len(_WORD.findall(inner))
    # A mark after a space closes words that break off: the edition has lost their dash.
    stopped = inner[-1:] in _STOPS or inner[-1:] in '”’»"' or flat[quote.end - 1] == " "
    tagged = _says(_last_clause(before), language) or _says(_first_clause(after), language)
    stopped = stopped or _is_stopped_behind(before, inner, after, language)
    if language == "ru" and (_is_told_of(flat, quote, after) or _is_sentence(before, inner, after, words)):
        return True
    if not quote.closed:
        return words > 3 or not before
    if not before:
        return stopped or tagged or words >= _LONG_QUOTE_WORDS or not after
    if before[-1:] in ":," or (stopped and before[-1:] in ".!?—-…"):
        return stopped or tagged or words >= _LONG_QUOTE_WORDS
    if stopped:
        return tagged or words >= _LONG_QUOTE_WORDS
    return words >= _LONG_QUOTE_WORDS and tagged


def _is_told_of(flat: str, quote: Quoted, after: str) -> bool:
    """Tell whether the author's words stand inside Russian quotation marks, or after a dash behind them."""
    if any(not speech for speech, _, _ in _pieces_of_quote(flat, quote, "ru")):
        return True
    dash = _DASH_AFTER.match(after)
    return dash is not None and author_test("ru")(after[dash.end() :])


def _is_stopped_behind(before: str, inner: str, after: str, language: Language) -> bool:
    """Tell whether a sentence of its own is followed by its comma and its tag behind the mark (“Never”, she said)."""
    begins = not before or before[-1:] in ".!?…:,"
    if not begins or after[:1] != "," or not inner.lstrip()[:1].isupper():
        return False
    return _says(" ".join(_WORD.findall(_first_clause(after))[:_TAG_REACH]), language)


def _is_sentence(before: str, inner: str, after: str, words: int) -> bool:
    """Tell whether a Russian quotation is a sentence of its own, whose full stop stands behind the mark."""
    begins = not before or before[-1:] in ".!?…:»"
    return begins and inner.lstrip()[:1].isupper() and after[:1] == "." and words >= _LONG_QUOTE_WORDS


def _is_thought(flat: str, quote: Quoted, language: Language) -> bool:
    before, after = _last_clause(flat[: quote.start - 1]), _first_clause(flat[quote.end + 1 :])
    pieces = _pieces_of_quote(flat, quote, language)
    return _thinks(flat, pieces[:2], language) or _names_thought(after.lower(), before.lower(), language)


def _names_thought(after: str, before: str, language: Language) -> bool:
    """Tell whether the clause after a quotation, or the one before it, has a verb of thought close by.

    Words that are heard are speech, whatever the verb ("said to herself aloud, in a sharp tone"), and so is
    what stands behind a later verb of speech ("she said to herself, and shouted out").
    """
    lexicon = load_lexicon(language, "speech")
    last = next((before.rfind(p) + len(p) for p in lexicon.phrases("thought_phrases") if p in before), None)
    if last is not None:
        before = before if not _says(before[last:], language) else ""
    if any(word in lexicon.words("aloud") for word in _WORD.findall(f"{before} {after}")):
        return False
    after = _main_clause(after, language)
    if any(phrase in after or phrase in before for phrase in lexicon.phrases("thought_phrases")):
        return True
    return _thinks_first(_WORD.findall(after)[:4], language) or _thinks_first(_WORD.findall(before)[:-5:-1], language)


def _main_clause(after: str, language: Language) -> str:
    """Return the author's words up to a clause about somebody in them: "said Tom, who thought it best" says."""
    lexicon = load_lexicon(language, "speech")
    lower = lexicon.words("subordinate" if language == "ru" else "relative")
    begin = next((match.start() for match in _WORD.finditer(after) if match.group() in lower), len(after))
    return after[:begin]


def _thinks_first(words: list[str], language: Language) -> bool:
    """Tell whether of `words`, nearest to the quotation first, the first verb of speech or thought is of thought."""
    lexicon = load_lexicon(language, "speech")
    # "He went on" and "began" leave open what: "продолжал я думать".
    speech = lexicon.words("say") - lexicon.words("weak") - lexicon.words("continuing")
    for word in words:
        key = morphology.lemma(word) if language == "ru" else word
        if key in lexicon.words("think"):
            return True
        if key in speech:
            return False
    return False


def _last_clause(before: str) -> str:
    return re.split(r"[.!?;]\s|[“”\"«»]", before[-120:])[-1]


def _first_clause(after: str) -> str:
    return re.split(r"[.!?;:](?:\s|$)|[“”\"«»]", after[:90].lstrip(" ,—–-"))[0]


def _says(clause: str, language: Language) -> bool:
    lexicon = load_lexicon(language, "speech")
    words = _WORD.findall(clause)
    if language == "ru":
        return any(
            (verb := morphology.finite_verb(w)) is not None and verb.lemma in lexicon.words("say") for w in words
        )
    return any(word.lower() in lexicon.words("say") for word in words)
