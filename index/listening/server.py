"""A transcription server that speaks OpenAI's protocol, through the official client.

OpenAI's own, or any other by its URL (speaches, LocalAI, vLLM, whisper.cpp ...). Models differ
in the answers they can give: word times (`verbose_json`), speakers (`diarized_json`), or a text
alone (`json`), whose words are then spread over the speech.
"""

from __future__ import annotations

import io
import json
import re
import wave
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from index.hearing import RATE_HZ
from index.listening.answers import words_of
from index.listening.spans import voiced
from index.values import Spoken
from project.errors import CreatorError

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

OWN_USD = 0.006  # a minute at OpenAI, at the dear end of its models, where no price is set
RETRIES = 4  # of a busy or broken server, with growing pauses; a refusal is not asked again
LARGEST_ANSWER = 4 * 2**20
TOLD = 300  # characters of a server's message that are shown
_FORM_AMISS = re.compile(r"response.?format|timestamp|granularit|verbose_json|diarized_json", re.I)


class NotHeard(CreatorError):
    """This sound could not be transcribed; another one may be."""


class SpeechServer:
    """Sends sound as 16-bit WAV. The key goes to the server only; no message holds it."""

    def __init__(
        self, model: str, *, url: str = "", key: SecretStr | None = None,
        timeout_s: float = 120.0, usd_per_minute: float = 0.0,
    ) -> None:  # fmt: skip
        self._model, self._url, self._key = model, url.strip(), key or SecretStr("")
        self._timeout_s = timeout_s
        self._host = _host(self._url)
        self._form = _form(model)
        self.name = f"openai:{model}" + (f"@{self._host}" if self._url else "")
        self.usd = usd_per_minute or (0.0 if self._url else OWN_USD)
        if not self._url and not self._key.get_secret_value():
            raise CreatorError(
                "OpenAI's transcription needs a key; set transcriber_key, or transcriber_url for"
                " a server of your own"
            )

    def __repr__(self) -> str:
        return f"SpeechServer({self.name!r})"

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str = ""
    ) -> tuple[list[Spoken], str]:
        """The words of (N,) 16 kHz mono, and their language's code.

        Raises NotHeard where this sound was refused, CreatorError where nothing can be asked.
        """
        text = self._ask(wav(samples), language)
        try:
            body = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise NotHeard(self._clean(f"{self.name} answered no JSON: {text[:80]!r}")) from error
        if not isinstance(body, dict):
            raise NotHeard(f"{self.name} answered JSON of another shape than a transcription")
        words, found = words_of(body, lambda: voiced(samples))
        return words, found or language

    def _ask(self, sound: bytes, language: str) -> str:
        import openai

        while True:
            try:
                return self._post(sound, language)
            except openai.BadRequestError as error:
                if self._form == "json" or not _FORM_AMISS.search(_said(error)):
                    raise self._refused(error) from None
                self._form = "json"  # it gives no times; asked once more, and from now on
            except openai.APITimeoutError:
                raise CreatorError(
                    f"{self.name} did not answer within {self._timeout_s:g} s; try again later,"
                    " what was heard so far is kept"
                ) from None
            except openai.APIStatusError as error:
                raise self._refused(error) from None
            except openai.APIConnectionError as error:
                why = self._clean(str(error.__cause__ or error))
                raise CreatorError(
                    f"{self.name} cannot be reached ({why}); check transcriber_url and that the"
                    " server runs"
                ) from None

    def _post(self, sound: bytes, language: str) -> str:
        given: dict[str, Any] = {"response_format": self._form}
        if self._form == "verbose_json":
            given["timestamp_granularities"] = ["word", "segment"]
        if self._form == "diarized_json":
            given["chunking_strategy"] = "auto"
        if language:
            given["language"] = language
        ask = self._client.audio.transcriptions.with_streaming_response.create
        with ask(model=self._model, file=("sound.wav", sound, "audio/wav"), **given) as answer:
            body = bytearray()
            for block in answer.iter_bytes(1 << 16):
                body += block
                if len(body) > LARGEST_ANSWER:
                    raise NotHeard(f"{self.name} answered with more than words; it was cut off")
        return body.decode("utf-8", "replace")

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        key = self._key.get_secret_value() or "none"
        return OpenAI(
            api_key=key, base_url=self._url or "https://api.openai.com/v1",
            timeout=self._timeout_s, max_retries=RETRIES,
        )  # fmt: skip

    def _refused(self, error: APIStatusError) -> CreatorError:
        """What a status means for the creator."""
        status, said = error.status_code, self._clean(_said(error))
        if status in (401, 403):
            return CreatorError(f"{self.name} refused the key ({said}); check transcriber_key")
        if status == 404:
            return CreatorError(
                f"{self.name}: nothing is there ({said}); check transcriber_url and the model"
            )
        if status in (408, 429) or status >= 500:
            return CreatorError(
                f"{self.name} is too busy or broken ({status}: {said}); it was asked"
                f" {RETRIES + 1} times, try again later, what was heard so far is kept"
            )
        return NotHeard(f"{self.name} would not take this sound ({status}: {said})")

    def _clean(self, text: str) -> str:
        key = self._key.get_secret_value()
        return (text.replace(key, "***") if key else text)[:TOLD]


def wav(samples: NDArray[np.float32]) -> bytes:
    """(N,) float32 16 kHz mono as a 16-bit WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm(samples))
    return out.getvalue()


def pcm(samples: NDArray[np.float32]) -> bytes:
    """(N,) float32, -1 to 1, as little-endian 16-bit numbers."""
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _form(model: str) -> str:
    """The richest answer that OpenAI's models of this name can give."""
    if "diarize" in model:
        return "diarized_json"
    return "json" if model.startswith("gpt-") else "verbose_json"


def _host(url: str) -> str:
    if not url:
        return "api.openai.com"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CreatorError(
            f"transcriber_url has to begin with http:// or https://, as in"
            f" http://localhost:8000/v1; it is {url[:80]!r}"
        )
    if parts.username or parts.password:
        raise CreatorError("transcriber_url holds a password; give it as transcriber_key instead")
    return parts.netloc


def _said(error: APIStatusError) -> str:
    """The server's own words, on one line."""
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(told or error.message).split())
