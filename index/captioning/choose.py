"""The captioner that the settings name."""

from __future__ import annotations

from index.values import Captioner
from project.errors import CreatorError
from project.settings import Settings

KINDS = (
    "'transformers:NAME-or-folder' for a model on this machine, such as"
    " 'transformers:HuggingFaceTB/SmolVLM-256M-Instruct', or 'openai:MODEL' for a server, with"
    " captioner_url where it is not OpenAI's own"
)


def captioner(settings: Settings) -> Captioner | None:
    """The captioner called `settings.captioner`; None where the embedded words are to do.

    A local model's folder is looked at here and loaded with the first frames. Raises
    CreatorError saying what to do.
    """
    if not settings.captioner:
        return None
    way, _, name = settings.captioner.partition(":")
    if way == "transformers" and name:
        from index.captioning.local import LocalCaptioner

        return LocalCaptioner(
            name, prompt=settings.captioner_prompt, downloads=settings.allow_downloads
        )
    if way == "openai" and name:
        from index.captioning.server import ServerCaptioner

        return ServerCaptioner(settings, name)
    raise CreatorError(
        f"there is no captioner {settings.captioner!r}; name one as {KINDS}, or none for the"
        " embedded words"
    )
