"""One frozen `Settings`, made at the entry and passed down. No room reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Approval = Literal["ask", "show", "auto"]


class Settings(BaseSettings):
    """What a creator can set: environment (`ROUGHCUT_...`) first, then `roughcut.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="ROUGHCUT_", frozen=True, extra="ignore", toml_file="roughcut.toml"
    )

    # the brain
    brain: str = "embedded"  # "embedded", or a LangChain name such as "openai:gpt-5-mini"
    base_url: str = ""  # an OpenAI-compatible server (Ollama, vLLM, llama.cpp, LM Studio)
    api_key: SecretStr = SecretStr("")
    model_timeout_s: float = 60.0
    context_tokens: int = 4_000  # of one prompt for what the project holds; the rest is fixed
    tokenizer: str = ""  # the model's tokenizer.json, for exact counts; estimated where empty
    max_turns: int = 40
    max_tool_calls: int = 80
    max_tokens: int = 200_000
    max_money_usd: float = 1.0
    approve_edit: Approval = "ask"

    # knowing the footage
    embedder: str = "minilm"  # or a sentence-transformers name or folder
    workers: int = max(1, (os.cpu_count() or 2))
    read_text: bool = True  # on-screen text by OCR
    things: Literal["embedded", ""] = "embedded"  # names dogs and cars where nothing is told
    captioner: str = ""  # "transformers:NAME or folder", "openai:MODEL", "" for the embedded words
    captioner_url: str = ""  # an OpenAI-compatible server; OpenAI's own where empty
    captioner_key: SecretStr = SecretStr("")
    captioner_prompt: str = ""  # what it is asked of each frame; Roughcut's own where empty
    captioner_usd_per_frame: float = 0.0  # what a frame costs, for the cap; 0 for a free server
    transcriber: str = "embedded"  # "whisper:NAME or folder", "openai:MODEL"; "": subtitles only
    transcriber_url: str = ""
    transcriber_key: SecretStr = SecretStr("")
    transcriber_usd_per_minute: float = 0.0
    language: str = ""  # spoken in the footage, such as "en"; found out where empty
    cross_encoder: str = ""  # a sentence-transformers cross-encoder that reads the best hits again
    image_embedder: str = ""  # CLIP or SigLIP through sentence-transformers, for pictures
    chroma_url: str = ""  # a Chroma server for many users, http://HOST:PORT; in process where empty
    chroma_token: SecretStr = SecretStr("")  # sent to that server as a bearer token
    engine: Literal["local", "ray"] = "local"  # where footage is watched
    ray_address: str = ""  # HOST:PORT or ray://HOST:PORT; one is started here where empty

    # the generator
    generator: str = "auto"
    diffusers_model: str = ""  # a hub id or a local folder
    video_api_url: str = ""
    video_api_key: SecretStr = SecretStr("")
    video_api_model: str = ""
    max_generated_s: float = 60.0

    # downloads happen only when this is switched on by the creator
    allow_downloads: bool = False
    max_disk_gb: float = 20.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(project_dir: Path | None = None) -> Settings:
    """Settings from the environment, then `roughcut.toml` in the project folder or here."""
    for folder in (project_dir, Path.cwd()):
        if folder is not None and (folder / "roughcut.toml").is_file():
            path = folder / "roughcut.toml"

            class Local(Settings):
                model_config = SettingsConfigDict(
                    env_prefix="ROUGHCUT_", frozen=True, extra="ignore", toml_file=path
                )

            return Local()
    return Settings()
