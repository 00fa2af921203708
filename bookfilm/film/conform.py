"""Takes, soundtrack, subtitles and chapters become one MP4. Picture and sound are copied, never encoded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookfilm.errors import FilmError
from bookfilm.records.book import Language
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.ffmpeg import run_ffmpeg
from bookfilm.store.files import partial_file, write_file

ISO_639_2 = {"en": "eng", "ru": "rus"}


@dataclass(frozen=True)
class FilmTags:
    """What the film says of itself. `comment` holds the right to the book and the makers."""

    title: str
    author: str | None
    language: Language
    comment: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a clip: `frames` of it from `start` on. It starts at the clip's beginning or at a key frame."""

    file: Path
    start: int
    frames: int


def conform_film(
    timeline: Timeline,
    pieces: Sequence[Piece],
    soundtrack: Path,
    subtitles: Sequence[tuple[Language, Path]],
    tags: FilmTags,
    work: Path,
    film: Path,
) -> None:
    """Write `film`: H.264 and AAC copied from takes and soundtrack, mov_text tracks, chapters, faststart.

    `pieces` are in order and together as long as the timeline; `subtitles` are SRT files, each a track.
    Raises FilmError where they are not, or where ffmpeg fails; StoreFull.
    """
    total = sum(piece.frames for piece in pieces)
    if total != timeline.frames:
        raise FilmError(f"its picture has {total} frames, the timeline {timeline.frames}", subject=film)
    work.mkdir(parents=True, exist_ok=True)
    playlist, metadata = work / "takes.ffconcat", work / "film.ffmetadata"
    write_file(playlist, "ffconcat version 1.0\n" + "".join(_entry(piece, timeline.rate) for piece in pieces))
    write_file(metadata, _metadata(timeline, tags))
    inputs = _inputs(playlist, soundtrack, metadata, [path for _, path in subtitles])
    outputs = _outputs(tags, timeline.rate, [language for language, _ in subtitles])
    with partial_file(film) as temporary:
        run_ffmpeg([*inputs, *outputs, str(temporary)], "the film", film)


def _entry(piece: Piece, rate: FrameRate) -> str:
    quoted = str(piece.file).replace("'", r"'\''")
    # A quarter of a frame late, as times are rounded to the microsecond: the frame meant is then the one before it.
    first, end = (float(rate.seconds(4 * frame + 1) / 4) for frame in (piece.start, piece.start + piece.frames - 1))
    inpoint = f"inpoint {first:.6f}\n" if piece.start else ""
    return f"file 'file:{quoted}'\n{inpoint}outpoint {end:.6f}\n"


def _inputs(playlist: Path, soundtrack: Path, metadata: Path, subtitles: Sequence[Path]) -> list[str]:
    return [
        *("-f", "concat", "-safe", "0", "-i", str(playlist)),
        *("-i", str(soundtrack)),
        *("-f", "ffmetadata", "-i", str(metadata)),
        *(argument for path in subtitles for argument in ("-f", "srt", "-i", str(path))),
    ]


def _outputs(tags: FilmTags, rate: FrameRate, subtitles: Sequence[Language]) -> list[str]:
    tracks: list[str] = []
    for track, language in enumerate(subtitles):
        tracks += ["-map", f"{3 + track}:s:0", f"-metadata:s:s:{track}", f"language={ISO_639_2[language]}"]
        tracks += [f"-disposition:s:{track}", "0"]
    # Joining places each take to the microsecond; counted anew, every frame is exactly where it belongs.
    times = f"setts=ts=round(N*{rate.den}/({rate.num}*TB)):duration=round({rate.den}/({rate.num}*TB))"
    return [
        *("-bsf:v", times, "-video_track_timescale", str(rate.num * 512)),
        *("-map", "0:v:0", "-map", "1:a:0", "-map_metadata", "2", "-map_chapters", "2", *tracks),
        *("-c:v", "copy", "-c:a", "copy", "-c:s", "mov_text"),
        *("-metadata:s:a:0", f"language={ISO_639_2[tags.language]}"),
        *("-movflags", "+faststart", "-fflags", "+bitexact"),
        # Left to itself the muxer takes a time scale that all tracks share, in which long chapters overflow
        # and the chapter track is left out.
        *("-movie_timescale", "48000"),
        *("-f", "mp4"),
    ]


def _metadata(timeline: Timeline, tags: FilmTags) -> str:
    fields = {"title": tags.title, "artist": tags.author or "", "comment": tags.comment}
    text = ";FFMETADATA1\n" + "".join(f"{name}={_escaped(value)}\n" for name, value in fields.items() if value)
    ends = [*(mark.start_frame for mark in timeline.chapters), timeline.frames][1:]
    for mark, end in zip(timeline.chapters, ends, strict=True):
        if end > mark.start_frame:
            # One tick a frame: chapters begin on frames, exactly.
            text += (
                f"[CHAPTER]\nTIMEBASE={timeline.rate.den}/{timeline.rate.num}\n"
                f"START={mark.start_frame}\nEND={end}\ntitle={_escaped(mark.title)}\n"
            )
    return text


def _escaped(value: str) -> str:
    value = " ".join(value.split())
    for special in "\\=;#":
        value = value.replace(special, f"\\{special}")
    return value
