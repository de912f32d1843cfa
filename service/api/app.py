"""The HTTP application, wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI

from service.api import articles, deepl, errors, libretranslate, ops, security
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
        lifespan=scheduling,
    )
    app.state.pipeline = pipeline
    errors.install(app)
    security.install(app, pipeline.settings)
    app.include_router(articles.router)
    app.include_router(ops.router)
    app.include_router(libretranslate.router)
    app.include_router(deepl.router)
    return app


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
        app.state.scheduler = scheduler
        yield
        await to_thread.run_sync(scheduler.drain, settings.deadline)
