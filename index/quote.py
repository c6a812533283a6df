"""Text from footage as a model may see it: data with its source, visible, short."""

from __future__ import annotations

import json
import unicodedata

LONGEST = 240  # characters of one quoted text


def visible(text: str) -> str:
    """The text without invisible characters: controls, formats, private use, bidi, tags."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    flat = "".join(c for c in kept if not 0xFE00 <= ord(c) <= 0xFE0F)
    return " ".join(flat.split())


def shortened(text: str, longest: int = LONGEST) -> str:
    """The visible text, cut at `longest` characters."""
    text = visible(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def quoted(source: str, text: str, *, longest: int = LONGEST) -> str:
    """One line of JSON that holds a text and says where it came from.

    Angle brackets are escaped, so that no text can close the block it stands in.
    """
    body = {"source": shortened(source, 120), "text": shortened(text, longest)}
    line = json.dumps(body, ensure_ascii=False)
    return line.replace("<", "\\u003c").replace(">", "\\u003e")


def data_block(lines: list[str], *, budget: int) -> str:
    """Lines between <data> and </data>, as many as fit `budget` characters, first ones first."""
    kept: list[str] = []
    used = 0
    for line in lines:
        used += len(line) + 1
        if used > budget:
            kept.append(f"({len(lines) - len(kept)} more lines left out)")
            break
        kept.append(line)
    return "\n".join(["<data>", *kept, "</data>"])
