"""Lines of text in one picture, by RapidOCR (its networks come in its package), as few as needed.

A small copy of the picture is searched first, and a part of it as it is where there may be small
print: where nothing looks like a line, nothing is read. Of what is found the lines are read from
the top until a moment's caption is full, and a line that looks as it did at the last reading, in
the same place, is not read again. Nothing is downloaded: the networks are handed over by path,
and their bytes are checked.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from index.subtitles import clean

DETECTOR = (
    "PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
READER = (
    "PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
GLANCE_PX, LONGEST_EDGE_PX = 320, 736  # longest edge of the copy looked at first, and of the other
SMALL_PRINT = 0.05  # share of the picture that may be lines, from which print may be too small
# for the copy
SURE = 0.80  # mean character score a line needs
LEAST_HEIGHT = 0.018  # height of a line over the picture's; smaller is not read reliably
MOST_HEIGHT = 0.40  # a box higher than this is a thing, not a line
ENOUGH = 400  # characters; what comes further down is not read
AT_ONCE = 12  # lines between two looks whether that is enough
SAME_LINE = 12  # largest mean difference, of 255, over any half square along a line
Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was read: where it stands in pixels, and its words, "" if not read surely."""

    top: int
    left: int
    bottom: int
    right: int
    words: str

    def near(self, other: _Line) -> bool:
        """Whether the two stand in the same place, but for what a detector wavers."""
        waver = 0.4 * (self.bottom - self.top)
        ends = (self.top - other.top, self.bottom - other.bottom,
                self.left - other.left, self.right - other.right)  # fmt: skip
        return max(map(abs, ends)) < waver


class LineReader:
    """Reads picture after picture of one file; knows the lines of the last one again."""

    def __init__(self) -> None:
        self._known: list[_Line] = []
        self._before: NDArray[np.uint8] | None = None  # the grey picture they stand in
        self.searched = self.read = 0  # pictures searched at full size; lines read

    def lines(self, rgb: Rgb, likely: NDArray[np.bool_]) -> tuple[str, ...]:
        """The lines of text in a picture, top to bottom, those read surely.

        `likely` says on a grid of any size over the picture where lines may stand.
        """
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        if not _has_lines(bgr, likely):
            self._known = []
            return ()
        self.searched += 1
        boxes = sorted(
            _boxes(_reader(), bgr), key=lambda box: (float(box[:, 1].min()), float(box[:, 0].min()))
        )
        gray = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)
        found: list[_Line] = []
        for at in range(0, len(boxes), AT_ONCE):
            found += self._lines(bgr, gray, boxes[at : at + AT_ONCE])
            if sum(len(words) + 3 for words in {line.words for line in found}) > ENOUGH:
                break
        self._known, self._before = found, gray
        return tuple(line.words for line in found if line.words)

    def _lines(
        self, bgr: Rgb, gray: NDArray[np.uint8], boxes: Sequence[NDArray[np.float64]]
    ) -> list[_Line]:
        lines = [_line(box) for box in boxes]
        words = [self._known_words(line, gray) for line in lines]
        fresh = [n for n, known in enumerate(words) if known is None]
        crops = _reader().crop_text_regions(bgr, [boxes[n].astype(np.float32) for n in fresh])
        self.read += len(fresh)
        for n, read in zip(fresh, _words(crops), strict=True):
            words[n] = read
        return [replace(line, words=read or "") for line, read in zip(lines, words, strict=True)]

    def _known_words(self, line: _Line, gray: NDArray[np.uint8]) -> str | None:
        """The words of the line that stood here in the last picture and looks the same."""
        if self._before is None or self._before.shape != gray.shape:
            return None
        for other in self._known:
            if other.near(line):
                part = slice(other.top, other.bottom), slice(other.left, other.right)
                return other.words if _alike(self._before[part], gray[part]) else None
        return None


def _has_lines(bgr: Rgb, likely: NDArray[np.bool_]) -> bool:
    """Whether a small copy, or a part as it is where much may be small print, shows a line."""
    if _boxes(_glance(), bgr):
        return True
    if likely.mean() < SMALL_PRINT or max(bgr.shape) <= GLANCE_PX:
        return False
    return bool(_boxes(_glance(), _densest(bgr, likely)))


def _densest(bgr: Rgb, likely: NDArray[np.bool_]) -> Rgb:
    """The part of the picture, GLANCE_PX along its longest edge, where `likely` holds most."""
    high, wide = bgr.shape[:2]
    share = GLANCE_PX / max(high, wide)
    cells = max(1, round(likely.shape[1] * share)), max(1, round(likely.shape[0] * share))
    density = cv2.blur(likely.astype(np.float32), cells)
    row, column = np.unravel_index(int(density.argmax()), density.shape)
    part_high, part_wide = round(high * share), round(wide * share)
    top = int(np.clip(row * high / likely.shape[0] - part_high / 2, 0, high - part_high))
    left = int(np.clip(column * wide / likely.shape[1] - part_wide / 2, 0, wide - part_wide))
    return bgr[top : top + part_high, left : left + part_wide]


def _line(box: NDArray[np.float64]) -> _Line:
    left, top = (max(0, int(end)) for end in box.min(axis=0))
    right, bottom = (int(end) for end in box.max(axis=0))
    return _Line(top, left, max(top + 1, bottom), max(left + 1, right), "")


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether no square of two lines differs; one changed digit is one changed square."""
    change = cv2.absdiff(one, other)
    squares = max(1, round(2 * change.shape[1] / change.shape[0]))
    return int(cv2.resize(change, (squares, 1), interpolation=cv2.INTER_AREA).max()) < SAME_LINE


def _boxes(engine: Any, bgr: Rgb) -> list[NDArray[np.float64]]:
    """The corners (4, 2) in pixels of what looks like a line and is high enough to be read."""
    found = getattr(engine(bgr, use_det=True, use_cls=False, use_rec=False), "boxes", None)
    if found is None:
        return []
    boxes = [np.asarray(box, np.float64) for box in found]
    low, high = LEAST_HEIGHT * bgr.shape[0], MOST_HEIGHT * bgr.shape[0]
    return [box for box in boxes if low <= np.ptp(box, axis=0).min() <= high]


def _words(crops: list[Rgb]) -> list[str]:
    """What stands in each crop, "" where that is not sure."""
    if not crops:
        return []
    found = _reader().recognize_txt(crops)
    read = [clean(str(text)) for text in found.txts]
    return [
        words if score >= SURE and sum(c.isalnum() for c in words) >= 2 else ""
        for words, score in zip(read, found.scores, strict=True)
    ]


@lru_cache(maxsize=1)
def _glance() -> Any:
    """The detector for small copies, quicker to believe. Raises OSError."""
    return _engine({"Det.limit_side_len": GLANCE_PX, "Det.thresh": 0.2, "Det.box_thresh": 0.3})


@lru_cache(maxsize=1)
def _reader() -> Any:
    """The detector and the reader. Raises OSError."""
    short = {"Rec.rec_img_shape": [3, 48, 160], "Rec.rec_batch_num": 3}  # most lines are words
    return _engine({"Det.limit_side_len": LONGEST_EDGE_PX, **short})


def _engine(params: dict[str, Any]) -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(_network(*DETECTOR)),
            "Det.limit_type": "max",
            "Rec.model_path": str(_network(*READER)),
            **params,
        }
    )


@lru_cache(maxsize=2)
def _network(name: str, sha256: str) -> Path:
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package rapidocr is not installed; run make setup")
    path = Path(spec.origin).parent / "models" / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise OSError(f"{path} is not the text network Roughcut knows")
    return path
