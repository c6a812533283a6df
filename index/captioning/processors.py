"""How each family of local models is asked: its processor, its prompt, its answer's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.captioning.answers import PROMPT
from index.captioning.model_folder import ModelFolder
from project.errors import CreatorError

FLORENCE_TASK = "<MORE_DETAILED_CAPTION>"
FLORENCE_TASKS = ("<CAPTION>", "<DETAILED_CAPTION>", FLORENCE_TASK)
FLORENCE, BLIP = "florence2", "blip"

RGB = NDArray[np.uint8]


def prompt_for(kind: str, wanted: str) -> str:
    """What a model of this kind is asked: `wanted` where it takes words, else its own task."""
    if kind == FLORENCE:
        return wanted if wanted in FLORENCE_TASKS else FLORENCE_TASK
    return "" if kind == BLIP else wanted or PROMPT


def processor_of(model: ModelFolder) -> Any:
    """The processor in the model's folder, for still pictures only. Raises CreatorError.

    Where transformers cannot make the whole one, because a package or a file that only videos
    need is missing, the parts for pictures and words are put together without that for videos.
    """
    from transformers import AutoProcessor

    try:
        try:
            found = AutoProcessor.from_pretrained(
                str(model.path), local_files_only=True, trust_remote_code=False
            )
        except (ImportError, OSError, ValueError):
            found = _for_stills(model)
    except (OSError, ValueError, TypeError, KeyError, ImportError, AttributeError) as error:
        raise CreatorError(
            f"the captioner {model.name!r} has no processor that can be loaded ({error}); its"
            " folder needs the files of its image processor and its tokenizer"
        ) from error
    if not (hasattr(found, "image_processor") and hasattr(found, "tokenizer")):
        raise CreatorError(f"{model.name!r} takes no pictures, so it cannot caption; name another")
    _look_once(found.image_processor)
    return found


def _for_stills(model: ModelFolder) -> Any:
    """The processor of the model's kind without its part for videos."""
    import transformers
    from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES

    # SmolVLM lays stills out as Idefics3 does, whose processor knows no videos
    name = "Idefics3Processor" if model.kind == "smolvlm" else PROCESSOR_MAPPING_NAMES[model.kind]
    whole = getattr(transformers, name)
    stills = type(name, (whole,), {"get_attributes": staticmethod(_still_parts)})
    return stills.from_pretrained(  # type: ignore[attr-defined]
        str(model.path), local_files_only=True, trust_remote_code=False
    )


def _still_parts() -> list[str]:
    return ["image_processor", "tokenizer"]


def _look_once(images: Any) -> None:
    """One look at the whole frame: cut into tiles it would cost a dozen times as much."""
    if getattr(images, "do_image_splitting", False):
        images.do_image_splitting = False
        edge = _longest_edge(images.max_image_size)
        if edge and _longest_edge(images.size) > edge:
            images.size = {"longest_edge": edge}


def _longest_edge(size: Any) -> int:
    found = size.get("longest_edge") if isinstance(size, dict) else getattr(
        size, "longest_edge", None
    )  # fmt: skip
    return int(found or 0)


def inputs_for(processor: Any, kind: str, prompt: str, frames: Sequence[RGB]) -> Any:
    """The tensors of a batch: one conversation, task or bare picture for each frame (H, W, 3)."""
    from PIL import Image

    pictures = [Image.fromarray(np.ascontiguousarray(frame)) for frame in frames]
    if kind == BLIP:
        return processor(images=pictures, return_tensors="pt")
    if kind == FLORENCE:
        return processor(text=[prompt] * len(pictures), images=pictures, return_tensors="pt")
    text = _conversation(processor, prompt)
    return processor(
        text=[text] * len(pictures),
        images=[[picture] for picture in pictures],
        padding=True,
        return_tensors="pt",
    )


def _conversation(processor: Any, prompt: str) -> str:
    """The prompt beside one picture, as the model's chat template puts it."""
    from jinja2 import TemplateError

    template = getattr(processor, "chat_template", None) or processor.tokenizer.chat_template
    if not template:
        raise CreatorError(
            "this captioner has no chat template, so it cannot be asked; name one that follows"
            " instructions, such as SmolVLM-Instruct or Qwen-VL-Instruct, or Florence-2 or BLIP"
        )
    content = [{"type": "image"}, {"type": "text", "text": prompt}]
    # a model that would think aloud first has no words left for the caption
    more = {"enable_thinking": False} if "enable_thinking" in str(template) else {}
    try:
        said = processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True, **more
        )
    except TemplateError as error:
        raise CreatorError(
            f"this captioner's chat template cannot be used ({error}); name another model"
        ) from error
    return str(said)
