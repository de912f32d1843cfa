"""The HTTP application, wired."""

from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import FastAPI

from service.api import articles, deepl, errors, libretranslate, ops, security
from service.api.metrics import Metrics
from service.api.watch import Watch
from service.engines.scheduler import Scheduler
from service.pipeline import Pipeline


def create_app(pipeline: Pipeline) -> FastAPI:
    """Wire a loaded pipeline to its routes; every failure answers in one shape."""
    app = FastAPI(
        title="Interligne",
        version=version("interligne"),
        description="French to English translation of news: consistent names, bilingual summary.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        redoc_url=None,
        telemetry={"logs": False, "exclude": tells_too_much},
        lifespan=scheduling,
    )
    metrics = app.state.metrics = Metrics()
    app.state.pipeline = replace(pipeline, observer=metrics)
    errors.install(app)
    security.install(app, pipeline.settings)
    app.add_middleware(Watch, metrics=metrics)
    app.add_middleware(security.SafeHeaders)
    app.include_router(articles.router)
    app.include_router(ops.router)
    app.include_router(libretranslate.router)
    app.include_router(deepl.router)
    return app


def tells_too_much(scope: MutableMapping[str, Any]) -> bool:
    """Whether OpenTelemetry would show what was sent: some clients send it in the query."""
    return bool(scope.get("query_string"))


@asynccontextmanager
async def scheduling(app: FastAPI) -> AsyncIterator[None]:
    """Share the engine between requests while the app runs; finish what was accepted at the end."""
    pipeline: Pipeline = app.state.pipeline
    settings = pipeline.settings
    to_thread.current_default_thread_limiter().total_tokens = settings.requests
    with Scheduler(
        [pipeline.engine],
        batch_tokens=settings.batch_tokens,
        queue_tokens=settings.queue_tokens,
        cache_segments=settings.cache_segments,
    ) as scheduler:
        app.state.scheduler = app.state.metrics.scheduler = scheduler
        yield
        await to_thread.run_sync(scheduler.drain, settings.deadline)
