"""Pixels reach local models: tiny ones of every family, made by transformers' own classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.captioning import local
from index.captioning.answers import PROMPT
from index.captioning.choose import captioner
from index.captioning.local import LocalCaptioner
from index.captioning.processors import FLORENCE_TASK
from media.errors import Cancelled
from project.errors import CreatorError
from project.settings import Settings
from tests.index import tiny_models
from tests.index.tiny_models import EDGE

CANARY = "raise RuntimeError('code of a model was run')"


def frames(count: int = 3, edge: int = EDGE) -> list[np.ndarray]:
    """Pictures that differ much, (edge, edge, 3) uint8."""
    rng = np.random.default_rng(5)
    return [rng.integers(0, 256, (edge, edge, 3), np.uint8) for _ in range(count)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def made(models: Path, kind: str) -> Path:
    folder = models / kind
    return folder if folder.is_dir() else tiny_models.KINDS[kind](folder)


@pytest.mark.parametrize("kind", sorted(tiny_models.KINDS))
def test_different_pictures_are_told_apart_and_each_answer_stands_in_its_place(
    models: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "fast_bf16", lambda: False)  # so that batches round alike
    teller = LocalCaptioner(str(made(models, kind)))
    a, b, c = frames()
    together = teller.caption([a, b, c, a])
    assert len(set(together[:3])) == 3 and together[3] == together[0]
    assert all(text.strip() for text in together)
    assert teller.caption([b]) == [together[1]]
    assert str(teller._model.dtype) == "torch.float32"


@pytest.mark.parametrize("kind", ["idefics3", "smolvlm", "florence2", "blip"])
def test_the_pixels_a_model_sees_are_the_frames(models: Path, kind: str) -> None:
    teller = LocalCaptioner(str(made(models, kind)))
    sent = frames(2)
    teller.caption(sent[:1])  # loads it
    seen: list[Any] = []
    eyes = _eyes(teller._model)
    hook = eyes.register_forward_pre_hook(
        lambda _, given, named: seen.append(named.get("pixel_values", given[0] if given else None)),
        with_kwargs=True,
    )
    try:
        teller.caption(sent)
    finally:
        hook.remove()
    images = teller._processor.image_processor
    mean, std = np.array(images.image_mean), np.array(images.image_std)
    shown = seen[0].float().numpy().reshape(2, 3, EDGE, EDGE).transpose(0, 2, 3, 1)
    again = (shown * std + mean) * 255
    assert np.abs(again - np.stack(sent)).max() < 1.6  # what bfloat16 rounds away


def _eyes(model: Any) -> Any:
    """The part of a model that takes pixels."""
    inner = getattr(model, "model", model)
    return getattr(inner, "vision_tower", None) or inner.vision_model


def test_a_frame_larger_than_a_tile_is_looked_at_once(models: Path) -> None:
    teller = LocalCaptioner(str(made(models, "idefics3")))
    teller.caption(frames(1))
    seen: list[Any] = []
    hook = _eyes(teller._model).register_forward_pre_hook(
        lambda _, given, named: seen.append(named["pixel_values"].shape), with_kwargs=True
    )
    teller.caption(frames(1, edge=4 * EDGE))
    hook.remove()
    assert seen == [(1, 3, EDGE, EDGE)]


def test_frames_of_different_shapes_go_in_one_batch(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "fast_bf16", lambda: False)
    teller = LocalCaptioner(str(made(models, "qwen2_vl")))
    rng = np.random.default_rng(1)
    wide, tall = (rng.integers(0, 256, size, np.uint8) for size in ((16, 32, 3), (32, 32, 3)))
    assert teller.caption([wide, tall]) == teller.caption([wide]) + teller.caption([tall])


@pytest.mark.parametrize(("fast", "dtype"), [(True, "bfloat16"), (False, "float32")])
def test_numbers_are_as_wide_as_this_processor_multiplies_well(
    monkeypatch: pytest.MonkeyPatch, fast: bool, dtype: str
) -> None:
    monkeypatch.setattr(local, "fast_bf16", lambda: fast)
    monkeypatch.setattr(local, "_device", lambda: "cpu")
    assert str(local._dtype()) == f"torch.{dtype}"  # never float16 on a processor


def test_a_stop_ends_an_answer_under_way(models: Path) -> None:
    teller = LocalCaptioner(str(made(models, "idefics3")))
    teller.caption(frames(1))
    asked = 0

    def cancel() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    teller.cancel = cancel
    with pytest.raises(Cancelled):
        teller.caption(frames(1))
    assert asked <= 6  # of the 80 words it may say


def test_what_a_model_is_asked_is_its_familys(models: Path) -> None:
    folder = {kind: made(models, kind) for kind in ("idefics3", "florence2", "blip")}
    assert LocalCaptioner(str(folder["idefics3"])).prompt == PROMPT
    assert LocalCaptioner(str(folder["idefics3"]), prompt="Which bird?").prompt == "Which bird?"
    assert LocalCaptioner(str(folder["florence2"]), prompt="Which bird?").prompt == FLORENCE_TASK
    assert LocalCaptioner(str(folder["florence2"]), prompt="<CAPTION>").prompt == "<CAPTION>"
    assert LocalCaptioner(str(folder["blip"])).prompt == ""


def test_the_name_says_which_weights_and_not_where_they_lie(models: Path) -> None:
    folder = made(models, "blip")
    name = LocalCaptioner(str(folder)).name
    assert name.startswith("transformers:blip@") and str(models) not in name
    assert name != LocalCaptioner(str(made(models, "florence2"))).name.replace("florence2", "blip")
    weights = folder / "model.safetensors"
    kept = weights.read_bytes()
    weights.write_bytes(kept[:-4] + bytes(b ^ 255 for b in kept[-4:]))
    assert LocalCaptioner(str(folder)).name != name
    weights.write_bytes(kept)
    assert LocalCaptioner(str(folder)).name == name


def _copy(folder: Path, to: Path) -> Path:
    to.mkdir()
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def test_a_folder_with_code_in_it_is_refused_and_the_code_not_run(
    models: Path, tmp_path: Path
) -> None:
    folder = _copy(made(models, "blip"), tmp_path / "odd")
    (folder / "modeling_odd.py").write_text(CANARY)
    with pytest.raises(CreatorError, match=r"program code \(modeling_odd.py\), which is never run"):
        LocalCaptioner(str(folder))


def test_a_config_that_points_to_code_elsewhere_is_not_followed(
    models: Path, tmp_path: Path
) -> None:
    folder = _copy(made(models, "blip"), tmp_path / "remote")
    config = json.loads((folder / "config.json").read_text())
    config["model_type"] = "some_new_model"
    config["auto_map"] = {"AutoConfig": "owner/name--modeling_odd.Config"}
    (folder / "config.json").write_text(json.dumps(config))
    teller = LocalCaptioner(str(folder))
    with pytest.raises(CreatorError, match=r"could not be loaded|no processor"):
        teller.caption(frames(1))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "no .safetensors"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "config.json").write_text("{}"), "names no model type"),
    ],
)
def test_a_folder_that_is_no_safe_model_says_what_to_do(
    models: Path, tmp_path: Path, spoil: Any, words: str
) -> None:
    folder = _copy(made(models, "blip"), tmp_path / "spoilt")
    spoil(folder)
    with pytest.raises(CreatorError, match=words):
        LocalCaptioner(str(folder))


def test_broken_weights_and_a_missing_processor_are_said_in_words(
    models: Path, tmp_path: Path
) -> None:
    torn = _copy(made(models, "blip"), tmp_path / "torn")
    (torn / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0garbage!")
    with pytest.raises(CreatorError, match="could not be loaded"):
        LocalCaptioner(str(torn)).caption(frames(1))
    bare = _copy(made(models, "blip"), tmp_path / "bare")
    for file in bare.glob("*token*"):
        file.unlink()
    (bare / "processor_config.json").unlink()
    with pytest.raises(CreatorError, match="no processor that can be loaded"):
        LocalCaptioner(str(bare)).caption(frames(1))


def test_a_model_without_a_chat_template_says_which_ones_have_one(
    models: Path, tmp_path: Path
) -> None:
    folder = _copy(made(models, "idefics3"), tmp_path / "silent")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(CreatorError, match="no chat template"):
        LocalCaptioner(str(folder)).caption(frames(1))


def test_a_model_that_can_think_aloud_is_asked_not_to(models: Path, tmp_path: Path) -> None:
    from index.captioning.processors import _conversation, processor_of

    folder = _copy(made(models, "idefics3"), tmp_path / "thinker")
    template = folder / "chat_template.jinja"
    thinks = "{% if enable_thinking is not defined or enable_thinking %}think{% endif %}"
    template.write_text(template.read_text() + thinks)
    processor = processor_of(LocalCaptioner(str(folder)).folder)
    assert _conversation(processor, "say").endswith("Assistant:")


def test_a_batch_that_does_not_fit_the_memory_is_halved_for_good(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    teller = LocalCaptioner(str(made(models, "blip")))
    teller.caption(frames(1))
    sizes: list[int] = []

    def batch(some: list[np.ndarray]) -> list[str]:
        sizes.append(len(some))
        if len(some) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [str(frame[0, 0, 0]) for frame in some]

    monkeypatch.setattr(teller, "_batch", batch)
    sent = frames(5)
    assert teller.caption(sent) == [str(frame[0, 0, 0]) for frame in sent]
    assert sizes == [5, 3, 2, 1, 2] and teller.at_once == 2


def test_a_hostile_chat_template_is_held_in_its_sandbox(models: Path, tmp_path: Path) -> None:
    folder = _copy(made(models, "idefics3"), tmp_path / "hostile")
    inside = "{{ ().__class__.__base__.__subclasses__() }}"
    (folder / "chat_template.jinja").write_text(inside)
    with pytest.raises(CreatorError, match="template cannot be used"):
        LocalCaptioner(str(folder)).caption(frames(1))


def test_files_that_do_not_belong_together_are_said_in_words(models: Path, tmp_path: Path) -> None:
    folder = _copy(made(models, "idefics3"), tmp_path / "mixed")
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("<image>", ""))
    with pytest.raises(CreatorError, match="may not belong together"):
        LocalCaptioner(str(folder)).caption(frames(1))


def test_a_model_too_large_for_the_memory_is_not_begun(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_free_memory", lambda: 1000)
    monkeypatch.setattr(local, "_device", lambda: "cpu")
    with pytest.raises(CreatorError, match="GB of memory"):
        LocalCaptioner(str(made(models, "blip"))).caption(frames(1))


def test_captioners_are_chosen_by_name(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert captioner(Settings()) is None
    folder = made(models, "blip")
    found = captioner(Settings(captioner=f"transformers:{folder}"))
    assert isinstance(found, LocalCaptioner)
    for name, words in (
        ("blip", "there is no captioner 'blip'"),
        ("transformers:", "there is no captioner"),
        ("transformers:nobody/never-made-this", "downloads are off"),
        ("transformers:/no/such/folder", "no such folder"),
        ("openai:gpt-5-mini", "ROUGHCUT_CAPTIONER_KEY"),
    ):
        with pytest.raises(CreatorError, match=words):
            captioner(Settings(captioner=name))
