"""The diffusers backend with tiny models of every family, built, saved and loaded for real."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.diffusers_backend import COG, LTX, WAN, DiffusersBackend, call_arguments
from generator.diffusers_families import closed, frames_for, ltx_run, model_in, shown_at
from generator.diffusers_lora import split_model
from generator.diffusers_memory import Layout, layout, place
from generator.fills import retimed
from generator.values import (
    Condition,
    GenerationCancelled,
    GeneratorError,
    Refused,
    Shot,
    ShotRequest,
)

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


def wan_in(folder: Path, *, pictures: bool) -> Path:
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanImageToVideoPipeline,
        WanPipeline,
        WanTransformer3DModel,
    )
    from transformers import UMT5Config, UMT5EncoderModel

    _, tokenizer = text_parts()
    torch.manual_seed(0)
    config = UMT5Config(vocab_size=64, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    kind = WanImageToVideoPipeline if pictures else WanPipeline
    pipe = kind(
        tokenizer=tokenizer,
        text_encoder=UMT5EncoderModel(config).eval(),
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        transformer=WanTransformer3DModel(
            patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12,
            in_channels=36 if pictures else 16, out_channels=16, text_dim=16, freq_dim=32,
            ffn_dim=32, num_layers=1, rope_max_seq_len=32,
        ),
    )  # fmt: skip
    pipe.save_pretrained(folder)
    return folder


def cog_in(folder: Path, *, pictures: bool) -> Path:
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXImageToVideoPipeline,
        CogVideoXPipeline,
        CogVideoXTransformer3DModel,
    )

    encoder, tokenizer = text_parts()
    torch.manual_seed(0)
    vae = AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4, up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2,
    )  # fmt: skip
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, in_channels=8 if pictures else 4,
        out_channels=4, time_embed_dim=4, text_embed_dim=16, num_layers=1, sample_width=8,
        sample_height=6, sample_frames=5, use_rotary_positional_embeddings=True,
    )  # fmt: skip
    kind = CogVideoXImageToVideoPipeline if pictures else CogVideoXPipeline
    kind(tokenizer, encoder, vae, transformer, CogVideoXDDIMScheduler()).save_pretrained(folder)
    return folder


def hunyuan_in(folder: Path) -> Path:
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, LlamaConfig, LlamaModel

    _, tokenizer = text_parts()
    torch.manual_seed(0)
    llama = LlamaConfig(
        hidden_size=16, intermediate_size=16, num_attention_heads=2, num_hidden_layers=3,
        vocab_size=64, pad_token_id=0, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    clip = CLIPTextConfig(
        hidden_size=8, intermediate_size=16, num_attention_heads=2, num_hidden_layers=1,
        vocab_size=64, projection_dim=8, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    vae = AutoencoderKLHunyuanVideo(
        latent_channels=4, down_block_types=("HunyuanVideoDownBlock3D",) * 4,
        up_block_types=("HunyuanVideoUpBlock3D",) * 4, block_out_channels=(8, 8, 8, 8),
        layers_per_block=1, norm_num_groups=4,
    )  # fmt: skip
    transformer = HunyuanVideoTransformer3DModel(
        in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=10, num_layers=1,
        num_single_layers=1, num_refiner_layers=1, patch_size=1, patch_size_t=1,
        guidance_embeds=True, text_embed_dim=16, pooled_projection_dim=8, rope_axes_dim=(2, 4, 4),
    )  # fmt: skip
    HunyuanVideoPipeline(
        LlamaModel(llama).eval(), tokenizer, transformer, vae,
        FlowMatchEulerDiscreteScheduler(shift=7.0), CLIPTextModel(clip).eval(), tokenizer,
    ).save_pretrained(folder)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wan_in(tmp_path_factory.mktemp("models") / "tiny-wan", pictures=False)


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


def test_generation_stops_when_told_also_inside_a_step(ltx: Path) -> None:
    backend, asked, told = DiffusersBackend(str(ltx)), [0], list[float]()

    def cancel() -> bool:
        asked[0] += 1
        return asked[0] > 60

    with pytest.raises(GenerationCancelled, match="inside a step"):
        backend.generate(ask(), lambda share, _: told.append(share), cancel)
    assert asked[0] == 61 and not told, "no step was made to its end"
    assert backend.generate(ask(), lambda *_: None, no).frames.shape == (9, 40, 64, 3)
    assert asked[0] == 61, "nothing asks any more"


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
    assert (wan["width"], wan["height"], wan["num_frames"]) == (512, 304, 17)  # at 16 a second
    assert call_arguments(COG, request)["num_frames"] == 9  # at 8 a second


def make(folder: Path | str, request: ShotRequest) -> Shot:
    return DiffusersBackend(str(folder)).generate(request, lambda *_: None, no)


def picture(value: int, at_s: Fraction = Fraction(0), many: int = 1) -> Condition:
    return Condition(np.full((many, 40, 64, 3), value, np.uint8), at_s)


def test_wan_animates_a_picture_and_joins_it_to_a_last_one(tmp_path: Path) -> None:
    folder = wan_in(tmp_path / "tiny-wan-i2v", pictures=True)
    backend = DiffusersBackend(str(folder))
    one = make(folder, ask(picture(200)))
    both = make(folder, ask(picture(200), picture(20, Fraction(8, 25))))
    assert one.frames.shape == both.frames.shape == (9, 40, 64, 3)
    assert (one.frames != both.frames).any()
    assert any("16 frames a second and retimed to 25" in note for note in one.notes)
    assert "animates a picture" in backend.gate(ask()).reason
    assert "whole picture at the start" in backend.gate(ask(picture(9, many=4))).reason
    assert "and one at the end" in backend.gate(ask(picture(9, Fraction(8, 25)))).reason


@pytest.mark.parametrize("pictures", [False, True])
def test_cogvideox_makes_frames(tmp_path: Path, pictures: bool) -> None:
    folder = cog_in(tmp_path / "tiny-cog", pictures=pictures)
    given = (picture(90),) if pictures else ()
    shot = make(folder, ask(*given))
    assert shot.frames.shape == (9, 40, 64, 3) and shot.provenance.ai
    assert not DiffusersBackend(str(folder)).gate(ask(*(() if given else (picture(1),)))).open


def test_hunyuan_makes_frames_and_a_negative_prompt_takes_a_second_pass(tmp_path: Path) -> None:
    folder = hunyuan_in(tmp_path / "tiny-hunyuan")
    plain = make(folder, ask())
    assert plain.frames.shape == (9, 40, 64, 3)
    without = make(folder, ask(negative_prompt="dog"))
    assert (plain.frames != without.frames).any()


def test_ltx_takes_runs_at_both_ends_and_key_frames(ltx: Path) -> None:
    runs = make(ltx, ShotRequest(
        "a sunset", duration_s=Fraction(33, 25), width=64, height=40, steps=1, guidance=1.0,
        conditions=(picture(200, many=9), picture(30, Fraction(24, 25), many=9)),
    ))  # fmt: skip
    assert runs.frames.shape == (33, 40, 64, 3)
    keys = make(ltx, ask(picture(10), picture(200, Fraction(4, 25)), picture(80, Fraction(8, 25))))
    assert keys.frames.shape == (9, 40, 64, 3)


@pytest.mark.parametrize(
    ("many", "at", "leads_in", "kept", "place"),
    [(9, 0, True, 9, 0), (12, 0, True, 9, 3), (20, 0, True, 9, 11), (25, 0, True, 25, 0),
     (9, 41, False, 9, 41), (17, 40, False, 17, 40), (17, 41, False, 9, 41), (8, 5, False, 1, 5)],
)  # fmt: skip
def test_ltx_runs_keep_what_is_nearest_to_the_drawn_part(
    many: int, at: int, leads_in: bool, kept: int, place: int
) -> None:
    frames = np.arange(many, dtype=np.uint8).reshape(many, 1, 1, 1)
    run, where = ltx_run(frames, at, leads_in=leads_in)
    assert (len(run), where) == (kept, place)
    near = run[-1] if leads_in else run[0]
    assert near == (many - 1 if leads_in else 0)


def test_ltx_closes_a_loop_around_the_frames_it_starts_with(ltx: Path) -> None:
    backend = DiffusersBackend(str(ltx))
    looped = replace(ask(picture(200, many=9)), loop=True, duration_s=Fraction(16, 25))
    inner = closed(LTX, looped)
    assert (inner.loop, inner.frame_count) == (False, 25)
    head, again = inner.conditions
    assert (head.frames == again.frames).all() and again.at_s == Fraction(16, 25)
    assert backend.generate(looped, lambda *_: None, no).frames.shape == (16, 40, 64, 3)
    words = backend.gate(replace(ask(), loop=True))
    assert not words.open and "around frames given for its start" in words.reason


def test_a_last_picture_is_the_last_that_is_shown() -> None:
    joined = ask(picture(200), picture(20, Fraction(8, 25)))
    made = frames_for(WAN, joined)
    frames = np.arange(made, dtype=np.uint8).reshape(made, 1, 1, 1)
    frames = np.broadcast_to(frames, (made, 40, 64, 3))
    shown = retimed(frames, shown_at(WAN, joined, made), 25, 9)
    assert shown[0].max() == 0 and shown[-1].min() == made - 1
    assert shown_at(WAN, ask(picture(200)), made) == 16, "else things move as fast as they did"


def test_bars_beside_given_frames_stay_bars(ltx: Path) -> None:
    barred = picture(200)
    barred.frames[:, :, :12] = barred.frames[:, :, -12:] = 0
    shot = DiffusersBackend(str(ltx)).generate(ask(barred), lambda *_: None, no)
    assert shot.frames.shape == (9, 40, 64, 3)
    assert not shot.frames[:, :, :12].any() and not shot.frames[:, :, -12:].any()
    assert shot.frames[:, :, 12:-12].any()


def test_more_than_a_model_was_trained_for_is_refused_with_its_length(wan: Path) -> None:
    gate = DiffusersBackend(str(wan)).gate(ShotRequest("a sunset", duration_s=Fraction(12)))
    assert not gate.open and "Wan makes 81 at most (5.1 s)" in gate.reason


def test_wan_with_one_network_for_both_takes_words_and_pictures(wan: Path, tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    index = json.loads((wan / "model_index.json").read_text()) | {"expand_timesteps": True}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    (tmp_path / "vae" / "config.json").write_text('{"scale_factor_spatial": 16}')
    model = model_in(tmp_path)
    assert model.kind_for(ask(picture(1))) == "WanImageToVideoPipeline"
    assert model.kind_for(ask()) == "WanPipeline"
    assert (model.family.edge, model.family.rate) == (32, 24)


def write_lora(path: Path, ltx: Path, layer: str = "transformer_blocks.0.attn1.to_q") -> Path:
    from safetensors.torch import save_file

    torch.manual_seed(1)
    save_file({
        f"transformer.{layer}.lora_A.weight": torch.randn(2, 16),
        f"transformer.{layer}.lora_B.weight": torch.randn(16, 2),
    }, path)  # fmt: skip
    return path


def test_a_lora_file_changes_the_shot_by_its_strength_and_is_told(
    ltx: Path, tmp_path: Path
) -> None:
    file = write_lora(tmp_path / "style.safetensors", ltx)
    plain, none = make(ltx, ask()), make(f"{ltx} + {file}*0", ask())
    assert (plain.frames == none.frames).all()
    styled = make(f"{ltx} + {file}*4", ask())
    assert (plain.frames != styled.frames).any()
    assert styled.provenance.settings["lora"] == "style.safetensors*4"


def test_a_lora_file_that_does_not_fit_is_refused_in_words(ltx: Path, tmp_path: Path) -> None:
    other = write_lora(tmp_path / "other.safetensors", ltx, "double_blocks.3.attn.to_q")
    with pytest.raises(GeneratorError, match="made for another model"):
        make(f"{ltx} + {other}", ask())
    pickled = tmp_path / "style.pt"
    pickled.write_bytes(b"x")
    assert "not a .safetensors" in DiffusersBackend(f"{ltx} + {pickled}").available().reason
    gone = DiffusersBackend(f"{ltx} + /nowhere/x.safetensors").available()
    assert "no LoRA file" in gone.reason
    with pytest.raises(GeneratorError, match="should be a LoRA file"):
        split_model("a/b + x.safetensors*much")


@pytest.mark.parametrize(
    ("free_gb", "accelerate", "expected"),
    [
        (60, False, Layout("bfloat16")),
        (31, False, Layout("bfloat16", tiling=True)),
        (23, False, Layout("bfloat16", tiling=True, eight_bits=True)),
        (16.5, True, Layout("bfloat16", tiling=True, eight_bits=True, offload="networks")),
        (16.5, False, Layout("bfloat16", tiling=True, offload="blocks")),
    ],
)
def test_less_memory_gives_up_speed_first_and_says_what(
    free_gb: float, accelerate: bool, expected: Layout
) -> None:
    parts = {"transformer": 20_000_000_000, "text_encoder": 4_000_000_000}
    request = ShotRequest("a", duration_s=Fraction(2), width=1280, height=704)
    found = layout(parts, request, int(free_gb * 1e9), cuda=True, accelerate=accelerate)
    assert found == expected
    assert bool(found.words) == (found != Layout("bfloat16"))


def test_a_model_that_fits_in_no_way_is_refused_with_the_figures() -> None:
    request = ShotRequest("a", duration_s=Fraction(2))
    for cuda in (True, False):
        with pytest.raises(GeneratorError, match=r"needs about .* GB .* 1\.0 GB are free"):
            layout({"transformer": 20_000_000_000}, request, 10**9, cuda=cuda, accelerate=True)


def test_weights_stored_in_eight_bits_take_half_and_still_make_a_shot(ltx: Path) -> None:
    from diffusers import LTXConditionPipeline

    pipe = LTXConditionPipeline.from_pretrained(str(ltx))
    placed = place(pipe, Layout("float32", tiling=True, eight_bits=True), "cpu")
    weight = placed.transformer.transformer_blocks[0].attn1.to_q.weight
    assert weight.dtype == torch.float8_e4m3fn
    source = torch.Generator().manual_seed(0)
    placed.set_progress_bar_config(disable=True)
    made = placed(**call_arguments(LTX, ask()), generator=source, output_type="np").frames[0]
    assert np.isfinite(made).all()


def test_retimed_frames_move_evenly_at_the_new_rate() -> None:
    texture = np.random.default_rng(0).integers(0, 255, (9, 30, 3), np.uint8)
    wide = np.repeat(np.repeat(texture, 10, 0), 10, 1)
    slow = np.stack([wide[:, n * 4 : n * 4 + 160] for n in range(9)])
    fast = retimed(slow, 8, 16, 17)
    assert (fast[::2] == slow).all()
    between = wide[:, 6:166]
    halfway = np.abs(fast[3].astype(int) - between).mean()
    assert halfway < 0.5 * np.abs(slow[1].astype(int) - between).mean()
