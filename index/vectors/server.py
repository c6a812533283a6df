"""Chroma on a server that many projects and people share: collections named by the project.

Nothing is asked of anybody but that server. Only the process that may write the project fills its
collections; whoever reads it uses them while their generation is the store's.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from index.vectors import truth
from index.vectors.chroma import Held
from index.vectors.listing import packed, unpacked
from index.vectors.neighbours import is_chromas, settings
from project.errors import CreatorError
from project.footage import Level
from project.settings import Settings
from project.store import Project

PROJECT = "project"  # the meta key of the id that names a project's collections
RETRY_S = 15.0  # how long a server that did not answer is left alone
CONNECT_S, ANSWER_S, FILL_S = 3.0, 10.0, 120.0
_GENERATION, _MODEL = "generation", "model"  # in a collection's metadata


class Server:
    """The collections of one project on a Chroma server."""

    retry_s = RETRY_S

    def __init__(self, project: Project, model: str, project_id: str) -> None:
        self._settings, self._model, self._id = project.settings, model, project_id
        self.name = f"the Chroma server at {address(project.settings).geturl()}"
        self.may_write = project.write
        self._listing = project.folder / "vectors" / "server-listing"
        self._client: Any = None
        self._open: dict[Level, Any] = {}

    def places(self) -> Sequence[str]:
        return (self._id,)

    def open(self, place: str) -> Held | None:  # noqa: ARG002 - there is one
        from chromadb.errors import NotFoundError

        self._wait(ANSWER_S)
        try:
            said = [self._look(level) for level in truth.LEVELS]
        except NotFoundError:
            return None
        generation = said[0].get(_GENERATION)
        if not generation or any(
            each.get(_GENERATION) != generation or each.get(_MODEL) != self._model for each in said
        ):
            return None
        return self._remembered(generation)

    def _remembered(self, generation: str) -> Held:
        """What is held there, with its listings where this process's project filled it."""
        with contextlib.suppress(OSError, ValueError):
            known, changed, packed_listings = self._listing.read_bytes().split(b"\n", 2)
            if known.decode() == generation:
                return Held(generation, unpacked(packed_listings), int(changed))
        return Held(generation, {})

    def collection(self, level: Level) -> Any:
        return self._open[level]

    def current(self, level: Level, generation: str) -> bool:
        self._wait(ANSWER_S)
        return self._look(level).get(_GENERATION) == generation

    def clear(self, sizes: Mapping[Level, int]) -> None:
        from chromadb.errors import NotFoundError

        self._wait(FILL_S)
        for level, count in sizes.items():
            with contextlib.suppress(NotFoundError):
                self._client.delete_collection(self._called(level))
            self._open[level] = self._client.create_collection(
                self._called(level),
                configuration={"hnsw": settings(count)},
                metadata=self._told(""),
                embedding_function=None,
            )

    def begin(self) -> None:
        self._wait(FILL_S)
        self._tell("")

    def keep(self, held: Held) -> None:
        head = f"{held.generation}\n{held.changed}\n".encode()
        self._listing.parent.mkdir(exist_ok=True)
        self._listing.write_bytes(head + packed(**held.listings))
        self._tell(held.generation)

    def close(self) -> None:
        if self._client is not None:
            _close(self._client)
        self._client, self._open = None, {}

    def _called(self, level: Level) -> str:
        return f"roughcut-{self._id}-{level}"

    def _told(self, generation: str) -> dict[str, str]:
        return {_GENERATION: generation, _MODEL: self._model}

    def _tell(self, generation: str) -> None:
        for collection in self._open.values():
            collection.modify(metadata=self._told(generation))

    def _look(self, level: Level) -> dict[str, str]:
        """What a collection says of itself now; it is the open one from here on."""
        found = self._client.get_collection(self._called(level), embedding_function=None)
        self._open[level] = found
        return dict(found.metadata or {})

    def _wait(self, seconds: float) -> None:
        """Connected, and ready to wait this long for each answer."""
        import httpx

        if self._client is None:
            self._client = _client(self._settings)
        for session in _sessions(self._client):
            session.timeout = httpx.Timeout(seconds, connect=CONNECT_S)


def project_id(project: Project) -> str | None:
    """What names this project's collections for good; None before a writer gave it a name."""
    found = project.row("SELECT value FROM meta WHERE key = ?", PROJECT)
    if found is None and project.write:
        with project.transaction() as db:
            db.execute("INSERT INTO meta VALUES (?, ?)", (PROJECT, uuid.uuid4().hex))
        return project_id(project)
    return found["value"] if found else None


def address(settings: Settings) -> SplitResult:
    """The server's URL, taken apart. Raises CreatorError for what is none."""
    text = settings.chroma_url.rstrip("/")
    parts = urlsplit(text)
    try:
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment:
        said = "something with an @ in it" if "@" in text else repr(text)  # it may be a password
        raise CreatorError(
            f"chroma_url is {said}, which is no address of a server; write it as"
            " http://HOST:PORT, or leave it empty to keep vectors in the project"
        )
    if parts.username or parts.password:
        raise CreatorError("chroma_url must hold no password; set ROUGHCUT_CHROMA_TOKEN instead")
    return parts


def answers(settings: Settings) -> str:
    """What the server is. Raises CreatorError saying what to do where it does not answer."""
    url = address(settings).geturl()
    try:
        client = _client(settings)
        try:
            return f"{url} answers (Chroma API {client.get_version()})"
        finally:
            _close(client)
    except Exception as error:  # Chroma's client raises bare ones
        if not isinstance(error, (OSError, ValueError)) and not is_chromas(error):
            raise
        raise CreatorError(
            f"no Chroma server answers at {url} ({error}); start one with: chroma run --path"
            " FOLDER --port PORT, or check ROUGHCUT_CHROMA_URL and ROUGHCUT_CHROMA_TOKEN;"
            " searches compare with all vectors meanwhile"
        ) from error


def _client(settings: Settings) -> Any:
    """A client of the server, which was heard of just now."""
    import chromadb
    import httpx
    from chromadb.config import Settings as ChromaSettings

    parts, token = address(settings), settings.chroma_token.get_secret_value()
    said = {"Authorization": f"Bearer {token}"} if token else {}
    wait = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
    httpx.get(f"{parts.geturl()}/api/v2/heartbeat", headers=said, timeout=wait).raise_for_status()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    told = ChromaSettings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        chroma_server_host=parts.geturl(),
        chroma_server_http_port=port,
    )
    return chromadb.HttpClient(
        parts.geturl(), port, ssl=parts.scheme == "https", headers=said, settings=told
    )


def _sessions(client: Any) -> list[Any]:
    """The connections of Chroma's client, which knows no end of waiting and never closes them."""
    return [each._server._session for each in (client, client._admin_client)]


def _close(client: Any) -> None:
    for session in _sessions(client):
        session.close()
    client.close()
