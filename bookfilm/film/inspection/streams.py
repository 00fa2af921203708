"""What the film is made of: codecs, colour, rate and size, and what players need to begin at once."""

from __future__ import annotations

import re
from itertools import pairwise

from bookfilm.film.inspection.mp4 import Mp4, Stream
from bookfilm.film.inspection.sections import Bounds, Figure, Section, missing

LANGUAGE = re.compile(r"\((\w{3})\)")


def inspect_streams(mp4: Mp4, _bounds: Bounds) -> Section:
    """Return the streams and their parameters."""
    figures = [
        *_picture(mp4.first("picture")),
        *_sound(mp4.first("sound")),
        *_subtitles(mp4.first("subtitles")),
        _chapters(mp4),
        _faststart(mp4),
    ]
    return Section(title="Streams", figures=tuple(figures))


def _picture(stream: Stream | None) -> list[Figure]:
    if stream is None:
        return [missing("picture stream", "the file has no picture")]
    codec = " ".join(re.findall(r"^(\w+)(?: \((\w[\w: ]*)\))?", stream.told)[0]).strip()
    layout = re.search(r"(yuv\w+|gbr\w*|rgb\w*|nv12)(?:\(([^)]*)\))?", stream.told)
    pixels, colour = (layout[1], layout[2] or "") if layout else ("unknown", "")
    size = re.search(r"\b(\d{2,5})x(\d{2,5})\b", stream.told)
    said = [part.strip() for part in colour.split(",")]
    return [
        Figure(name="picture codec", value=codec, limit="h264 High", ok=codec == "h264 High"),
        Figure(name="picture format", value=pixels, limit="yuv420p", ok=pixels == "yuv420p"),
        Figure(
            name="picture colour",
            value=", ".join(part for part in said if part != "progressive") or "not stated",
            limit="tv, bt709",
            ok="tv" in said and "bt709" in said,
        ),
        Figure(name="picture size", value=size[0] if size else None, limit="even", ok=_is_even(size)),
    ]


def _is_even(size: re.Match[str] | None) -> bool:
    return size is not None and not int(size[1]) % 2 and not int(size[2]) % 2


def _sound(stream: Stream | None) -> list[Figure]:
    if stream is None:
        return [missing("sound stream", "the file has no sound")]
    codec = " ".join(re.findall(r"^(\w+)(?: \(([\w-]+)\))?", stream.told)[0]).strip()
    hertz = re.search(r"(\d+) Hz", stream.told)
    layout = re.search(r"Hz, ([\w.() ]+)", stream.told)
    return [
        Figure(name="sound codec", value=codec, limit="aac LC", ok=codec == "aac LC"),
        Figure(name="sound rate, Hz", value=int(hertz[1]) if hertz else None, limit="48000", ok=_is(hertz, "48000")),
        Figure(name="sound channels", value=layout[1] if layout else None, limit="stereo", ok=_is(layout, "stereo")),
    ]


def _is(found: re.Match[str] | None, wanted: str) -> bool:
    return found is not None and found[1] == wanted


def _subtitles(stream: Stream | None) -> list[Figure]:
    if stream is None:
        return [missing("subtitle stream", "the file has no subtitles")]
    codec = stream.told.split(" ")[0]
    return [Figure(name="subtitle codec", value=codec, limit="mov_text", ok=codec == "mov_text")]


def _chapters(mp4: Mp4) -> Figure:
    marks = mp4.chapters
    titled = all(mark.title for mark in marks)
    gapless = all(one.end == following.start for one, following in pairwise(marks))
    return Figure(
        name="chapters", value=len(marks), limit="1 or more, titled, no gap", ok=bool(marks) and titled and gapless
    )


def _faststart(mp4: Mp4) -> Figure:
    boxes = mp4.boxes
    begins = "moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat")
    return Figure(name="faststart", value="yes" if begins else "no", limit="yes", ok=begins)
