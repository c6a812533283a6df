"""Tiny vision-language models with random weights, made by transformers' own classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDGE = 32  # pixels of the square that every tiny model looks at
CHAT = (
    "{% for m in messages %}{{ bos_token }}User:{% for part in m['content'] %}"
    "{% if part['type'] == 'image' %}PICTURE{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)


def tokenizer(*special: str, more: dict[str, str] | None = None) -> Any:
    """A tokenizer of letters, so that any ids a model says are a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    control = ["<pad>", "<s>", "</s>", "<unk>", *special]
    words = [*control, *(a + b for a in LETTERS for b in LETTERS), *LETTERS, " ", ":", "."]
    made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>", extra_special_tokens=list(special), **(more or {}),
    )  # fmt: skip


def _small_text(vocabulary: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary, "hidden_size": 32, "intermediate_size": 64,
        "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
        "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "max_position_embeddings": 256,
    }  # fmt: skip


def _loud(model: Any) -> Any:
    """Weights so large that what is said depends on what is seen."""
    import torch

    torch.manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0.0, 0.4)
    model.generation_config.eos_token_id = None
    return model


def idefics3(folder: Path) -> Path:
    """What SmolVLM is of: a chat model of one 32 px picture, 4 tokens each."""
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        Idefics3ImageProcessorPil,
        Idefics3Processor,
    )

    words = tokenizer(
        "<image>", "<fake_token_around_image>", "<end_of_utterance>", "<global-img>",
        *(f"<row_{r}_col_{c}>" for r in range(1, 7) for c in range(1, 7)),
    )  # fmt: skip
    config = Idefics3Config(
        text_config={"model_type": "llama", **_small_text(len(words))},
        vision_config={
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "image_size": EDGE, "patch_size": 8,
        },
        image_token_id=words.convert_tokens_to_ids("<image>"), scale_factor=2, pad_token_id=0,
    )  # fmt: skip
    images = Idefics3ImageProcessorPil(
        size={"longest_edge": 4 * EDGE}, max_image_size={"longest_edge": EDGE}
    )
    processor = Idefics3Processor(
        images, words, image_seq_len=4, chat_template=CHAT.replace("PICTURE", "<image>")
    )
    return _saved(folder, Idefics3ForConditionalGeneration(config), processor)


def smolvlm(folder: Path) -> Path:
    """SmolVLM2: as Idefics3, with a processor that wants a part for videos."""
    from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration

    idefics3(folder)
    kept = json.loads((folder / "config.json").read_text())
    wanted = ("text_config", "vision_config", "image_token_id", "scale_factor")
    config = SmolVLMConfig(**{name: kept[name] for name in wanted})
    _loud(SmolVLMForConditionalGeneration(config)).save_pretrained(folder)
    _rename(folder, "Idefics3", "SmolVLM")
    return folder


def qwen2_vl(folder: Path) -> Path:
    """Qwen2-VL: a chat model whose processor wants a part for videos."""
    from transformers import (
        Qwen2VLConfig,
        Qwen2VLForConditionalGeneration,
        Qwen2VLImageProcessorPil,
    )

    names = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
    words = tokenizer(*names)
    start, end, picture, video = (words.convert_tokens_to_ids(name) for name in names)
    config = Qwen2VLConfig(
        text_config={
            **_small_text(len(words)),
            "rope_parameters": {
                "rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0,
            },
        },
        vision_config={
            "depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "patch_size": 8,
            "mlp_ratio": 2,
        },
        vision_start_token_id=start, vision_end_token_id=end, image_token_id=picture,
        video_token_id=video,
    )  # fmt: skip
    images = Qwen2VLImageProcessorPil(
        patch_size=8, merge_size=2, size={"shortest_edge": 16 * 16, "longest_edge": EDGE * EDGE}
    )
    _loud(Qwen2VLForConditionalGeneration(config)).save_pretrained(folder)
    inside = "<|vision_start|><|image_pad|><|vision_end|>"
    words.chat_template = CHAT.replace("PICTURE", inside)
    words.save_pretrained(folder)
    images.save_pretrained(folder)
    return folder


def florence2(folder: Path) -> Path:
    """Florence-2: it is asked a task, and reads the picture with an encoder."""
    from transformers import (
        CLIPImageProcessorPil,
        Florence2Config,
        Florence2ForConditionalGeneration,
        Florence2Processor,
    )

    words = tokenizer("<image>", more={"image_token": "<image>"})
    words.image_token_id = words.convert_tokens_to_ids("<image>")
    config = Florence2Config(
        text_config={
            "model_type": "bart", "vocab_size": len(words), "d_model": 32, "encoder_layers": 2,
            "decoder_layers": 2, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
            "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "max_position_embeddings": 256,
            "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2,
            "forced_eos_token_id": None,
        },
        vision_config={
            "in_channels": 3, "embed_dim": [16, 32], "depths": [1, 1], "num_heads": [2, 2],
            "num_groups": [2, 2], "patch_size": [7, 3], "patch_stride": [4, 2],
            "patch_padding": [3, 1], "patch_prenorm": [False, True], "window_size": 2,
            "projection_dim": 32, "max_temporal_embeddings": 10, "max_position_embeddings": 20,
        },
        image_token_id=words.image_token_id, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    images = CLIPImageProcessorPil(
        size={"height": EDGE, "width": EDGE}, do_center_crop=False, image_seq_length=17
    )
    processor = Florence2Processor(images, words)
    return _saved(folder, Florence2ForConditionalGeneration(config), processor)


def blip(folder: Path) -> Path:
    """BLIP: it is asked nothing and captions what it sees."""
    from transformers import (
        BlipConfig,
        BlipForConditionalGeneration,
        BlipImageProcessorPil,
        BlipProcessor,
    )

    words = tokenizer("[SEP]")
    config = BlipConfig(
        text_config={
            **_small_text(len(words)), "encoder_hidden_size": 32, "projection_dim": 32,
            "sep_token_id": words.convert_tokens_to_ids("[SEP]"), "is_decoder": True,
        },
        vision_config={
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "image_size": EDGE, "patch_size": 8,
        },
        projection_dim=32,
    )  # fmt: skip
    processor = BlipProcessor(BlipImageProcessorPil(size={"height": EDGE, "width": EDGE}), words)
    return _saved(folder, BlipForConditionalGeneration(config), processor)


def _saved(folder: Path, model: Any, processor: Any) -> Path:
    _loud(model).save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _rename(folder: Path, old: str, new: str) -> None:
    for file in folder.glob("*processor_config.json"):
        file.write_text(file.read_text().replace(old, new))


KINDS = {
    "idefics3": idefics3,
    "smolvlm": smolvlm,
    "qwen2_vl": qwen2_vl,
    "florence2": florence2,
    "blip": blip,
}
