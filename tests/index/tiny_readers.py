"""A tiny CLIP and a tiny cross-encoder with weights made on the spot, by transformers' classes."""

from __future__ import annotations

from pathlib import Path

from tests.index.tiny_models import LETTERS

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "cat", "red", "blue", *LETTERS)


def clip(folder: Path) -> Path:
    """A CLIP of 32 px pictures and texts of letters; a folder that sentence-transformers opens."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor

    from tests.index.tiny_models import tokenizer

    words = tokenizer()
    words.model_max_length = 32
    config = CLIPConfig(
        text_config={
            "vocab_size": len(words), "hidden_size": 16, "intermediate_size": 32,
            "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 32,
            "projection_dim": 16, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
        },
        vision_config={
            "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "image_size": 32, "patch_size": 8, "projection_dim": 16,
        },
        projection_dim=16,
    )  # fmt: skip
    torch.manual_seed(3)
    model = CLIPModel(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0.0, 0.3)
    images = CLIPImageProcessorPil(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    )
    model.save_pretrained(folder)
    CLIPProcessor(images, words).save_pretrained(folder)
    return folder


def cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A BERT that reads question and text together; one figure comes out."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=128, num_labels=labels,
    )  # fmt: skip
    torch.manual_seed(5)
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0.0, 0.5)
    model.save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    return folder


def averaged(folder: Path, *, pooling: str = "mean", deep: int = 2) -> Path:
    """A BERT whose tokens become one vector; a folder that sentence-transformers opens."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    bare = folder.with_name(f"{folder.name}-bare")
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(WORDS))
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=deep, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    torch.manual_seed(11)
    BertModel(config).save_pretrained(bare)
    BertTokenizerFast(str(bare / "vocab.txt"), model_max_length=64).save_pretrained(bare)
    reads = models.Transformer(str(bare))
    made = models.Pooling(16, pooling_mode=pooling)
    SentenceTransformer(modules=[reads, made], device="cpu").save(str(folder))
    return folder
