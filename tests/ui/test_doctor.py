"""The doctor says whether a Chroma server answers, and what to do where it does not."""

from __future__ import annotations

from pathlib import Path

from project.settings import Settings
from tests.index.chroma_server import ChromaServer
from ui.doctor import _vector_server


def test_the_doctor_says_whether_the_vector_server_answers(tmp_path: Path) -> None:
    assert _vector_server(Settings()) == []
    with ChromaServer(tmp_path / "chroma") as running:
        (well,) = _vector_server(Settings(chroma_url=running.url))
        assert well["ok"] and running.url in well["detail"]
        running.kill()
        (ill,) = _vector_server(Settings(chroma_url=running.url))
        assert not ill["ok"] and "chroma run" in ill["detail"]
    (odd,) = _vector_server(Settings(chroma_url="me:secret@host"))
    assert not odd["ok"] and "secret" not in str(odd)
