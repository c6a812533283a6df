"""Light and colour: HDR pictures brought to 8-bit SDR, the same way in stills and in renders.

A PQ or HLG picture is made linear, scaled so that the usual white of graphics (203 cd/m2, ITU-R
BT.2408) lands at SDR white, its highlights rolled off (Reinhard with a white point), its
colours brought from BT.2020 to BT.709 and encoded with the BT.709 curve.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18
WHITE_NITS = 203.0
PEAK = 1000.0 / WHITE_NITS  # what rolls off to full white
TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    dtype=np.float32,
)  # ITU-R BT.2087
LUT_SIZE = 33
Floats = NDArray[np.float32]


def _linear(code: Floats, transfer: int) -> Floats:
    """Code values 0..1 to light, 1 = reference white."""
    code = code.astype(np.float64)
    if transfer == PQ:  # SMPTE ST 2084
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        power = code ** (1 / m2)
        nits = 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
        light: Floats = (nits / WHITE_NITS).astype(np.float32)
        return light
    a, b, c = 0.17883277, 0.28466892, 0.55991073  # ARIB STD-B67, then the 1000 nit system gamma
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    light = (1000.0 * scene**1.2 / WHITE_NITS).astype(np.float32)
    return light


@functools.cache
def _curve(transfer: int) -> Floats:
    return _linear(np.linspace(0, 1, 65536, dtype=np.float32), transfer)


def _roll_off(light: Floats) -> Floats:
    rolled: Floats = (light * (1 + light / PEAK**2) / (1 + light)).astype(np.float32)
    return rolled


def _encode(light: Floats) -> Floats:
    """Linear light to BT.709 code values, both 0..1."""
    curve = 1.099 * np.maximum(light, 0) ** 0.45 - 0.099
    out: Floats = np.empty(light.shape, np.float32)
    np.copyto(out, curve)
    np.copyto(out, 4.5 * light, where=light < 0.018)
    return out


def _sdr(light: Floats) -> Floats:
    brightest = np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    rolled = light * (_roll_off(brightest) / brightest)  # one factor a pixel keeps the hue
    return np.clip(_encode(np.clip(rolled @ TO_709.T, 0, 1)), 0, 1)


def to_sdr(rgb: NDArray[np.uint16], transfer: int) -> NDArray[np.uint8]:
    """(H, W, 3) uint16 HDR code values to (H, W, 3) uint8 SDR."""
    out: NDArray[np.uint8] = (_sdr(_curve(transfer)[rgb]) * 255 + 0.5).astype(np.uint8)
    return out


def cube(transfer: int) -> str:
    """The same mapping as the text of a .cube table, for ffmpeg's `lut3d`."""
    grid = np.linspace(0, 1, LUT_SIZE, dtype=np.float32)
    blue, green, red = np.meshgrid(grid, grid, grid, indexing="ij")
    codes = np.stack([red, green, blue], axis=-1).reshape(-1, 3)  # red changes fastest
    table = _sdr(_linear(codes, transfer))
    lines = [f"LUT_3D_SIZE {LUT_SIZE}", *(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table)]
    return "\n".join(lines) + "\n"
