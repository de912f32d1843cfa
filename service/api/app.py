"""The HTTP application, wired."""

import gc
import sys
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI

from service.api import (
    articles,
    auth,
    deepl,
    deepl_documents,
    deepl_glossaries,
    deepl_texts,
    door,
    errors,
    glossaries,
    jobs,
    libretranslate,
    libretranslate_files,
    memory,
    ops,
    page,
    reading,
    rendering,
    security,
)
from service.api.gate import Gate
from service.api.metrics import Metrics
from service.api.watch import Watch
from service.engines.scheduler import Scheduler
from service.jobs import Means, Worker
from service.pipeline import Pipeline
from service.store import open_store
from service.store.glossaries import Glossaries
from service.store.jobs import Jobs
from service.store.keys import Keys
from service.store.leases import Leases
from service.store.memory import Memories
from service.store.shelf import Shelf

SECRET_PATHS = "/download_file/"
SWITCH = 0.0005  # seconds until a thread that computes lets others in; Python's own 5 ms add up


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
        dependencies=[Depends(auth.authorise)],
        responses={status: {"model": errors.ErrorBody} for status in (401, 403, 429)},
    )
    settings = pipeline.settings
    metrics = app.state.metrics = Metrics()
    app.state.pipeline = replace(pipeline, observer=metrics)
    store = app.state.store = open_store(settings.store_url)
    app.state.gate = Gate(Keys(store), settings)
    app.state.glossaries = Glossaries(store)
    app.state.memories = Memories(store)
    app.state.shelf = Shelf(app.state.glossaries)
    app.state.jobs = Jobs(store, keep=settings.keep_jobs, most=settings.queue_jobs)
    errors.install(app)
    app.add_middleware(door.Door)  # behind the rules for other sites, before all that is dear
    security.install(app, settings)
    app.add_middleware(Watch, metrics=metrics)
    app.add_middleware(security.SafeHeaders)
    app.include_router(articles.router)
    app.include_router(reading.router)
    app.include_router(rendering.router)
    app.include_router(glossaries.router)
    app.include_router(memory.router)
    app.include_router(jobs.router)
    app.include_router(ops.router)
    app.include_router(libretranslate.router)
    app.include_router(libretranslate_files.router)
    app.include_router(deepl_texts.router)
    app.include_router(deepl_documents.router)
    app.include_router(deepl_glossaries.router)
    app.include_router(deepl.router)  # refuses what else there may be below /v2 and /v3
    page.install(app)
    return app


def tells_too_much(scope: MutableMapping[str, Any]) -> bool:
    """Whether OpenTelemetry would show what was sent, or a secret: some have it in the address."""
    return bool(scope.get("query_string")) or scope["path"].startswith(SECRET_PATHS)


@asynccontextmanager
async def scheduling(app: FastAPI) -> AsyncIterator[None]:
    """Share the engine between requests while the app runs; finish what was accepted at the end."""
    pipeline: Pipeline = app.state.pipeline
    settings = pipeline.settings
    sys.setswitchinterval(SWITCH)
    gc.freeze()  # what is loaded stays; looking through it for garbage takes 0.1 s each time
    app.state.threads = CapacityLimiter(settings.requests)
    with Scheduler(
        [pipeline.engine],
        batch_tokens=settings.batch_tokens,
        queue_tokens=settings.queue_tokens,
        requests=settings.requests + settings.jobs,
        cache_segments=settings.cache_segments,
    ) as scheduler:
        app.state.scheduler = app.state.metrics.scheduler = scheduler
        with working(app, scheduler):
            yield
        await to_thread.run_sync(scheduler.drain, settings.deadline)


@contextmanager
def working(app: FastAPI, scheduler: Scheduler) -> Iterator[None]:
    """Do jobs beside the requests; at the end each is left where it is, to go on later."""
    pipeline: Pipeline = app.state.pipeline
    settings = pipeline.settings
    leases = Leases(app.state.store, keep=settings.keep_jobs)
    means = Means(pipeline, scheduler.lane, app.state.shelf, app.state.memories)
    workers = app.state.workers = [
        Worker(leases, means, settings.job_lease) for _ in range(settings.jobs)
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
