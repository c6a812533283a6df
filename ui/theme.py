"""One set of tokens for Gradio's own parts; the rest of the look is static/app.css."""

from __future__ import annotations

from typing import Any

FONT = ["Inter var", "Inter", "system-ui", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "DejaVu Sans Mono", "monospace"]
INK = {
    "body_background_fill": "#0e1014",
    "background_fill_primary": "#14161b",
    "background_fill_secondary": "#191c22",
    "body_text_color": "#e8eaef",
    "body_text_color_subdued": "#9aa1ad",
    "border_color_primary": "#262a33",
    "border_color_accent": "#7c6cf0",
    "block_background_fill": "#14161b",
    "input_background_fill": "#191c22",
    "input_border_color": "#2c313b",
    "button_primary_background_fill": "#7c6cf0",
    "button_primary_background_fill_hover": "#8d7ff5",
    "button_primary_text_color": "#ffffff",
    "button_secondary_background_fill": "#22262e",
    "button_secondary_background_fill_hover": "#2b303a",
    "button_secondary_text_color": "#e8eaef",
    "color_accent_soft": "#25223d",
    "link_text_color": "#a99dff",
}


def theme() -> Any:
    """A dark Gradio theme that asks no font of the network; light mode looks the same."""
    import gradio as gr

    both = {**INK, **{f"{name}_dark": value for name, value in INK.items()}}
    return gr.themes.Base(primary_hue="violet", neutral_hue="slate", font=FONT, font_mono=MONO).set(
        **both
    )
