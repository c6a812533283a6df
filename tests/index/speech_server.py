"""A transcription server on loopback that really listens: it says who it hears, low or high."""

from __future__ import annotations

import io
import json
import threading
import wave
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAUSE_S = 0.15


@dataclass(frozen=True)
class Asked:
    """One request: its fields, the sound in it, who asked."""

    fields: dict[str, list[str]]
    seconds: float
    rate: int
    samples: NDArray[np.float32]
    authorization: str
    status: int


class SpeechServer:
    """Answers each sound with one word for each stretch of it, at its place.

    `statuses` are given to the first requests in turn (0: no answer until it is closed), 200 to
    the rest. `shape`: "words", "segments", "diarized" or "text".
    """

    def __init__(self, *statuses: int, shape: str = "words", message: str = "no") -> None:
        self.statuses, self.shape, self.message = list(statuses), shape, message
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.reached = threading.Event()  # a request that gets no answer has come
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer._answer(self, body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> SpeechServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """Of sound that came and was answered."""
        return sum(a.seconds for a in self.asked if a.status == 200)

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        head = f"Content-Type: {handler.headers['content-type']}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + body)
        fields: dict[str, list[str]] = {}
        sound = b""
        for part in parts.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            if part.get_filename():
                sound = part.get_payload(decode=True)
            else:
                fields.setdefault(name, []).append(part.get_content().strip())
        samples, rate = decoded(sound)
        status = self.statuses.pop(0) if self.statuses else 200
        who = handler.headers.get("authorization", "")
        self.asked.append(Asked(fields, len(samples) / rate, rate, samples, who, status))
        if status == 0:
            self.reached.set()
            self.closing.wait(60)
            handler.close_connection = True
            return
        told = self.transcription(samples, rate) if status == 200 else _error(self.message)
        text = json.dumps(told).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(text)))
        handler.send_header("retry-after-ms", "20")
        handler.end_headers()
        handler.wfile.write(text)

    def transcription(self, samples: NDArray[np.float32], rate: int) -> dict[str, Any]:
        rows = [
            {"start": a, "end": b, "word": "high" if pitch(samples, rate, a, b) > 160 else "low"}
            for a, b in loud(samples, rate)
        ]
        text = " ".join(row["word"] for row in rows).capitalize() + "."
        whole = {"text": text, "language": "english", "duration": len(samples) / rate}
        if self.shape == "words":
            return {**whole, "words": rows}
        if self.shape == "text":
            return {"text": text}
        segments = [
            {"start": r["start"], "end": r["end"], "text": f"so {r['word']} I am", "id": str(k),
             "type": "transcript.text.segment", "speaker": "B" if r["word"] == "high" else "A"}
            for k, r in enumerate(rows)
        ]  # fmt: skip
        return {**whole, "segments": segments}


def decoded(sound: bytes) -> tuple[NDArray[np.float32], int]:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return (frames / 32767).astype(np.float32), file.getframerate()


def loud(samples: NDArray[np.float32], rate: int) -> list[tuple[float, float]]:
    """The stretches with sound in them, in seconds, to 10 ms."""
    step = rate // 100
    power = np.abs(samples[: len(samples) // step * step]).reshape(-1, step).max(axis=1) > 0.02
    found: list[tuple[float, float]] = []
    for place in np.flatnonzero(power):
        start, end = place / 100, (place + 1) / 100
        if found and start - found[-1][1] < PAUSE_S:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def pitch(samples: NDArray[np.float32], rate: int, start_s: float, end_s: float) -> float:
    """Hertz of the voice in a span, by the best lag of the sound with itself."""
    sound = samples[int(start_s * rate) : int(end_s * rate)][: 2 * rate].astype(np.float64)
    lags = range(rate // 260, rate // 80)
    return rate / max(lags, key=lambda lag: float(sound[lag:] @ sound[:-lag]))


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", "code": None}}
