"""One clip as a server of the shape /v1/videos is asked for it: the fields of its request."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2

from bookfilm.errors import EngineError
from bookfilm.picture.diffusion.conform import Frame
from bookfilm.picture.diffusion.profile import Profile

METADATA_NAME = "bookfilm"
"""Under this name the submission's token stands in a job's metadata."""


@dataclass(frozen=True)
class ClipWanted:
    """One clip: what is seen, its size in pixels, its length in the model's frames, and the picture it begins with."""

    prompt: str
    width: int
    height: int
    frames: int
    seed: int
    first: Frame | None = None


@dataclass(frozen=True)
class Submission:
    """A request as it goes over the wire: `fields` as JSON has them, and the first frame as PNG."""

    fields: dict[str, Any]
    picture: bytes | None
    form: str

    def with_token(self, token: str, metadata: bool) -> Submission:
        """Return the submission with its token in the metadata, where the server takes any."""
        if not metadata:
            return self
        return Submission({**self.fields, "metadata": {METADATA_NAME: token}}, self.picture, self.form)

    def sent_as(self) -> dict[str, Any]:
        """Return the keywords by which the HTTP client sends it."""
        if self.form == "json":
            body = dict(self.fields)
            if self.picture is not None:
                body["input_reference"] = "data:image/png;base64," + base64.b64encode(self.picture).decode()
            return {"json": body}
        parts: list[tuple[str, Any]] = [(name, (None, _text(value))) for name, value in self.fields.items()]
        if self.picture is not None:
            parts.append(("input_reference", ("first.png", self.picture, "image/png")))
        return {"files": parts}


def write_submission(wanted: ClipWanted, profile: Profile) -> Submission:
    """Return the request for `wanted` as `profile` says its server is asked."""
    remote, sampling = profile.remote, profile.sampling
    fields: dict[str, Any] = {
        "model": remote.model,
        "prompt": wanted.prompt,
        "size": f"{wanted.width}x{wanted.height}",
    }
    further: dict[str, Any] = {"seed": wanted.seed, "num_inference_steps": profile.steps}
    further |= {"guidance_scale": profile.guidance}
    if sampling.negative_prompt and profile.guidance > 1:
        further["negative_prompt"] = sampling.negative_prompt
    if remote.length == "seconds":
        seconds = asked_seconds(wanted.frames, profile)
        fields["seconds"] = str(seconds) if remote.form == "multipart" else seconds
    else:
        further |= {"num_frames": wanted.frames, "fps": round(profile.clip.rate.per_second)}
    # Keywords of a pipeline that are no plain values are this library's own.
    further |= {name: value for name, value in sampling.call.items() if isinstance(value, int | float | str)}
    if remote.extensions == "flat":
        fields |= further
    elif remote.extensions != "none":
        fields[remote.extensions] = further
    return Submission({**fields, **remote.fields}, _png(wanted.first), remote.form)


def asked_seconds(frames: int, profile: Profile) -> int:
    """Return for how many seconds the server is asked, so that `frames` are in it: the longest there is, if none is
    long enough."""
    needed = Fraction(frames) / profile.clip.rate.per_second
    whole = int(-(-needed // 1))
    allowed = sorted(profile.remote.seconds)
    return next((seconds for seconds in allowed if seconds >= needed), allowed[-1] if allowed else whole)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _png(frame: Frame | None) -> bytes | None:
    if frame is None:
        return None
    done, encoded = cv2.imencode(".png", frame[..., ::-1])
    if not done:
        raise EngineError("the first frame cannot be written as PNG", subject="remote")
    return encoded.tobytes()
