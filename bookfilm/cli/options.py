"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Book = Annotated[Path, typer.Argument(help="The book: TXT, Markdown, HTML, EPUB, FB2, .fb2.zip or DOCX.")]
Folder = Annotated[Path, typer.Argument(help="The film folder.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="The film folder [default: BOOK.film here].")]
PresetName = Annotated[str | None, typer.Option("--preset", "-p", help="A preset's name, or a .toml file.")]
Runtime = Annotated[
    str | None, typer.Option("--runtime", help="The film's length: 20m, 1h50m, 90s [default: all is in].")
]
Style = Annotated[
    str | None, typer.Option("--style", help="The picture's style: lantern, sepia, ink, noir… or a .toml file.")
]
Size = Annotated[str | None, typer.Option("--size", help="1280x720, 360p, 720p, 1080p, 4k…")]
Rate = Annotated[str | None, typer.Option("--rate", help="Frames a second: 24, 25, 23.976, 30000/1001…")]
KeyframesOnly = Annotated[
    bool, typer.Option("--keyframes-only", help="Stop once keyframes are drawn, to look at them first.")
]
Until = Annotated[
    str | None, typer.Option("--until", help="Stop after book, screenplay, shots, sound, keyframes, picture or film.")
]
Scenes = Annotated[str | None, typer.Option("--scenes", help="Render these scenes only: 3 or 3-5.")]
Address = Annotated[str | None, typer.Option("--address", help="A running Ray cluster: auto, or host:port.")]
Right = Annotated[
    str | None, typer.Option("--right", help='By what right: "public domain", "author", "licence" or "not stated".')
]
Holder = Annotated[str | None, typer.Option("--right-holder", help="Who holds the right, as the film credits it.")]
Loudness = Annotated[
    float | None, typer.Option("--loudness", help="Mix to this many LUFS: -16 for the web [default], -23 to broadcast.")
]
Stems = Annotated[bool, typer.Option("--stems", help="Also write speech, effects, ambience, score as files.")]
Dub = Annotated[
    str | None, typer.Option("--dub-language", help="Speak it in this language, from translation.LANGUAGE.json.")
]
Subtitles = Annotated[
    str | None, typer.Option("--subtitles-language", help="Also lay subtitles in this language, from the same file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
