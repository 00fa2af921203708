"""Changes: what a person made of a script, told in the screenplay's own terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookfilm.records.bible import Hour, PlaceKind, Weather
from bookfilm.records.screenplay import Emotion, LineKind, Screenplay
from bookfilm.script.alignment import Pairs, align, cut_as_written
from bookfilm.script.elements import Action, Note, PageBreak, Script, Synopsis, Transition, plain_words
from bookfilm.script.layout import Layout, Piece, lay_out, read_pieces
from bookfilm.script.wording import read_cue, read_heading, read_manner, spoken_name


@dataclass(frozen=True)
class Trouble:
    """What cannot be carried, and where it stands in the file."""

    line: int
    what: str


@dataclass
class LineChange:
    """What a line became; None: as it was. An empty speaker is nobody."""

    text: str | None = None
    speaker: str | None = None
    kind: LineKind | None = None
    emotion: Emotion | None = None
    cut: bool = False


@dataclass
class SceneChange:
    """What a scene's setting became; None: as it was."""

    place: PlaceKind | None = None
    hour: Hour | None = None
    weather: Weather | None = None


@dataclass(frozen=True)
class NewLine:
    """A line that nobody wrote before. It follows line `after`, or stands before line `before`: one of them is given.

    Several after one line stand in the order in which they come. `speaker` is a name, empty for nobody.
    """

    text: str
    kind: LineKind
    speaker: str
    emotion: Emotion
    after: str | None = None
    before: str | None = None


@dataclass
class Changes:
    """All that differs between the script that was written and the one that was found.

    `lines` and `seen` are by line id (`seen`: the first line of a beat), `scenes` by scene id, `names` by character.
    """

    title: str | None = None
    author: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    lines: dict[str, LineChange] = field(default_factory=dict)
    scenes: dict[str, SceneChange] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    new: list[NewLine] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def none(self) -> bool:
        return self == Changes()


def has_more(script: Script) -> bool:
    """Tell whether `script` holds what no screenplay keeps: notes, synopses, transitions, centred text."""
    return script.omitted > 0 or any(
        isinstance(element, Note | Synopsis | Transition | PageBreak)
        or (isinstance(element, Action) and element.centred)
        for element in script.elements
    )


def compare(screenplay: Screenplay, found: Script) -> Changes:
    """Return what a person changed in `found`, which was written as `screenplay` says."""
    layout = lay_out(screenplay)
    pieces = cut_as_written(list(read_pieces(found)), layout.pieces)
    pairs = align(layout.pieces, pieces)
    changes = Changes()
    _compare_titles(screenplay, found, changes)
    _Reading(screenplay, layout, pieces, pairs, changes).read()
    return changes


def _compare_titles(screenplay: Screenplay, found: Script, changes: Changes) -> None:
    title, author = found.title_words("title"), found.title_words("author") or found.title_words("authors")
    if title and title != plain_words(screenplay.title):
        changes.title = title
    if author and author != plain_words(screenplay.author or ""):
        changes.author = author


class _Reading:
    """One walk over the pairs of written and found pieces, in order."""

    def __init__(
        self, screenplay: Screenplay, layout: Layout, found: Sequence[Piece], pairs: Pairs, changes: Changes
    ) -> None:
        self.screenplay, self.layout, self.found, self.pairs, self.changes = screenplay, layout, found, pairs, changes
        self.beat_of = {
            line.id: beat.lines[0].id for scene in screenplay.scenes for beat in scene.beats for line in beat.lines
        }
        self.line_of = {line.id: line for line in screenplay.lines()}
        self.known = {
            plain_words(name).casefold(): character
            for character in reversed(screenplay.characters)
            for name in (*character.aliases, character.name)
        }
        self.seen: dict[str, list[str]] = {}
        self.anchor, self.in_new_scene = "", False
        """The last line that was kept in this scene, and whether a scene that nobody knows has begun."""

    def read(self) -> None:
        self._read_renames()
        moved = self._moved()
        for number, (i, j) in enumerate(self.pairs):
            if i is None and j is not None:
                self._read_added(number, self.found[j])
            elif i is not None and j is None:
                self._read_gone(i, moved)
            elif i is not None and j is not None:
                self._read_kept(self.layout.pieces[i], self.layout.idents[i], self.found[j])
        self._settle_seen()
        self.changes.troubles.sort(key=lambda trouble: trouble.line)

    def _trouble(self, line: int, what: str) -> None:
        self.changes.troubles.append(Trouble(line, what))

    def _moved(self) -> set[int]:
        """Return the written pieces that stand again below a heading that is new: their scene was moved, not cut."""
        elsewhere: set[tuple[str, str]] = set()
        new_scene = False
        for i, j in self.pairs:
            if j is None:
                continue
            piece = self.found[j]
            if piece.role == "heading":
                new_scene = i is None
            if new_scene and i is None:
                elsewhere.add((piece.role, piece.words))
        gone = (i for i, j in self.pairs if i is not None and j is None)
        return {i for i in gone if (self.layout.pieces[i].role, self.layout.pieces[i].words) in elsewhere}

    def _read_gone(self, i: int, moved: set[int]) -> None:
        piece, ident = self.layout.pieces[i], self.layout.idents[i]
        if i in moved:
            return
        if piece.role == "heard":
            self.changes.lines[ident] = LineChange(cut=True)
        elif piece.role == "heading":
            kept = {a for a, b in self.pairs if a is not None and b is not None}
            lines = {line.id for scene in self.screenplay.scenes if scene.id == ident for line in scene.lines()}
            if any(self.layout.idents[a] in lines for a in kept if self.layout.pieces[a].role == "heard"):
                line = next((self.found[b].line for a, b in self.pairs if a is not None and a > i and b is not None), 0)
                self._trouble(line, f"the heading {piece.words} is gone and its lines are not; scenes cannot be joined")

    def _read_kept(self, was: Piece, ident: str, now: Piece) -> None:
        if was.role == "heading":
            self.anchor, self.in_new_scene = "", False
            self._read_heading(ident, was, now)
        elif was.role == "seen":
            self.seen.setdefault(ident, []).append(now.words)
        elif was.role == "section" and was.words != now.words:
            self._trouble(now.line, f"the chapter's title {now.words!r} cannot be carried")
        elif was.role == "heard":
            self.anchor, self.in_new_scene = ident, False
            self._read_line(ident, was, now)

    def _read_heading(self, ident: str, was: Piece, now: Piece) -> None:
        if was.words.casefold() == now.words.casefold():
            return
        scene = next(scene for scene in self.screenplay.scenes if scene.id == ident)
        place, hour, weather, unknown = read_heading(now.words, scene.hour)
        if unknown:
            self._trouble(now.line, f"{now.words}: {unknown!r} is no place, hour or weather that a scene can have")
            return
        change = SceneChange(
            place=place if place != self.screenplay.place(scene.place).kind else None,
            hour=hour if hour != scene.hour else None,
            weather=weather if weather != scene.weather else None,
        )
        if change != SceneChange():
            self.changes.scenes[ident] = change

    def _read_line(self, ident: str, was: Piece, now: Piece) -> None:
        line = self.line_of[ident]
        change = LineChange()
        if was.words != now.words:
            change.text = now.words
        if was.cue != now.cue:
            speaker, kind = self._read_cue(now)
            renamed = self.changes.names.get(line.speaker or "")
            if speaker != self._name(line.speaker) and speaker != renamed:
                change.speaker = speaker
            if kind != line.delivery:
                change.kind = kind
        if was.manner.casefold() != now.manner.casefold():
            emotion = read_manner(now.manner)
            if emotion is None:
                self._trouble(now.line, f"({now.manner}) is no manner that a voice here can take")
            elif emotion != line.emotion:
                change.emotion = emotion
        if change != LineChange():
            self.changes.lines[ident] = change

    def _read_cue(self, piece: Piece) -> tuple[str, LineKind]:
        """Return the name of whom a cue names, as the bible has it where it does, and the kind of line."""
        name, kind = read_cue(piece.name, piece.extensions)
        whole = " ".join((piece.name, *(f"({extension})" for extension in piece.extensions)))
        for words in (plain_words(whole), name or ""):
            known = self.known.get(words.casefold())
            if known is not None:
                return known.name, kind if words == name else "dialogue"
        renamed = next((new for new in self.changes.names.values() if new.casefold() == (name or "").casefold()), None)
        return renamed or spoken_name(name or ""), kind

    def _name(self, ident: str | None) -> str:
        return next((character.name for character in self.screenplay.characters if character.id == ident), "")

    def _read_added(self, number: int, piece: Piece) -> None:
        if piece.role == "heading":
            self.in_new_scene = True
            self._trouble(
                piece.line, f"{piece.words} opens a scene that is new or stands elsewhere, which cannot be carried"
            )
        elif piece.role == "section":
            self._trouble(piece.line, f"the chapter {piece.words!r} cannot be carried")
        elif not self.in_new_scene:
            ahead = next(self._heard_ahead(number), "")
            if not (self.anchor or ahead):
                self._trouble(piece.line, "what is new here stands in no scene that has lines of its own")
            elif piece.role == "seen":
                self.seen.setdefault(self.beat_of[ahead or self.anchor], []).append(piece.words)
            else:
                self._read_new(piece, ahead)

    def _read_new(self, piece: Piece, ahead: str) -> None:
        emotion = read_manner(piece.manner)
        if emotion is None:
            self._trouble(piece.line, f"({piece.manner}) is no manner that a voice here can take")
        speaker, kind = self._read_cue(piece)
        self.changes.new.append(
            NewLine(
                text=piece.words,
                kind=kind,
                speaker=speaker,
                emotion=emotion or "neutral",
                after=self.anchor or None,
                before=None if self.anchor else ahead,
            )
        )

    def _heard_ahead(self, number: int) -> Iterator[str]:
        """Yield the ids of the lines that were kept from pair `number` on, up to the next heading."""
        for i, j in self.pairs[number + 1 :]:
            if i is not None and j is not None and self.found[j].role == "heading":
                return
            if i is not None and j is not None and self.layout.pieces[i].role == "heard":
                yield self.layout.idents[i]

    def _settle_seen(self) -> None:
        shown = {
            ident: piece.words
            for piece, ident in zip(self.layout.pieces, self.layout.idents, strict=True)
            if piece.role == "seen"
        }
        gone = {ident for ident, change in self.changes.lines.items() if change.cut}
        beats = {beat.lines[0].id: beat for scene in self.screenplay.scenes for beat in scene.beats if beat.lines}
        for ident in dict.fromkeys((*shown, *self.seen)):
            now = " ".join(self.seen.get(ident, ()))
            if now != shown.get(ident, "") and not all(line.id in gone for line in beats[ident].lines):
                self.changes.seen[ident] = now

    def _read_renames(self) -> None:
        """Find the characters whose every cue now bears one name that nobody else has: they are called so now."""
        now: dict[str, list[str]] = {}
        for i, j in self.pairs:
            if i is None or j is None or self.layout.pieces[i].role != "heard":
                continue
            speaker = self.line_of[self.layout.idents[i]].speaker
            if speaker is not None:
                same = self.layout.pieces[i].cue == self.found[j].cue
                name, _ = read_cue(self.found[j].name, self.found[j].extensions)
                now.setdefault(speaker, []).append("" if same or name is None else name)
        for speaker, names in now.items():
            if len({name.casefold() for name in names}) == 1 and names[0] and names[0].casefold() not in self.known:
                self.changes.names[speaker] = spoken_name(names[0])
