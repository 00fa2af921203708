"""Tags: what the author's words beside a reply say about its speaker ("said the King", "— ответил он")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Form, Mention

TagKind = Literal["named", "pronoun", "first", "beat", "verb"]
_SENTENCE_END = re.compile(r"(?P<word>\w*)[.!?…]+[”’\"»)]*\s+(?=[\"“‘«(—]?[A-ZА-ЯЁ])")
_LIKENED = 40
"""How far before a noun the word stands that only likens somebody to it, in characters."""
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True)
class Tag:
    """What was found. `sex` for pronouns and verbs; `strength` 0-10; `verb` as it stands, for the emotion."""

    kind: TagKind
    strength: int
    start: int
    end: int
    mention: Mention | None = None
    sex: Sex = "unknown"
    verb: str = ""


@dataclass(frozen=True)
class Clause:
    """Narration beside a reply: its words at `offset` of book.txt, and who is named in it."""

    text: str
    offset: int
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class _Subject:
    start: int
    end: int
    mention: Mention | None
    sex: Sex
    first: bool


@dataclass(frozen=True)
class _VerbAt:
    start: int
    end: int
    word: str
    strength: int
    sex: Sex
    first: bool
    plural: bool = False


class TagReader:
    """Reads the tags of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        lexicon = load_lexicon(language, "speech")
        self.abbreviated = load_lexicon(language, "people").words("titles.abbreviated")
        self.say, self.weak = lexicon.words("say"), lexicon.words("weak")
        self.parting, self.relative = lexicon.words("parting"), lexicon.words("relative")
        likening = "|".join(sorted(lexicon.words("likening")))
        self.likening = re.compile(rf"\b(?:{likening})\s+(?:(?:an?|the|some)\s+)?(?:[^\W\d_]+\s+)?$")
        self.subjects: dict[str, tuple[Sex, bool]] = {}
        self.subjects |= dict.fromkeys(lexicon.words("pronouns.subjects_male"), ("male", False))
        self.subjects |= dict.fromkeys(lexicon.words("pronouns.subjects_female"), ("female", False))
        self.subjects |= dict.fromkeys(lexicon.words("pronouns.subjects_first"), ("unknown", True))

    def after(self, clause: Clause) -> Tag | None:
        """Return the tag in the narration that follows a reply: in its first sentence."""
        ends = self._sentence_ends(clause.text)
        head = clause.text[: ends[0]] if ends else clause.text
        begins_small = head.lstrip(" ,—–-")[:1].islower()
        subjects = self._subjects(clause, 0, len(head))
        tag = self._by_verb(head, clause.offset, subjects, 0, inverted_first=True)
        if tag is not None and (begins_small or tag.start - clause.offset < 60):
            return tag
        return None if begins_small and self.language == "en" else self._beat(subjects, clause, 0, 3)

    def before(self, clause: Clause) -> Tag | None:
        """Return the tag in the narration that leads up to a reply: in its last sentence."""
        ends = self._sentence_ends(clause.text.rstrip())
        start = ends[-1] if ends else 0
        leads = clause.text.rstrip()[-1:] in ":,"
        subjects = self._subjects(clause, start, len(clause.text))
        tag = self._by_verb(clause.text, clause.offset, subjects, start, inverted_first=False)
        if tag is not None and (leads or not ends or tag.strength >= 8):
            return (
                tag
                if leads
                else Tag(tag.kind, max(3, tag.strength - 4), tag.start, tag.end, tag.mention, tag.sex, tag.verb)
            )
        return self._beat(subjects, clause, start, 5 if leads else 3)

    def _sentence_ends(self, text: str) -> list[int]:
        return [m.end() for m in _SENTENCE_END.finditer(text) if m.group("word").lower() not in self.abbreviated]

    def _subjects(self, clause: Clause, start: int, end: int) -> list[_Subject]:
        """Return who can be the subject of a verb in clause.text[start:end], in order."""
        found = []
        for mention in clause.mentions:
            a, b = mention.start - clause.offset, mention.end - clause.offset
            likened = self.likening.search(clause.text, max(start, a - _LIKENED), a) is not None
            if start <= a and b <= end and mention.subject and not likened and not self._possessive(clause.text, b):
                found.append(_Subject(a, b, mention, mention.form.sex, False))
        for match in _TOKEN.finditer(clause.text, start, end):
            word = match.group()
            known = self.subjects.get(word.lower())
            if known is not None and (word != "i" or self.language != "en"):
                found.append(_Subject(match.start(), match.end(), None, known[0], known[1]))
        return sorted(found, key=lambda subject: subject.start)

    def _possessive(self, text: str, at: int) -> bool:
        return text[at : at + 2] in ("'s", "’s", "s'", "s’") or text[at - 2 : at] in ("'s", "’s")

    def _verbs(self, text: str, start: int) -> list[_VerbAt]:
        found = []
        for match in _TOKEN.finditer(text, start):
            word = match.group().lower()
            if self.language == "en":
                if word in self.say:
                    strength = 6 if word in self.weak else 10
                    found.append(_VerbAt(match.start(), match.end(), word, strength, "unknown", False))
                continue
            verb = morphology.finite_verb(word)
            if verb is None or verb.person == 2:
                continue
            strength = (7 if verb.lemma in self.weak else 10) if verb.lemma in self.say else 4
            found.append(
                _VerbAt(match.start(), match.end(), verb.lemma, strength, verb.sex, verb.person == 1, verb.plural)
            )
        return found

    def _by_verb(
        self, text: str, offset: int, subjects: list[_Subject], start: int, *, inverted_first: bool
    ) -> Tag | None:
        best: Tag | None = None
        for verb in self._verbs(text, start)[:8]:
            inverted = next((s for s in subjects if s.start >= verb.end), None)
            normal = next((s for s in reversed(subjects) if s.end <= verb.start), None)
            tries = [
                (normal, text[normal.end : verb.start] if normal else ""),
                (inverted, text[verb.end : inverted.start] if inverted else ""),
            ]
            if inverted_first and verb.start < 30:
                tries.reverse()
            for subject, gap in tries:
                if subject is not None and self._joined(gap, subject is inverted, verb):
                    tag = self._tag(subject, verb, offset)
                    if tag is not None and (best is None or tag.strength > best.strength):
                        best = tag
                    break
            else:
                if verb.strength >= 7 and self.language == "ru" and best is None and not verb.plural:
                    kind: TagKind = "first" if verb.first else "verb"
                    best = Tag(
                        kind,
                        verb.strength if verb.first else 3,
                        offset + verb.start,
                        offset + verb.end,
                        None,
                        verb.sex,
                        verb.word,
                    )
            if best is not None and best.strength >= 8:
                return best
        return best

    def _joined(self, gap: str, inverted: bool, verb: _VerbAt) -> bool:
        """Tell whether so little stands between verb and subject that they belong together."""
        words = _TOKEN.findall(gap.lower())
        if inverted:
            if self.language == "en":
                return len(words) <= 2 and not any(c in gap for c in ",;:.!?") and not set(words) & self.parting
            return len(words) <= 3 and not any(c in gap for c in ";:.!?,")
        if self.language == "en":
            return len(words) <= 8 and not any(c in gap for c in ";:.!?") and not set(words) & self.relative
        return len(words) <= 6 and not any(c in gap for c in ";:.!?")

    def _tag(self, subject: _Subject, verb: _VerbAt, offset: int) -> Tag | None:
        start = offset + min(subject.start, verb.start)
        end = offset + max(subject.end, verb.end)
        sex = subject.sex if subject.sex != "unknown" else verb.sex
        if verb.plural and subject.mention is None:
            return None
        if self.language == "ru" and verb.sex != "unknown" and subject.sex not in ("unknown", verb.sex):
            return None
        if subject.first:
            return Tag("first", verb.strength, start, end, None, verb.sex, verb.word)
        if subject.mention is None:
            return Tag("pronoun", verb.strength, start, end, None, sex, verb.word)
        return Tag("named", verb.strength, start, end, subject.mention, sex, verb.word)

    def _beat(self, subjects: list[_Subject], clause: Clause, start: int, strength: int) -> Tag | None:
        """Who acts beside a reply most likely speaks it: the subject that a sentence begins with."""
        near = next((s for s in subjects if s.start - start <= 25), None)
        if near is None:
            return None
        at = clause.offset
        if near.first:
            return Tag("first", strength, at + near.start, at + near.end)
        if near.mention is None:
            return Tag("pronoun", strength, at + near.start, at + near.end, None, near.sex)
        return Tag("beat", strength, at + near.start, at + near.end, near.mention, near.sex)


def noun_in_tag(text: str, offset: int) -> Mention | None:
    """Return the speaker of an English tag whose noun no list knows ("said the Caterpillar")."""
    lexicon = load_lexicon("en", "speech")
    match = _TAGGED_NOUN.match(text)
    if match is None or match.group("verb").lower() not in lexicon.words("say"):
        return None
    words = tuple(match.group("words").split())
    if any(word in lexicon.words("parting") for word in words):
        return None
    form = Form("", words, "unknown", noun=True, det=True)
    return Mention(offset + match.start("words"), offset + match.end("words"), form)


_TAGGED_NOUN = re.compile(
    r"\s*[,—-]*\s*(?P<verb>[a-z]+)\s+(?:the|an?|another|one)\s+(?P<words>(?:[\w’'-]+\s+){0,2}?[\w’'-]+)"
    r"(?=[,.;:!?—-]|\s+(?:in|with|to|as|who|at|from|and|of|on|after|without|again|very|rather|[a-z]+ly|[a-z]+ing)\b|\s*$)"
)
