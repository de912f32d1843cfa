"""For operators: is it alive, can it translate, with what, and how is it doing."""

from dataclasses import replace
from itertools import cycle

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from service.api.errors import ErrorBody
from service.api.lanes import in_lane
from service.api.metrics import Metrics
from service.article import Article, Provenance
from service.errors import EngineFailed, StoreUnavailable
from service.observer import UNOBSERVED
from service.pipeline import Pipeline, Wishes
from service.store import Store

# Long enough for its language to be looked at, so that a first article finds everything loaded.
# A different number each time, or the answer would come from the memory of recent segments.
KNOWN_SENTENCE = "Le président a parlé {} minutes devant les députés, puis il est parti sans rien."
MINUTES = cycle(range(2, 1000))

OK = "ok"
PATIENCE = 3  # seconds for the database; who asks for readiness waits

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """The model translates.

    Attributes:
        store: `ok`, or what is wrong with the database; articles are translated all the same.
    """

    status: str = "ready"
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
def healthz() -> Health:
    """Answer while the process is alive; does not touch the model."""
    return Health()


@router.get("/readyz", responses={503: {"model": ErrorBody}})
async def readyz(request: Request) -> Ready:
    """Translate a known sentence, so that ready means ready."""
    wishes = Wishes(summary_words=0)
    sentence = KNOWN_SENTENCE.format(next(MINUTES))

    def work(pipeline: Pipeline) -> Article:
        """Translate it; it is no article to be counted."""
        return replace(pipeline, observer=UNOBSERVED).translate_article(sentence, wishes)

    article = await in_lane(request, sentence, work)
    if "president" not in article.translation.lower():
        raise EngineFailed(
            f"the known sentence came out as {article.translation!r}",
            hint="run `interligne models verify`",
        )
    assert article.provenance is not None
    return Ready(model=article.provenance, store=await state_of(request.app.state.store))


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
