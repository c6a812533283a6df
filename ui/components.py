"""The page's own parts: gr.HTML whose behaviour lives in a plain ES module of static/.

The template is fixed and empty: what a file, a person or a model said never passes through
it, the modules build their DOM with textContent. Parts are made by functions and not by
subclasses, because Gradio writes a stub file beside the source of every subclass.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.assets import version

LOAD = """
import(new URL('ui/%(module)s.js?v=%(version)s', document.baseURI)).then((m) =>
  m.mount({element, props, trigger, watch, events: [%(events)s]}));
"""


def part(module: str, *sends: str) -> Any:
    """A part of the page drawn by `static/<module>.js`, which sends these events into Python."""
    quoted = ", ".join(f"'{name}'" for name in sends)
    return gr.HTML(
        value=None,
        html_template='<div class="rc-root"></div>',
        js_on_load=LOAD % {"module": module, "version": version(), "events": quoted},
        apply_default_css=False,
        elem_id=f"rc-{module}",
        elem_classes=["rc-part"],
    )


def bar() -> Any:
    """Project name, jobs, exports; the screen to open or make a project."""
    work = ("rc_export", "rc_cancel", "rc_again")
    return part(
        "bar",
        "rc_open",
        "rc_sample",
        "rc_reopen",
        "rc_forget",
        *work,
        "rc_set",
        "rc_test",
        "rc_prefer",
    )


def gallery() -> Any:
    """Footage, search, ingest, corrections."""
    return part("gallery", "rc_import", "rc_brought", "rc_correct")


def player() -> Any:
    """The picture: plays across cuts over proxies."""
    return part("player")


def plan() -> Any:
    """The conversation and the plan, a card for each step."""
    return part("plan", "rc_decide", "rc_advance", "rc_stop", "rc_say", "rc_make")


def timeline() -> Any:
    """The edit, drawn and edited; its edits go by a route of their own."""
    return part("timeline")
