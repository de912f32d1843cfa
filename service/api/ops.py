"""For operators: is it alive, can it translate."""

from itertools import cycle

from fastapi import APIRouter, Request
from pydantic import BaseModel

from service.api.errors import ErrorBody
from service.api.lanes import in_lane
from service.article import Provenance
from service.errors import EngineFailed
from service.pipeline import Wishes

# Long enough for its language to be looked at, so that a first article finds everything loaded.
# A different number each time, or the answer would come from the memory of recent segments.
KNOWN_SENTENCE = "Le président a parlé {} minutes devant les députés, puis il est parti sans rien."
MINUTES = cycle(range(2, 1000))

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """The model translates."""

    status: str = "ready"
    model: Provenance


@router.get("/healthz")
def healthz() -> Health:
    """Answer while the process is alive; does not touch the model."""
    return Health()


@router.get("/readyz", responses={503: {"model": ErrorBody}})
async def readyz(request: Request) -> Ready:
    """Translate a known sentence, so that ready means ready."""
    wishes = Wishes(summary_words=0)
    sentence = KNOWN_SENTENCE.format(next(MINUTES))
    article = await in_lane(
        request, sentence, lambda pipeline: pipeline.translate_article(sentence, wishes)
    )
    if "president" not in article.translation.lower():
        raise EngineFailed(
            f"the known sentence came out as {article.translation!r}",
            hint="run `interligne models verify`",
        )
    assert article.provenance is not None
    return Ready(model=article.provenance)
