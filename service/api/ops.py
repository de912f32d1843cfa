"""For operators: is it alive, can it translate, with what, and how is it doing."""

from contextlib import suppress
from dataclasses import replace
from itertools import cycle
from typing import Literal

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from service.api.errors import ErrorBody
from service.api.lanes import in_lane
from service.api.metrics import Metrics
from service.article import Article, Provenance
from service.engines.scheduler import Scheduler
from service.errors import EngineFailed, Overloaded, StoreUnavailable
from service.observer import UNOBSERVED
from service.pipeline import Pipeline, Wishes
from service.store import Store

# Long enough for its language to be looked at, so that a first article finds everything loaded.
# A different number each time, or the answer would come from the memory of recent segments.
KNOWN_SENTENCE = "Le président a parlé {} minutes devant les députés, puis il est parti sans rien."
MINUTES = cycle(range(2, 1000))

OK = "ok"
PATIENCE = 3  # seconds for the database; who asks for readiness waits
FRESH = 10  # seconds for which a translation proves that the engine works
STALLED = 60  # seconds without a translation after which an engine with a full queue is stuck

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """The model translates.

    Attributes:
        status: `ready`, or `busy` if a request would be refused with 429 now. Busy is no reason to
            send requests elsewhere, where it is as busy: a refusal says when to come again.
        store: `ok`, or what is wrong with the database; articles are translated all the same.
    """

    status: Literal["ready", "busy"] = "ready"
    model: Provenance
    store: str = OK


class Model(BaseModel):
    """What translates.

    Attributes:
        max_tokens: the longest segment that is translated whole, in source tokens.
    """

    name: str
    sha256: str
    licence: str
    source: str
    target: str
    engine: str
    settings: str
    max_tokens: int


class LanguagePair(BaseModel):
    """A language and one it is translated into, as ISO 639-1 codes."""

    source: str
    target: str


@router.get("/healthz")
async def healthz() -> Health:
    """Answer while the process is alive; does not touch the model."""
    return Health()


@router.get("/readyz", responses={503: {"model": ErrorBody}})
async def readyz(request: Request) -> Ready:
    """Say whether the model translates: for others of late, else a known sentence now."""
    pipeline: Pipeline = request.app.state.pipeline
    scheduler: Scheduler = request.app.state.scheduler
    stats = scheduler.stats()
    if stats.full and stats.idle_seconds > STALLED:
        raise EngineFailed(
            f"the queue is full, and nothing was translated for {stats.idle_seconds:.0f} s",
            hint="restart the service",
        )
    if stats.idle_seconds > FRESH and not stats.full:
        with suppress(Overloaded):  # it has filled up meanwhile
            await translate_known_sentence(request)
    return Ready(
        status="busy" if scheduler.stats().full else "ready",
        model=pipeline.provenance(),
        store=await state_of(request.app.state.store),
    )


async def translate_known_sentence(request: Request) -> None:
    """Translate it; it is no article to be counted.

    Raises:
        EngineFailed: it came out as something else.
    """
    wishes = Wishes(summary_words=0)
    sentence = KNOWN_SENTENCE.format(next(MINUTES))

    def work(pipeline: Pipeline) -> Article:
        return replace(pipeline, observer=UNOBSERVED).translate_article(sentence, wishes)

    article = await in_lane(request, sentence, work)
    if "president" not in article.translation.lower():
        raise EngineFailed(
            f"the known sentence came out as {article.translation!r}",
            hint="run `interligne models verify`",
        )


async def state_of(store: Store) -> str:
    """Say whether a database works, or what is wrong with it."""
    with move_on_after(PATIENCE):
        try:
            await to_thread.run_sync(store.check, abandon_on_cancel=True)
        except StoreUnavailable as error:
            return error.message
        return OK
    return f"the database does not answer within {PATIENCE} s"


@router.get("/v1/model")
async def model(request: Request) -> Model:
    """Tell what translates: the model, the library and its settings."""
    pipeline: Pipeline = request.app.state.pipeline
    record, made_by = pipeline.bundle.record, pipeline.provenance()
    return Model(
        name=made_by.model,
        sha256=made_by.sha256,
        licence=record.licence,
        source=record.source,
        target=record.target,
        engine=made_by.engine,
        settings=made_by.settings,
        max_tokens=pipeline.engine.max_tokens,
    )


@router.get("/v1/languages")
async def language_pairs(request: Request) -> list[LanguagePair]:
    """List what is translated into what."""
    pipeline: Pipeline = request.app.state.pipeline
    record = pipeline.bundle.record
    return [LanguagePair(source=record.source, target=record.target)]


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """Tell Prometheus how it is doing: numbers only, no text, no address, no key."""
    numbers: Metrics = request.app.state.metrics
    return Response(numbers.text(), media_type=CONTENT_TYPE_LATEST)
