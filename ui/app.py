"""The page: which parts stand where, and which handler hears which event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ui import components
from ui.assets import version
from ui.handlers import Handlers

HIDDEN = {"api_visibility": "private", "show_progress": "hidden"}


def head() -> str:
    """What stands in the page's head: our stylesheets, no network."""
    return (
        f'<link rel="stylesheet" href="ui/app.css?v={version()}">'
        f'<link rel="stylesheet" href="ui/panels.css?v={version()}">'
        '<link rel="icon" href="ui/icon.svg" type="image/svg+xml">'
        '<meta name="color-scheme" content="dark light">'
        f'<script src="ui/look.js?v={version()}"></script>'
    )


def build_blocks(handlers: Handlers) -> gr.Blocks:
    """The Gradio app: layout and wiring only."""
    with gr.Blocks(title="Roughcut", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Column(elem_id="rc-desk"):
            bar = components.bar()
            with gr.Row(elem_id="rc-middle"):
                gallery = components.gallery()
                components.player()
                with gr.Column(elem_id="rc-side"):
                    plan = components.plan()
                    with gr.Row(elem_id="rc-prompt"):
                        words = gr.Textbox(
                            placeholder="Describe an edit…",
                            show_label=False,
                            label="What the film should be",
                            lines=1,
                            max_lines=4,
                            max_length=4000,
                            container=False,
                            elem_id="rc-words",
                        )
                        send = gr.Button("Send", variant="primary", elem_id="rc-send")
            components.timeline()
        _wire(bar.rc_open, handlers.open_project, bar)
        _wire(bar.rc_sample, handlers.sample, bar)
        _wire(bar.rc_reopen, handlers.reopen, bar)
        _wire(bar.rc_forget, handlers.forget, bar)
        _wire(bar.rc_export, handlers.export, bar)
        _wire(bar.rc_cancel, handlers.cancel_job, bar)
        _wire(bar.rc_again, handlers.try_again, bar)
        _wire(bar.rc_set, handlers.set_settings, bar)
        _wire(bar.rc_test, handlers.test_model, bar)
        _wire(bar.rc_prefer, handlers.prefer, bar)
        _wire(gallery.rc_import, handlers.import_folder, gallery)
        _wire(gallery.rc_brought, handlers.brought, gallery)
        _wire(gallery.rc_correct, handlers.correct, gallery)
        _wire(plan.rc_decide, handlers.decide, plan)
        _wire(plan.rc_advance, handlers.advance, plan)
        _wire(plan.rc_stop, handlers.stop, plan)
        _wire(plan.rc_say, handlers.ask, plan)
        _wire(plan.rc_make, handlers.make_shot, plan)
        # The words go to the plan's module, which knows the project and sends them as an event.
        gr.on(
            [words.submit, send.click],
            fn=None,
            inputs=[words],
            outputs=[words],
            js="(words) => window.dispatchEvent(new CustomEvent("
            "'rc-ask', {detail: words, cancelable: true})) ? '' : words",
            api_visibility="private",
        )
    return blocks


def _wire(event: Any, handler: Callable[[object], str], part: Any) -> None:
    def heard(evt: gr.EventData) -> str:
        return handler(evt._data)

    event(heard, outputs=[part], concurrency_limit=8, trigger_mode="multiple", **HIDDEN)
