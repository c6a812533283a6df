"""The diffusers backend with a tiny LTX and a tiny Wan, built, saved and loaded for real."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.diffusers_backend import LTX, WAN, DiffusersBackend, call_arguments
from generator.values import Condition, GenerationCancelled, Refused, ShotRequest

pytestmark = pytest.mark.filterwarnings("ignore")  # other people's libraries warn at loading


def no() -> bool:
    return False


def text_parts() -> tuple[Any, Any]:
    """A T5 of a few thousand weights and a tokenizer of a few words."""
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    words = ["<pad>", "</s>", "<unk>", "▁a", "▁sunset", "▁dog", "▁", *"abcdefghijklmnopqrstuvwxyz"]
    tokenizer = T5TokenizerFast(
        vocab=[(word, -float(n)) for n, word in enumerate(words)], extra_ids=0
    )
    config = T5Config(
        vocab_size=64, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2,
        feed_forward_proj="gated-gelu",
    )  # fmt: skip
    torch.manual_seed(0)
    return T5EncoderModel(config).eval(), tokenizer


@pytest.fixture(scope="module")
def ltx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )

    encoder, tokenizer = text_parts()
    torch.manual_seed(0)
    vae = AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True, False),
        patch_size=4, patch_size_t=1, encoder_causal=True, decoder_causal=False,
    )  # fmt: skip
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=2, attention_head_dim=8,
        cross_attention_dim=16, num_layers=1, caption_channels=16,
    )  # fmt: skip
    pipe = LTXConditionPipeline(
        FlowMatchEulerDiscreteScheduler(), vae, encoder, tokenizer, transformer
    )
    folder = tmp_path_factory.mktemp("models") / "tiny-ltx"
    pipe.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanPipeline,
        WanTransformer3DModel,
    )
    from transformers import UMT5Config, UMT5EncoderModel

    _, tokenizer = text_parts()
    torch.manual_seed(0)
    config = UMT5Config(vocab_size=64, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    pipe = WanPipeline(
        tokenizer=tokenizer,
        text_encoder=UMT5EncoderModel(config).eval(),
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        transformer=WanTransformer3DModel(
            patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16,
            out_channels=16, text_dim=16, freq_dim=32, ffn_dim=32, num_layers=1,
            rope_max_seq_len=32,
        ),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("models") / "tiny-wan"
    pipe.save_pretrained(folder)
    return folder


def ask(*conditions: Condition, **other: Any) -> ShotRequest:
    return ShotRequest(
        "a sunset", duration_s=Fraction(9, 25), width=64, height=40, steps=2, guidance=2.0,
        seed=3, conditions=conditions, **other,
    )  # fmt: skip


def test_ltx_makes_the_asked_frames_and_the_same_ones_again(ltx: Path) -> None:
    told: list[float] = []
    backend = DiffusersBackend(str(ltx))
    assert backend.available().open, backend.available().reason
    shot = backend.generate(ask(), lambda share, _: told.append(share), no)
    assert shot.frames.shape == (9, 40, 64, 3) and shot.frames.dtype == np.uint8
    assert shot.provenance.ai and shot.provenance.model == "tiny-ltx"
    assert told and any("scaled" in note for note in shot.notes)
    again = DiffusersBackend(str(ltx)).generate(ask(), lambda *_: None, no)
    assert (shot.frames == again.frames).all()


def test_ltx_takes_frames_at_both_ends(ltx: Path) -> None:
    ends = [
        Condition(np.full((1, 40, 64, 3), 200, np.uint8), at)
        for at in (Fraction(0), Fraction(8, 25))
    ]
    plain = DiffusersBackend(str(ltx)).generate(ask(), lambda *_: None, no)
    shot = DiffusersBackend(str(ltx)).generate(ask(*ends), lambda *_: None, no)
    assert shot.frames.shape == (9, 40, 64, 3)
    assert (shot.frames != plain.frames).any()
    assert "1 frames at 0.32 s" in shot.provenance.conditions


def test_wan_makes_frames_from_words_and_refuses_a_picture(wan: Path) -> None:
    backend = DiffusersBackend(str(wan))
    shot = backend.generate(ask(), lambda *_: None, no)
    assert shot.frames.shape == (9, 40, 64, 3)
    picture = Condition(np.zeros((1, 40, 64, 3), np.uint8), Fraction(0))
    gate = backend.gate(ask(picture))
    assert not gate.open and "words alone" in gate.reason


def test_generation_stops_when_told(ltx: Path) -> None:
    with pytest.raises(GenerationCancelled, match="step 1 of 2"):
        DiffusersBackend(str(ltx)).generate(ask(), lambda *_: None, lambda: True)


def test_folder_with_code_is_refused(ltx: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model_index.json").write_text((ltx / "model_index.json").read_text())
    (folder / "w.safetensors").write_bytes(b"x")
    (folder / "pipeline.py").write_text("print('hello')")
    with pytest.raises(Refused, match=r"holds code \(pipeline.py\)"):
        DiffusersBackend(str(folder)).generate(ask(), lambda *_: None, no)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "WanPipeline"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    gate = DiffusersBackend(str(tmp_path)).available()
    assert not gate.open and "could run code" in gate.reason


def test_components_from_elsewhere_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"x")
    index = tmp_path / "model_index.json"
    index.write_text(json.dumps({"_class_name": "WanPipeline", "vae": ["my_code", "Vae"]}))
    assert "my_code" in DiffusersBackend(str(tmp_path)).available().reason
    index.write_text(json.dumps({"_class_name": "StableDiffusionPipeline"}))
    assert "StableDiffusionPipeline" in DiffusersBackend(str(tmp_path)).available().reason


def test_damaged_weights_are_an_error_in_words(ltx: Path, tmp_path: Path) -> None:
    import shutil

    from generator.values import GeneratorError

    folder = tmp_path / "broken"
    shutil.copytree(ltx, folder)
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").write_bytes(b"junk")
    with pytest.raises(GeneratorError, match="could not be loaded"):
        DiffusersBackend(str(folder)).generate(ask(), lambda *_: None, no)


def test_model_that_is_not_here_says_downloads_are_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    gate = DiffusersBackend("somebody/some-model").available()
    assert not gate.open and "downloads are off" in gate.reason
    assert not DiffusersBackend("").available().open


def test_sizes_and_lengths_snap_up_to_what_the_model_makes() -> None:
    request = ShotRequest("a", duration_s=Fraction(1), width=500, height=300)
    ltx, wan = call_arguments(LTX, request), call_arguments(WAN, request)
    assert (ltx["width"], ltx["height"], ltx["num_frames"]) == (512, 320, 25)
    assert (wan["width"], wan["height"], wan["num_frames"]) == (512, 304, 25)
