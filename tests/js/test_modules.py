"""The page's pure modules, run by node's own test runner where node is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "ui" / "static"
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not here")
@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_the_page_s_arithmetic_holds(script: Path) -> None:
    assert NODE is not None
    done = subprocess.run([NODE, "--test", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("module", sorted(STATIC.glob("*.js")), ids=lambda path: path.stem)
def test_no_text_becomes_markup_in_the_page(module: Path) -> None:
    code = module.read_text(encoding="utf-8")
    for hole in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert hole not in code, f"{module.name} uses {hole}"
