"""How a large model is laid out in the memory there is: whole, tiled, in eight bits, in parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from generator.values import GeneratorError, ShotRequest

KEPT_FREE = 0.92  # share of the free memory that is planned with
BYTES_PER_PIXEL = 260  # what decoding takes for each pixel of each frame, about, untiled
TILED = 0.25  # of that when decoded in tiles
BLOCKS = 0.12  # of the largest network is there at once when its blocks come one by one
CAST = 0.55  # of a network's bytes when its linear weights are stored in eight bits

Offload = Literal["", "networks", "blocks"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How to place a pipeline. eight_bits: the transformer's weights are stored as float8."""

    width: Literal["bfloat16", "float32"]
    tiling: bool = False
    eight_bits: bool = False
    offload: Offload = ""

    @property
    def words(self) -> str:
        """What was given up for memory, "" where nothing was."""
        said = []
        if self.eight_bits:
            said.append("weights stored in 8 bits")
        if self.offload:
            said.append(f"{self.offload} brought to the GPU one by one")
        if self.tiling:
            said.append("decoded in tiles")
        return ", ".join(said)


def layout(
    parts: dict[str, int], request: ShotRequest, free: int, *, cuda: bool, accelerate: bool
) -> Layout:
    """The first layout that fits `free` bytes, the fastest tried first.

    parts: bytes of each network as stored (16 bits). Raises GeneratorError with the figures.
    """
    work = request.frame_count * request.width * request.height * BYTES_PER_PIXEL
    room = int(free * KEPT_FREE)
    whole, largest = sum(parts.values()), max(parts.values(), default=0)
    if not cuda:
        for width, times in (("float32", 2), ("bfloat16", 1)):
            for tiling, share in ((False, 1.0), (True, TILED)):
                if whole * times + work * share <= room:
                    return Layout(width, tiling)  # type: ignore[arg-type]
        raise _too_large(whole + int(work * TILED), free, "memory")
    cast = largest * CAST
    tries: tuple[tuple[Layout, float], ...] = (
        (Layout("bfloat16"), whole + work),
        (Layout("bfloat16", True), whole + work * TILED),
        (Layout("bfloat16", True, True), whole - largest + cast + work * TILED),
        (Layout("bfloat16", True, False, "networks"), largest + work * TILED),
        (Layout("bfloat16", True, True, "networks"), cast + work * TILED),
        (Layout("bfloat16", True, False, "blocks"), largest * BLOCKS + work * TILED),
    )
    for one, need in tries:
        if need <= room and (accelerate or one.offload != "networks"):
            return one
    raise _too_large(int(tries[-1][1]), free, "GPU memory")


def _too_large(need: int, free: int, where: str) -> GeneratorError:
    return GeneratorError(
        f"the model needs about {need / 1e9:.1f} GB of {where} for this shot and"
        f" {free / 1e9:.1f} GB are free; ask for a smaller or shorter shot, or use a smaller model"
    )


def parts_of(folder: Path) -> dict[str, int]:
    """Bytes of weights in each network of a model folder."""
    found: dict[str, int] = {}
    for file in folder.rglob("*.safetensors"):
        place = file.relative_to(folder).parts
        name = place[0] if len(place) > 1 else ""
        found[name] = found.get(name, 0) + file.stat().st_size
    return found


def free_bytes(device: str) -> int:
    """Free memory on the device, in bytes."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info()[0])
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 16_000_000_000  # elsewhere the system does not say; what most machines have


def place(pipe: Any, how: Layout, device: str) -> Any:
    """The pipeline on its device, laid out as planned."""
    import torch

    vae = getattr(pipe, "vae", None)
    if how.tiling and vae is not None and hasattr(vae, "enable_tiling"):
        vae.enable_tiling()
    if how.eight_bits:
        for name in ("transformer", "transformer_2"):
            network = getattr(pipe, name, None)
            if network is not None:
                network.enable_layerwise_casting(
                    storage_dtype=torch.float8_e4m3fn, compute_dtype=getattr(torch, how.width)
                )
    if how.offload == "networks":
        pipe.enable_model_cpu_offload(device=device)
        return pipe
    if how.offload == "blocks":
        pipe.enable_group_offload(
            onload_device=torch.device(device), offload_type="block_level", num_blocks_per_group=1
        )
        return pipe
    return pipe.to(device)
