"""Names of languages as transcription servers say them, and their two-letter codes."""

from __future__ import annotations

import re

_NAMES = """
    afrikaans af arabic ar armenian hy azerbaijani az belarusian be bosnian bs bulgarian bg
    catalan ca chinese zh croatian hr czech cs danish da dutch nl english en estonian et
    finnish fi french fr galician gl german de greek el hebrew he hindi hi hungarian hu
    icelandic is indonesian id italian it japanese ja kannada kn kazakh kk korean ko latvian lv
    lithuanian lt macedonian mk malay ms marathi mr maori mi nepali ne norwegian no persian fa
    polish pl portuguese pt romanian ro russian ru serbian sr slovak sk slovenian sl spanish es
    swahili sw swedish sv tagalog tl tamil ta thai th turkish tr ukrainian uk urdu ur
    vietnamese vi welsh cy mandarin zh castilian es
"""
_PAIRS = _NAMES.split()
_CODES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


def code(language: str) -> str:
    """The code of a language by name or code; "" where neither is known.

    >>> code("English"), code("pt-BR"), code("yue"), code("what?")
    ('en', 'pt', 'yue', '')
    """
    name = language.strip().lower()
    if name in _CODES:
        return _CODES[name]
    short = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})?", name)
    return short[1] if short else ""
