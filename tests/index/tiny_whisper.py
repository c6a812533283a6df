"""A Whisper of two layers with random weights, converted for CTranslate2 as the large ones are."""

from __future__ import annotations

import json
from pathlib import Path

LANGUAGES = ("en", "de", "fr")
STAMPS = 1_501


def tokenizer_file(folder: Path) -> dict[str, int]:
    """`tokenizer.json` with a letter per byte and Whisper's own marks; returns its vocabulary."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: place for place, letter in enumerate(letters)}
    marks = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{name}|>" for name in LANGUAGES)]
    marks += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    marks += ["<|nospeech|>", "<|notimestamps|>", *(f"<|{k * 0.02:.2f}|>" for k in range(STAMPS))]
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(mark, special=True) for mark in marks[:11]])
    made.add_tokens([AddedToken(mark) for mark in marks[11:]])
    made.save(str(folder / "tokenizer.json"))
    return made.get_vocab()


def tiny_whisper(folder: Path, *, seed: int = 0) -> Path:
    """The folder of a model for faster-whisper; it hears, but what it says is noise.

    With so few tokens CTranslate2 takes it for an English one.
    """
    import torch
    from ctranslate2.converters.transformers import WhisperLoader
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    folder.mkdir(parents=True)
    vocabulary = tokenizer_file(folder)
    torch.manual_seed(seed)
    size = len(vocabulary)
    config = WhisperConfig(
        vocab_size=size, d_model=64, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=128,
        decoder_ffn_dim=128, num_mel_bins=80, max_source_positions=1500,
        max_target_positions=448, pad_token_id=vocabulary["<|endoftext|>"],
        bos_token_id=vocabulary["<|endoftext|>"], eos_token_id=vocabulary["<|endoftext|>"],
        decoder_start_token_id=vocabulary["<|startoftranscript|>"],
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    network = WhisperForConditionalGeneration(config).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(0, 0.3)
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    loader = WhisperLoader()
    spec = loader.get_model_spec(network)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [vocabulary[f"<|{name}|>"] for name in LANGUAGES]
    spec.config.alignment_heads = [[1, 0], [1, 1]]
    spec.validate()
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    return folder
