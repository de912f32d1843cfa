"""All settings, read once at the edge from INTERLIGNE_* variables and flags, then passed in."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SUMMARY_WORDS = 60  # English; about a paragraph


class Settings(BaseSettings):
    """Every setting; the environment variable is INTERLIGNE_ and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="INTERLIGNE_", extra="forbid", frozen=True)

    model: str = Field("fr-en", description="Bundled model, folder of a Marian model, or hub id.")
    engine: Literal["ct2", "marian"] = Field(
        "ct2", description="Library that translates: ct2 or marian."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where it translates: auto, cpu or cuda."
    )
    threads: int = Field(0, ge=0, description="CPU threads of the engine; 0 uses every core.")
    beam_size: int = Field(4, ge=1, le=16, description="Beams of the search; 1 is fastest.")
    summary_words: int = Field(
        SUMMARY_WORDS, ge=0, le=400, description="English words of the summary."
    )
    summariser: str = Field(
        "", description="Model that writes summaries: folder or hub id; without it, sentences."
    )
    summariser_language: Literal["auto", "en", "fr"] = Field(
        "auto", description="What it reads and writes: en, fr, or auto, as its card says."
    )
    max_characters: int = Field(1_000_000, ge=1, description="Longest article accepted.")
    deadline: float = Field(300, gt=0, description="Seconds a request may take.")
    batch_tokens: int = Field(1024, ge=64, description="Source tokens translated at once.")
    queue_tokens: int = Field(200_000, ge=1024, description="Source tokens that may wait.")
    cache_segments: int = Field(10_000, ge=0, description="Recent segments remembered.")
    body_seconds: float = Field(60, gt=0, description="Seconds a request's body may take to come.")
    requests: int = Field(256, ge=1, description="Requests worked on at the same time.")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("interligne"),
        description="Converted models.",
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("interligne"),
        description="Glossaries, jobs and keys, unless database_url says elsewhere.",
    )
    database_url: str | None = Field(
        None, description="Database, as postgresql://user:password@host/name."
    )
    jobs: int = Field(1, ge=0, description="Jobs worked on at once; 0 leaves them to others.")
    job_lease: float = Field(15, gt=0, description="Seconds until a dead worker's job goes on.")
    job_days: float = Field(7, ge=0, description="Days that an ended job can be asked for.")
    queue_jobs: int = Field(1000, ge=1, description="Jobs that may wait.")
    replicas: int = Field(1, ge=1, description="Engines on a cluster, at least.")
    most_replicas: int = Field(8, ge=1, description="Engines on a cluster, at most.")
    replica_gpus: float = Field(0, ge=0, description="GPUs of an engine on a cluster, or a part.")
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the service listens on.")
    log_format: Literal["text", "json"] = Field("text", description="Of the log: text or json.")
    open: bool = Field(False, description="Ask nobody for a key, also on a public address.")
    allowed_origins: str = Field(
        "", description="Sites whose pages may ask, as https://a.example, or * for all."
    )

    allowed_hosts: str = Field(
        "", description="Names it is asked by beside localhost, while it asks for no key."
    )

    @property
    def keep_jobs(self) -> timedelta:
        """How long an ended job can be asked for."""
        return timedelta(days=self.job_days)

    @property
    def store_url(self) -> str:
        """Where the store is: the database that was named, else a SQLite file."""
        return self.database_url or f"sqlite:///{self.data_dir / 'interligne.db'}"
