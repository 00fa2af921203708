"""The tables of a profile: what a TOML file says of one model, and what would contradict itself there."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from bookfilm.records.base import Part
from bookfilm.records.time import FrameRate

Dtype = Literal["float32", "bfloat16", "float16"]
CacheKind = Literal["none", "first_block", "taylor_seer", "mag", "sea", "pyramid", "faster"]
Longer = Literal["auto", "chain", "fill", "loop"]
Positive = Annotated[int, Field(ge=1)]
_IN_PACKAGE = "package:"


class Model(Part):
    """Which weights, in which class. `pipeline` is a class of diffusers, or ``package.module:Class`` of another's;
    empty where only a server has the model."""

    pipeline: str = ""
    image_pipeline: str = ""
    """The class that starts from a picture with the very same weights; empty where `pipeline` does so itself, or
    none does."""
    id: str
    """A name on a hub, a folder, or ``package:name/folder``: a folder inside an installed package."""
    revision: str = ""
    """The commit of the weights, 40 hex digits. Empty only for a folder."""
    variant: str = ""
    dtype: Dtype = "bfloat16"
    dtypes: dict[str, Dtype] = Field(default={})
    """Components that are loaded in another type, such as vae = "float32"."""
    licence: str
    limits: str = ""
    """What the licence forbids or asks, in a line."""

    @field_validator("id")
    @classmethod
    def _folder_of_package(cls, told: str) -> str:
        if not told.startswith(_IN_PACKAGE):
            return told
        package, _, folder = told.removeprefix(_IN_PACKAGE).partition("/")
        try:
            return str(files(package) / folder)
        except ModuleNotFoundError as error:
            raise ValueError(f"no package {package}: {error}") from None

    @field_validator("revision")
    @classmethod
    def _whole_commit(cls, revision: str) -> str:
        if revision and (len(revision) != 40 or set(revision) - set("0123456789abcdef")):
            raise ValueError("a revision is a whole commit of 40 hex digits: a branch's name does not stay the same")
        return revision


class FrameRule(Part):
    """Which lengths a model makes: `first` + a multiple of `step` frames, from `least` to `most`."""

    step: Positive
    first: Annotated[int, Field(ge=0)] = 1
    least: Positive
    most: Positive

    @model_validator(mode="after")
    def _legal(self) -> FrameRule:
        if not self.least <= self.most or any((n - self.first) % self.step for n in (self.least, self.most)):
            raise ValueError(f"least and most are of the form {self.step}k+{self.first}, least first")
        return self

    def fitting(self, frames: int) -> int:
        """Return the least legal length that holds `frames`, or `most`."""
        steps = -(-(max(frames, self.least) - self.first) // self.step)
        return min(self.first + steps * self.step, self.most)

    def capped(self, most_frames: int) -> FrameRule:
        """Return the rule with no length above `most_frames`, or with the shortest there is."""
        most = self.first + max(0, most_frames - self.first) // self.step * self.step
        most = min(most, self.most) or self.first + self.step
        return self.changed(most=most, least=min(self.least, most))


class ClipShape(Part):
    """What the model was trained to make: sizes in pixels, lengths in frames, frames a second."""

    sizes: tuple[tuple[Positive, Positive], ...] = Field(min_length=1)
    multiple: Positive = 16
    """Width and height are multiples of this many pixels."""
    frames: FrameRule
    rate: FrameRate
    upscale: Literal["cubic", "realesrgan", "auto"] = "cubic"
    """How frames smaller than the film's are made larger: realesrgan is a network, four times as large at once; auto:
    where it is installed."""
    longer: Longer = "auto"
    """A shot longer than a clip. chain: each clip begins with the last frame of the one before; fill: one clip, far
    apart in time, gives the first and last frames of the others; loop: one clip again and again; auto: chain where the
    model can begin with a picture, else loop."""

    @field_validator("sizes", mode="before")
    @classmethod
    def _sizes_from_text(cls, value: Any) -> Any:
        return [tuple(size.split("x")) if isinstance(size, str) else size for size in value]

    @field_validator("rate", mode="before")
    @classmethod
    def _rate_from_text(cls, value: Any) -> Any:
        return FrameRate.parse(str(value)) if isinstance(value, str | int) else value

    @model_validator(mode="after")
    def _of_whole_patches(self) -> ClipShape:
        for width, height in self.sizes:
            if width % self.multiple or height % self.multiple:
                raise ValueError(f"{width}x{height} is not of multiples of {self.multiple}")
        return self

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Return the size that fits a frame of `width` by `height` best: its shape first, then enough pixels."""

        def unfit(size: tuple[int, int]) -> tuple[float, bool, int]:
            shape = abs(math.log(size[0] / size[1] * height / width))
            small, pixels = size[0] * size[1] < width * height, size[0] * size[1]
            return round(shape, 1), small, -pixels if small else pixels

        return min(self.sizes, key=unfit)


class Sampling(Part):
    """How the model is asked. `call` are further keywords of the pipeline's own."""

    steps: Positive
    guidance: Annotated[float, Field(ge=0)] = 1.0
    negative_prompt: str = ""
    prompt_chars: Positive = 1600
    """The text encoder reads no more: about four characters are a token."""
    words: Literal["prompt", "caption"] = "prompt"
    """prompt: a shot is told in full; caption: in the few words of the tiny model."""
    call: dict[str, Any] = Field(default={})


class Features(Part):
    """What the model can start from. `needs_first`, `needs_last`: it makes nothing without that frame."""

    text: bool = True
    first_frame: bool = False
    last_frame: bool = False
    needs_first: bool = False
    needs_last: bool = False
    audio: bool = False
    """It makes sound too. The film has its own, so that it is not used."""


class Memory(Part):
    """What the model takes, in GiB: its weights on disk; of a GPU, whole and with `offload = "model"`."""

    weights_gib: Annotated[float, Field(ge=0)] = 0.0
    gpu_gib: Annotated[float, Field(ge=0)] = 0.0
    offloaded_gib: Annotated[float, Field(ge=0)] = 0.0


class Times(Part):
    """How long the model takes, about, as others have published it: for estimates and simulations."""

    clip_s: Annotated[float, Field(ge=0)] = 0.0
    """A clip at its first size and the profile's steps, on one GPU that holds it whole, in seconds. 0: nobody has
    said."""
    frames: Annotated[int, Field(ge=0)] = 0
    """How many frames that clip has; 0: the model's longest."""
    gpu: str = ""
    """On which GPU."""
    source: str = ""
    """Who says so, and where; with what this project worked out of it."""
    low: Annotated[float, Field(gt=0, le=1)] = 0.5
    high: Annotated[float, Field(ge=1)] = 2.0
    """On other GPUs, with other libraries, it takes between these shares of it."""


class StepCache(Part):
    """A cache over the steps of one clip. Each kind reads the values that are its own."""

    kind: CacheKind = "none"
    threshold: Annotated[float, Field(gt=0)] | None = None
    """first_block, mag, sea: how much change is still no change; higher is faster and rougher."""
    interval: Annotated[int, Field(ge=2)] | None = None
    """taylor_seer, pyramid, faster: full work every so many steps."""
    warm_up: Annotated[int, Field(ge=0)] | None = None
    """taylor_seer, sea: steps at the beginning that are always worked out in full."""
    order: Annotated[int, Field(ge=0, le=3)] | None = None
    """taylor_seer, sea: how the rest is foretold: 0 as it was, 1 in a line, and so on."""
    ratios: tuple[float, ...] = ()
    """mag: the model's own magnitudes step by step, as its calibration prints them."""


class Weights(Part):
    """Weights beside the model's own."""

    id: str = ""
    """A name on a hub, or a folder."""
    revision: str = ""
    """The commit of the weights, 40 hex digits. Empty only for a folder."""

    @property
    def is_folder(self) -> bool:
        """True where the weights are a folder on this machine, not a name on a hub."""
        return self.id.startswith((".", "/", "~"))

    @property
    def place(self) -> str:
        """Where libraries find them: the folder, or the name on a hub."""
        return str(Path(self.id).expanduser()) if self.is_folder else self.id

    @property
    def pinned(self) -> dict[str, str]:
        """The keyword by which libraries take no other commit."""
        return {"revision": self.revision} if self.revision else {}

    def check_pinned(self, table: str) -> None:
        """Raise ValueError where weights of a hub are not pinned."""
        if self.id and not self.is_folder and len(self.revision) != 40:
            raise ValueError(f"{table}.revision: weights of a hub are pinned by the whole commit of 40 hex digits")


class Worn(Weights):
    """A LoRA: the model wears it."""

    weight_name: str = ""
    """The file in it, where that is not pytorch_lora_weights.safetensors."""
    weight_name_2: str = ""
    """Of a model of two experts: the second's file; empty: the one that `bookfilm train` writes, if it is there."""


class Lora(Worn):
    """A few-step LoRA: with it the model is asked for fewer steps. Each expert of a model wears one."""

    scale: float = 1.0
    steps: Positive
    guidance: float = 1.0

    @model_validator(mode="after")
    def _pinned(self) -> Lora:
        if not self.id:
            raise ValueError("speed.lora.id: a folder, or a name on a hub")
        self.check_pinned("speed.lora")
        return self


class Taught(Worn):
    """A LoRA that knows somebody or something that the model does not: a character, an author's style."""

    scale: Annotated[float, Field(gt=0, le=4)] = 1.0
    character: str = ""
    """The id of who it knows: worn in their shots only. Empty: in all."""

    @model_validator(mode="after")
    def _pinned(self) -> Taught:
        if not self.id:
            raise ValueError("loras: each has an id: a folder, or a name on a hub")
        self.check_pinned("loras")
        return self


class Speed(Part):
    """The speed switches. Each is checked against what is installed before weights are loaded."""

    attention: str = "native"
    """A backend of diffusers: native, xformers, flash, _flash_3, sage, flex…"""
    cache: StepCache = StepCache()
    lora: Lora | None = None
    quantisation: Literal["none", "int8", "fp8", "fp8_storage"] = "none"
    """int8, fp8: torchao, smaller and faster; fp8_storage: smaller only, and needs nothing installed."""
    compile: bool = False
    vae_tiling: bool = False
    vae_slicing: bool = False
    offload: Literal["none", "model", "group", "sequential"] = "none"
    batch: Positive = 1
    """So many shots of one size and length, begun with no picture, are made in one call of the pipeline."""
    ulysses: Positive = 1
    ring: Positive = 1
    """Context parallelism: over so many GPUs of one replica, multiplied."""

    @property
    def together(self) -> int:
        """So many processes make a clip together, one a GPU."""
        return self.ulysses * self.ring


class Identity(Weights):
    """Whether who is in a take is held to their portraits, and how."""

    descriptor: Literal["none", "outline", "model"] = "none"
    """outline: for silhouettes, without weights; model: a vision transformer of transformers, patch by patch."""
    floor: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """A take in which somebody is less like their portrait is bad. 0: takes are scored, and none is bad."""

    @model_validator(mode="after")
    def _named(self) -> Identity:
        if (self.descriptor == "model") != bool(self.id):
            raise ValueError('identity.id names the model where descriptor = "model", and nothing else')
        self.check_pinned("identity")
        if self.floor and self.descriptor == "none":
            raise ValueError("identity.floor: without a descriptor nothing is scored")
        return self


class Adherence(Weights):
    """Whether a take shows what its prompt says, by a model of words and pictures (CLIP, SigLIP); without `id` nobody
    asks."""

    floor: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """A take that shows less of its prompt is bad. 0: takes are scored, and none is bad."""

    @model_validator(mode="after")
    def _pinned(self) -> Adherence:
        self.check_pinned("adherence")
        if self.floor and not self.id:
            raise ValueError("adherence.floor: without a model nothing is scored")
        return self


class Remote(Part):
    """How a server of the shape /v1/videos is asked for this model. The weights, the switches and the memory are its
    own."""

    model: str = ""
    """The server's name for it; empty: model.id."""
    form: Literal["multipart", "json"] = "multipart"
    length: Literal["frames", "seconds"] = "frames"
    """frames: num_frames and fps are asked for; seconds: whole seconds, one of `seconds` where it lists any."""
    seconds: tuple[Positive, ...] = ()
    extensions: str = "flat"
    """Where fields go that Sora's API did not have (seed, steps, negative prompt…): flat beside the others, "none"
    leaves them out, any other word is the object that holds them, such as Dynamo's nvext. That one needs form json."""
    fields: dict[str, Any] = Field(default={})
    """Further fields of each request, as they are."""
    metadata: bool = False
    """The server takes `metadata` and gives it back in its list: so it can say whether it took a submission whose
    answer was lost."""
    idempotent: bool = False
    """The server keeps to Idempotency-Key: the same submission twice makes one job."""
    poll_s: Annotated[float, Field(gt=0)] = 5.0
    deadline_s: Annotated[float, Field(gt=0)] = 1800.0
    """A clip that is not made so long after it was asked for is given up."""
    answer_s: Annotated[float, Field(gt=0)] = 60.0
    """How long an answer may take. A server that answers only with the finished clip needs as long as that takes."""

    @model_validator(mode="after")
    def _can_be_sent(self) -> Remote:
        if self.form == "multipart" and self.extensions not in ("flat", "none"):
            raise ValueError('extensions in an object of their own need form = "json"')
        return self
