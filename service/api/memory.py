"""`/v1/memory`: sentences whose English a person has confirmed, to be used again.

There is one memory for each API key, and one that is everybody's, which `shared` names. An article
that asks for `memory` is translated with both.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from service.api.bodies import (
    JSON,
    WRONG_TYPE,
    from_json,
    is_json,
    media_type_of,
    read_bytes,
    read_text,
)
from service.api.errors import ErrorBody
from service.api.gate import owner_of
from service.memory import LONGEST, LONGEST_NOTE, Memory, Pair, tmx
from service.names.files import BY_SUFFIX
from service.store.memory import Added, Memories, StoredPair
from service.store.tables import SHARED

TMX = BY_SUFFIX[".tmx"].media_types
XML = ("application/xml", "text/xml")
HIGHEST = 2**53  # number of a pair, the highest that JavaScript counts to
DISPOSITION = {"content-disposition": 'attachment; filename="memory.tmx"'}

Sentence = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"\S")]
Shared = Annotated[bool, Query(description="The memory that is everybody's, not one's own.")]


class PairBody(BaseModel):
    """A sentence in French and the English that a person has confirmed."""

    model_config = ConfigDict(extra="forbid")

    source: Sentence
    target: Sentence
    note: str = Field("", max_length=LONGEST_NOTE)


class PairsBody(BaseModel):
    """Pairs to keep; one takes the place of another with the same French."""

    model_config = ConfigDict(extra="forbid")

    pairs: list[PairBody] = Field(min_length=1, max_length=10_000)


class MemoryPage(BaseModel):
    """Pairs in the order in which they came; `next` is the `after` of the next page."""

    pairs: list[StoredPair]
    next: int | None


class Removed(BaseModel):
    """How many pairs were forgotten."""

    removed: int


_tmx: dict[str, Any] = {TMX[0]: {"schema": {"type": "string"}}}
_sent: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": PairsBody.model_json_schema()}, **_tmx},
    }
}
_errors: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 404, 413, 415, 422, 503)
}

router = APIRouter(prefix="/v1/memory", tags=["memory"], responses=_errors)


@router.post("", openapi_extra=_sent)
async def add_pairs(request: Request, *, shared: Shared = False) -> Added:
    """Keep pairs, sent as JSON or as a TMX file: all of them or, if one is wrong, none."""
    if is_json(request):
        body = await run_in_threadpool(from_json, PairsBody, await read_text(request))
        pairs: Iterable[Pair] = [Pair(one.source, one.target, one.note) for one in body.pairs]
    elif media_type_of(request) in (*TMX, *XML):
        pairs = tmx.read(await read_bytes(request), where="body")
    else:
        raise HTTPException(WRONG_TYPE, f"the media type is neither {JSON} nor {TMX[0]}")
    memories, owner = memories_of(request), whose(request, shared=shared)
    return await run_in_threadpool(lambda: memories.add(pairs, owner))


@router.get("", responses={200: {"model": MemoryPage, "content": _tmx}})
def list_pairs(
    request: Request,
    *,
    q: Annotated[str, Query(max_length=400, description="What they contain.")] = "",
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[int, Query(ge=0, le=HIGHEST)] = 0,
    shared: Shared = False,
) -> Response:
    """List pairs; or with `Accept: application/x-tmx+xml`, all of them as a file."""
    memories, owner = memories_of(request), whose(request, shared=shared)
    accepted = request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    if accepted.lower() in TMX:
        memories.size(owner)  # what is wrong with the store is told before the answer begins
        pieces = tmx.write(memories.pairs(owner))
        return StreamingResponse(pieces, media_type=TMX[0], headers=DISPOSITION)
    page = memories.page(owner, size=size, after=after, containing=q)
    following = page[-1].id if len(page) == size else None
    told = MemoryPage(pairs=page, next=following)
    return Response(told.model_dump_json(), media_type=JSON)


@router.delete("")
def clear_memory(
    request: Request,
    *,
    everything: Annotated[bool, Query(description="Must be true: no slip forgets all.")],
    shared: Shared = False,
) -> Removed:
    """Forget every pair."""
    if not everything:
        return Removed(removed=0)
    return Removed(removed=memories_of(request).clear(whose(request, shared=shared)))


@router.delete("/{pair_id}", status_code=204)
def delete_pair(
    request: Request, pair_id: Annotated[int, Path(ge=1, le=HIGHEST)], *, shared: Shared = False
) -> None:
    """Forget a pair."""
    memories_of(request).delete(pair_id, whose(request, shared=shared))


def whose(request: Request, *, shared: bool) -> str:
    """Say whose memory a request is about."""
    return SHARED if shared else owner_of(request)


def memory_of(request: Request) -> Memory:
    """Give the memory that articles of a request are translated with."""
    return memories_of(request).of(owner_of(request))


def memories_of(request: Request) -> Memories:
    """The memories of the application."""
    memories: Memories = request.app.state.memories
    return memories
