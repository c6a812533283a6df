"""The `api` backend: an OpenAI-compatible video endpoint, through the official client.

POST /videos  ->  GET /videos/{id} until it is done  ->  GET /videos/{id}/content

OpenAI closed its own service behind this protocol on 24 September 2026, and its client warns so
at every call; other servers still speak it, so a URL has to be given and the warning is left out.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from generator.values import (
    Cancel,
    Estimate,
    Gate,
    GenerationCancelled,
    GeneratorError,
    OnProgress,
    Provenance,
    Refused,
    Shot,
    ShotRequest,
)

if TYPE_CHECKING:
    from openai import OpenAI

USD_PER_SECOND = 0.50  # assumed of an endpoint elsewhere: at the dear end, so no bill surprises
LENGTHS_S = (4, 8, 12)
SIZES = ((1280, 720), (720, 1280), (1792, 1024), (1024, 1792))
LARGEST_BYTES = 500_000_000


class ApiBackend:
    """Asks an endpoint for a shot and returns the file it made. Costs what the endpoint charges.

    The key is sent to the endpoint only; it stands in no message, log or provenance.
    """

    name = "api"

    def __init__(
        self, url: str, key: str, *, model: str = "", work_dir: Path | None = None,
        timeout_s: float = 900.0, poll_s: float = 2.0,
        usd_per_second: float = USD_PER_SECOND,
    ) -> None:  # fmt: skip
        self.url, self.model, self.work_dir = url, model, work_dir
        self.timeout_s, self.poll_s, self.usd_per_second = timeout_s, poll_s, usd_per_second
        self._key = key

    def __repr__(self) -> str:
        return f"ApiBackend({self.url!r}, model={self.model!r})"

    def available(self) -> Gate:
        if not self.url:
            return Gate(False, "no video endpoint is set; set video_api_url and video_api_key")
        if not self._key and not _local(self.url):
            return Gate(False, "the video endpoint needs a key; set video_api_key")
        return Gate(True, f"{self.model or 'the default model'} at {self._host()}")

    def gate(self, request: ShotRequest) -> Gate:
        """Open for words, and for words with one picture at the start."""
        if not request.prompt.strip():
            return Gate(False, "the endpoint needs a prompt in words")
        if request.boxes or request.loop:
            return Gate(False, "the endpoint takes no boxes and closes no loops")
        if request.conditions and not _one_start_picture(request):
            return Gate(
                False,
                "the endpoint takes one whole picture at the start only; "
                "use motion or a diffusers model for other frames",
            )
        if request.duration_s > LENGTHS_S[-1]:
            return Gate(
                False,
                f"{float(request.duration_s):g} s was asked for; "
                f"the endpoint makes at most {LENGTHS_S[-1]} s",
            )
        return Gate(True, f"costs about ${self.estimate(request).money_usd:.2f}")

    def estimate(self, request: ShotRequest) -> Estimate:
        seconds = _length(request)
        money = 0.0 if _local(self.url) else self.usd_per_second * seconds
        return Estimate(60.0 + 15.0 * seconds, 0, money)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot as a file. Raises Refused, GenerationCancelled, GeneratorError."""
        for gate in (self.available(), self.gate(request)):
            if not gate.open:
                raise Refused(gate.reason)
        import openai

        try:
            with _quiet_client(), self._client() as client:
                path, paid_s = self._make(client, request, progress, cancel)
        except openai.APITimeoutError as error:
            raise GeneratorError(f"{self._where()} did not answer in time; try again") from error
        except (openai.APIConnectionError, _transport_error()) as error:
            raise GeneratorError(
                self._clean(f"{self._where()} cannot be reached, or broke off: {error}; try again")
            ) from None
        except openai.APIError as error:
            raise GeneratorError(self._clean(f"{self._where()} said no: {error.message}")) from None
        return self._shot(request, path, paid_s)

    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(api_key=self._key or "none", base_url=self.url, timeout=60.0, max_retries=2)

    def _make(
        self, client: OpenAI, request: ShotRequest, progress: OnProgress, cancel: Cancel
    ) -> tuple[Path, float]:
        """The finished file, and the seconds that the endpoint counts."""
        job = client.videos.create(**_arguments(request, self.model))
        until = time.monotonic() + self.timeout_s
        pause = threading.Event()
        while job.status in ("queued", "in_progress"):
            if cancel():
                _forget(client, job.id)
                raise GenerationCancelled(
                    f"stopped; {self._where()} was told to drop the job, and may still charge for"
                    " what it had made"
                )
            if time.monotonic() >= until:
                _forget(client, job.id)
                raise GeneratorError(
                    f"{self._where()} was still at {job.progress} % after {self.timeout_s:g} s; "
                    "try again, or ask for a shorter shot"
                )
            progress(min(0.95, (job.progress or 0) / 100), None)
            _wait(pause, self.poll_s, cancel)
            if cancel():
                continue
            job = client.videos.retrieve(job.id)
        if job.status != "completed":
            why = job.error.message if job.error else f"status {job.status}"
            raise GeneratorError(self._clean(f"{self._where()} could not make the shot: {why}"))
        path = self._download(client, job.id, cancel)
        progress(1.0, None)
        return path, _number(job.seconds) or float(_length(request))

    def _download(self, client: OpenAI, job_id: str, cancel: Cancel) -> Path:
        """The finished file, written whole or not at all."""
        folder = self.work_dir or Path(tempfile.mkdtemp(prefix="roughcut-shot-"))
        folder.mkdir(parents=True, exist_ok=True)
        safe = "".join(c for c in job_id if c.isalnum() or c in "-_")[:80] or "shot"
        part, path = folder / f".{safe}.part", folder / f"{safe}.mp4"
        try:
            with client.videos.with_streaming_response.download_content(job_id) as answer:
                _copy(answer.iter_bytes(1 << 16), part, cancel)
            _require_video(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def _shot(self, request: ShotRequest, path: Path, paid_s: float) -> Shot:
        given = "one picture at the start" if request.conditions else ""
        seconds = _length(request)
        money = 0.0 if _local(self.url) else self.usd_per_second * paid_s
        origin = Provenance(
            "api", self.model, request.prompt, request.seed, True, given,
            {"seconds": str(seconds), "endpoint": self._host(), "money_usd": f"{money:.2f}"},
        )  # fmt: skip
        notes = ["the endpoint takes no seed: asking again gives another shot"]
        if money:
            notes.append(f"about {money:.2f} USD at {self.usd_per_second:g} a second")
        if seconds != request.duration_s:
            notes.append(f"made {seconds} s long; {float(request.duration_s):g} s of it are used")
        if request.negative_prompt:
            notes.append("the endpoint has no negative prompt; it was left out")
        width, height = _size(request)
        empty = np.empty((0, height, width, 3), np.uint8)
        return Shot(empty, request.rate, origin, tuple(notes), path)

    def _where(self) -> str:
        return f"the endpoint at {self._host()}"

    def _host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def _clean(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


def _arguments(request: ShotRequest, model: str) -> dict[str, Any]:
    width, height = _size(request)
    arguments: dict[str, Any] = {
        "prompt": request.prompt, "seconds": str(_length(request)),
        "size": f"{width}x{height}",
    }  # fmt: skip
    if model:
        arguments["model"] = model
    if request.conditions:
        from generator.fills import fit

        picture = fit(request.conditions[0].frames[0], (width, height))
        arguments["input_reference"] = ("start.png", _png(picture), "image/png")
    return arguments


def _png(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    import cv2

    return bytes(cv2.imencode(".png", picture[..., ::-1])[1].tobytes())


def _length(request: ShotRequest) -> int:
    """The shortest length the endpoint makes that covers the shot, in seconds."""
    return next((n for n in LENGTHS_S if n >= request.duration_s), LENGTHS_S[-1])


def _size(request: ShotRequest) -> tuple[int, int]:
    """The endpoint's size of the same orientation, the smallest that covers the request."""
    upright = request.height > request.width
    fitting = [(w, h) for w, h in SIZES if (h > w) == upright]
    return next(
        (s for s in fitting if s[0] >= request.width and s[1] >= request.height), fitting[-1]
    )


def _one_start_picture(request: ShotRequest) -> bool:
    one = request.conditions[0]
    single = len(request.conditions) == 1 and len(one.frames) == 1
    return single and one.at_s == 0 and one.strength == 1 and one.mask is None


def _copy(parts: Any, out: Path, cancel: Callable[[], bool]) -> None:
    size = 0
    with out.open("wb") as file:
        for part in parts:
            if cancel():
                raise GenerationCancelled("stopped while the shot was being fetched")
            size += len(part)
            if size > LARGEST_BYTES:
                raise GeneratorError(f"the endpoint's file is over {LARGEST_BYTES // 1_000_000} MB")
            file.write(part)
    if not size:
        raise GeneratorError("the endpoint's file is empty; try again")


def _wait(pause: threading.Event, seconds: float, cancel: Cancel) -> None:
    """Until the next poll, or until the creator stops it."""
    until = time.monotonic() + seconds
    while not cancel() and (left := until - time.monotonic()) > 0:
        pause.wait(min(0.2, left))


def _transport_error() -> type[Exception]:
    """What the client's transport raises where a stream breaks off: httpx's, or httpx2's."""
    import openai

    kinds = (kind.__module__.partition(".")[0] for kind in openai.DefaultHttpxClient.__mro__)
    transport = next(name for name in kinds if name.startswith("httpx"))
    found: type[Exception] = sys.modules[transport].HTTPError
    return found


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return 0.0


def _require_video(path: Path) -> None:
    """Raises GeneratorError for a file that is no video by its first bytes."""
    with path.open("rb") as file:
        start = file.read(64)
    if start[4:8] in (b"ftyp", b"moov", b"wide", b"mdat") or start.startswith(b"\x1aE\xdf\xa3"):
        return
    seen = start.decode("ascii", "replace").strip()[:40]
    raise GeneratorError(f"the endpoint sent no video but a file that begins with {seen!r}")


def _forget(client: OpenAI, job_id: str) -> None:
    """Ask the endpoint to drop a job nobody waits for; endpoints without deletion say no."""
    import openai

    try:
        client.videos.delete(job_id)
    except openai.APIError:
        return


@contextmanager
def _quiet_client() -> Iterator[None]:
    """The client's farewell to OpenAI's own service says nothing about other servers."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The Sora API", DeprecationWarning)
        yield


def _local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")
