"""Writes the figures of the tiny model into its card: ``python -m benchmarks.card``.

What stands between the card's two marks is replaced by the figures as they came out just now, with what was taken for
what; the sheet of samples is drawn anew from the same clips: the first of each place that was asked for.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np

from benchmarks.answers import ASKED, Answers, confusion, names_of, share_right
from benchmarks.tiny import CAPTIONS, LEARNT, LIMITS, UNSEEN, Reading, read_tiny
from bookfilm.picture.tiny.captions import PLACE_GROUPS
from bookfilm.store.files import write_file

CARD = Path(str(files("bookfilm.picture.tiny"))) / "weights" / "README.md"
SHEET = Path(__file__).parents[1] / "docs" / "pictures" / "tiny_sheet.jpg"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
_ACROSS, _LARGER = 6, 2


def figures_text(reading: Reading) -> str:
    """Return the figures in Markdown."""
    lines = [
        f"A reader, taught on {LEARNT} clips of the shadow theatre, was shown {UNSEEN} others of them and this",
        f"model's clips of {CAPTIONS} captions whose place, hour and number never stood together in training:",
        "",
        "| | real clips read right | this model's | wanted |",
        "|---|---|---|---|",
    ]
    for asked in ASKED:
        real = 100 * share_right(reading.real_read, reading.real_right, asked)
        made = 100 * share_right(reading.read, reading.right, asked)
        lines.append(f"| {asked} | {real:.1f} % | {made:.1f} % | {LIMITS[asked]:.0f} % |")
    for asked in ASKED:
        lines += [
            "",
            f"{asked.capitalize()}: what was asked for (rows), what was read of this model's clips (columns).",
            "",
        ]
        lines += _matrix(reading.read, reading.right, asked)
    return "\n".join(lines)


def _matrix(read: Answers, right: Answers, asked: str) -> list[str]:
    names = names_of(asked)
    rows = confusion(read, right, asked)
    told = [
        f"| {name} | {' | '.join(str(n) if n else '·' for n in row)} |" for name, row in zip(names, rows, strict=True)
    ]
    return [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|", *told]


def sheet_of(reading: Reading) -> bytes:
    """Return the sheet of samples as JPEG: two clips of each place, the frame in the middle of each."""
    pictures = []
    for place in range(len(PLACE_GROUPS)):
        found = np.flatnonzero(reading.right[:, 0] == place)[:2]
        pictures += [reading.clips[at][reading.clips.shape[1] // 2] for at in found]
    rows = [np.concatenate(pictures[at : at + _ACROSS], 1) for at in range(0, len(pictures), _ACROSS)]
    sheet = np.concatenate(rows, 0)
    large = cv2.resize(sheet, None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
    _, packed = cv2.imencode(".jpg", large[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    return packed.tobytes()


def main() -> int:
    """Read the model's clips and write card and sheet. Returns the exit code."""
    reading = read_tiny()
    before, _, rest = CARD.read_text(encoding="utf8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = figures_text(reading)
    write_file(CARD, f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    write_file(SHEET, sheet_of(reading))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
