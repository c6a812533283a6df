"""The kinds of pipeline the `diffusers` backend drives: what each takes, and with which arguments.

Signatures are those of diffusers 0.42. Each family was trained at a rate of its own; a shot is
made at that rate and brought to the request's afterwards, so that things move as fast as asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from generator.fills import fit
from generator.values import Condition, Frames, GeneratorError, ShotRequest

AGAIN = 9  # frames of a loop's start that are given again past its end, where runs are taken
UNSAFE = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


@dataclass(frozen=True, slots=True)
class Family:
    """What one kind of pipeline can do. frames: lengths are `frames` n + 1, at most `most`."""

    name: str
    from_words: str  # the class for words alone, "" if there is none
    from_picture: str  # the class for a start picture, "" if there is none
    frames: int
    edge: int  # sizes are multiples of this
    most: int  # frames it was trained for
    rate: int = 0  # frames per second it was trained at; 0: any, it is told
    any_frames: bool = False  # takes conditions anywhere
    last_picture: bool = False
    distilled: bool = False  # guidance is an input; a negative prompt needs a second pass


LTX = Family(
    "LTX-Video", "LTXConditionPipeline", "LTXConditionPipeline", 8, 32, 257, any_frames=True
)
WAN = Family("Wan", "WanPipeline", "WanImageToVideoPipeline", 4, 16, 81, rate=16, last_picture=True)
COG = Family("CogVideoX", "CogVideoXPipeline", "CogVideoXImageToVideoPipeline", 4, 16, 49, rate=8)
HUNYUAN = Family(
    "HunyuanVideo", "HunyuanVideoPipeline", "HunyuanVideoImageToVideoPipeline", 4, 16, 129,
    rate=24, distilled=True,
)  # fmt: skip
FAMILIES = {
    "LTXPipeline": LTX, "LTXImageToVideoPipeline": LTX, "LTXConditionPipeline": LTX,
    "WanPipeline": WAN, "WanImageToVideoPipeline": WAN,
    "CogVideoXPipeline": COG, "CogVideoXImageToVideoPipeline": COG,
    "HunyuanVideoPipeline": HUNYUAN, "HunyuanVideoImageToVideoPipeline": HUNYUAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """One folder of weights: its family as it is there, and the classes it can be loaded as."""

    family: Family
    kinds: tuple[str, ...]

    def kind_for(self, request: ShotRequest) -> str:
        """The class that makes this request, "" where the folder has none for it."""
        family = self.family
        kind = family.from_picture if request.conditions else family.from_words
        return kind if kind in self.kinds else ""


def unsafe(folder: Path) -> str:
    """Why a model folder is not to be loaded, "" when it is safe."""
    code = next(folder.rglob("*.py"), None)
    if code is not None:
        return f"{folder.name} holds code ({code.name}); only folders of weights are loaded"
    if not any(folder.rglob("*.safetensors")):
        pickled = next((f for f in folder.rglob("*") if f.suffix in UNSAFE), None)
        which = f" ({pickled.name} could run code)" if pickled else ""
        return f"{folder.name} holds no safetensors{which}; convert the weights first"
    try:
        model_in(folder)
    except GeneratorError as error:
        return str(error)
    return ""


def model_in(folder: Path) -> Model:
    """The model in a folder, by its model_index.json. Raises GeneratorError for others."""
    index = _json(folder / "model_index.json")
    if index is None:
        raise GeneratorError(f"{folder.name} has no readable model_index.json")
    for name, value in index.items():
        if isinstance(value, list) and value[0] not in ("diffusers", "transformers", None):
            raise GeneratorError(f"{folder.name} asks for code from {value[0]!r} for its {name}")
    saved = str(index.get("_class_name", ""))
    if saved not in FAMILIES:
        raise GeneratorError(
            f"{folder.name} is a {saved or 'nameless'} model; "
            f"{', '.join(sorted(FAMILIES))} are read"
        )
    family = FAMILIES[saved]
    if family.any_frames:
        return Model(family, (family.from_words,))
    if family is WAN:
        return _wan(folder, index, saved)
    if family is COG:
        transformer = _json(folder / "transformer" / "config.json") or {}
        if transformer.get("patch_size_t"):  # CogVideoX 1.5
            family = replace(family, rate=16, most=81)
    return Model(family, (saved,))


def _wan(folder: Path, index: dict[str, Any], saved: str) -> Model:
    """Wan 2.2 with one transformer for words and pictures takes both; its autoencoder says how."""
    vae = _json(folder / "vae" / "config.json") or {}
    edge = 2 * int(vae.get("scale_factor_spatial") or 8)
    if not index.get("expand_timesteps"):
        return Model(replace(WAN, edge=edge), (saved,))
    both = (WAN.from_words, WAN.from_picture)
    return Model(replace(WAN, edge=edge, rate=24, most=121, last_picture=False), both)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def beyond(model: Model, request: ShotRequest) -> str:
    """What this model cannot take of the request, "" when it can take all."""
    family = model.family
    count = frames_for(family, request)
    if count > family.most:
        rate = Fraction(family.rate) or request.rate
        return (
            f"{float(request.duration_s):.1f} s are {count} frames; {family.name} makes"
            f" {family.most} at most ({float(family.most / rate):.1f} s); make the shot shorter"
        )
    if family.any_frames:
        return ""
    if not model.kind_for(request):
        if request.conditions:
            return f"this {family.name} model works from words alone; use an image-to-video one"
        return f"this {family.name} model animates a picture; give one at the start"
    starts = [one for one in request.conditions if one.at_s == 0]
    ends = [one for one in request.conditions if one.at_s > 0]
    wrong = any(one.strength < 1 or len(one.frames) > 1 for one in request.conditions)
    if request.conditions and (
        len(starts) != 1 or wrong or len(ends) > family.last_picture or not _last(ends, request)
    ):
        return f"{family.name} takes one whole picture at the start" + (
            " and one at the end" if family.last_picture else ""
        )
    return ""


def closed(family: Family, request: ShotRequest) -> ShotRequest:
    """The request with the start of a loop given again past its end, to be cut away there.

    |start|  loop  |start'|
    """
    starts = [one for one in request.conditions if one.at_s == 0]
    if not request.loop or not starts:
        return request
    again = starts[0].frames[: AGAIN if family.any_frames else 1]
    end = replace(starts[0], frames=again, at_s=request.frame_count / request.rate)
    return replace(
        request, loop=False, conditions=(*request.conditions, end),
        duration_s=(request.frame_count + len(again)) / request.rate,
    )  # fmt: skip


def shown_at(family: Family, request: ShotRequest, made: int) -> float:
    """Frames per second at which `made` frames are shown, so that a last picture is the last.

    More are made than are needed; a picture for the end stands on the last of them.
    """
    if any(one.at_s > 0 for one in request.conditions) and request.frame_count > 1:
        return (made - 1) / (request.frame_count - 1) * float(request.rate)
    return float(family.rate)


def _last(ends: list[Condition], request: ShotRequest) -> bool:
    """Whether what is given for the end stands on the last frame."""
    return all(one.at_s * request.rate >= request.frame_count - 2 for one in ends)


def frames_for(family: Family, request: ShotRequest) -> int:
    """Frames to make, at the family's own rate, snapped up to a length that it makes."""
    rate = Fraction(family.rate) or request.rate
    least = max(2, -(-request.frame_count * rate // request.rate))
    return int(-(-(least - 1) // family.frames) * family.frames + 1)


def size_for(family: Family, request: ShotRequest) -> tuple[int, int]:
    """(width, height) to make, snapped up to multiples that the family makes."""
    width, height = (
        max(family.edge, -(-n // family.edge) * family.edge)
        for n in (request.width, request.height)
    )
    return width, height


def call_arguments(family: Family, request: ShotRequest) -> dict[str, Any]:
    """The pipeline's arguments: size and length snapped up to what it makes."""
    frames, (width, height) = frames_for(family, request), size_for(family, request)
    arguments: dict[str, Any] = {
        "prompt": request.prompt, "negative_prompt": request.negative_prompt, "width": width,
        "height": height, "num_frames": frames, "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
    }  # fmt: skip
    if family.distilled:
        arguments["true_cfg_scale"] = request.guidance if request.negative_prompt else 1.0
    if family.any_frames:
        arguments["frame_rate"] = round(float(request.rate))
        arguments |= _ltx_conditions(request, (width, height), frames)
    elif request.conditions:
        ordered = sorted(request.conditions, key=lambda one: one.at_s)
        arguments["image"] = _pictures(ordered[0].frames[:1], (width, height))[0]
        if len(ordered) > 1:
            arguments["last_image"] = _pictures(ordered[1].frames[-1:], (width, height))[0]
    return arguments


def _ltx_conditions(request: ShotRequest, size: tuple[int, int], frames: int) -> dict[str, Any]:
    """Every condition as one of LTX's: a picture at a frame, or a run of 8n + 1 frames."""
    if not request.conditions:
        return {}
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    made = []
    for one in request.conditions:
        at = max(0, min(round(float(one.at_s * request.rate)), frames - len(one.frames)))
        run, at = ltx_run(one.frames, at, leads_in=one.at_s == 0)
        made.append(
            LTXVideoCondition(video=_pictures(run, size), frame_index=at, strength=one.strength)
        )
    return {"conditions": made}


def ltx_run(frames: Frames, at: int, *, leads_in: bool) -> tuple[Frames, int]:
    """The longest run of 8n + 1 of `frames` that LTX can hold at frame `at`, and where it stands.

    Those nearest to what is to be drawn stay. A run of more than two latent frames that begins
    inside the shot is written in place, so it must begin on a latent frame.
    """
    many = (len(frames) - 1) // 8 * 8 + 1
    if not leads_in:
        return (frames[: min(many, 9)] if at % 8 else frames[:many]), at
    cut = len(frames) - many
    if cut and many > 9 and (at + cut) % 8:
        many, cut = 9, len(frames) - 9
    return frames[cut:], at + cut


def _pictures(frames: Frames, size: tuple[int, int]) -> list[Any]:
    from PIL import Image

    return [Image.fromarray(fit(frame, size)) for frame in frames]
