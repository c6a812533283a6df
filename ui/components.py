"""The page's own parts: gr.HTML whose behaviour lives in a plain ES module of static/.

The template is fixed and empty: what a file, a person or a model said never passes through
it, the modules build their DOM with textContent.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.assets import version

LOAD = """
import(new URL('ui/%(module)s.js?v=%(version)s', document.baseURI)).then((m) =>
  m.mount({element, props, trigger, watch, events: [%(events)s]}));
"""


class EsModule(gr.HTML):  # type: ignore[misc]  # gradio comes without types
    """A part of the page drawn by `static/<module>.js`, with named events into Python."""

    module = ""
    sends: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        quoted = ", ".join(f"'{name}'" for name in self.sends)
        super().__init__(
            value=None,
            html_template='<div class="rc-root"></div>',
            js_on_load=LOAD % {"module": self.module, "version": version(), "events": quoted},
            apply_default_css=False,
            elem_id=f"rc-{self.module}",
            elem_classes=["rc-part"],
            **kwargs,
        )


class Bar(EsModule):
    """Project name, jobs, meter, exports; the screen to open or make a project."""

    module = "bar"
    sends = ("rc_open", "rc_export", "rc_cancel")


class Gallery(EsModule):
    """Footage, search, ingest, corrections."""

    module = "gallery"
    sends = ("rc_import", "rc_correct")


class Player(EsModule):
    """The picture: plays across cuts over proxies."""

    module = "player"


class Plan(EsModule):
    """The conversation and the plan, a card for each step."""

    module = "plan"
    sends = ("rc_decide", "rc_advance", "rc_stop", "rc_say")


class Timeline(EsModule):
    """The edit, drawn and edited."""

    module = "timeline"
    sends = ("rc_edit",)
