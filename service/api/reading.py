"""`POST /v1/articles/read`: the French in a file, to be seen before it is translated."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from service import formats
from service.api.errors import ErrorBody
from service.intake import require_text
from service.pipeline import Pipeline

BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string"}}}, "required": True}

router = APIRouter(prefix="/v1", tags=["articles"])


class ReadFile(BaseModel):
    """What a file holds, as the fields of `POST /v1/articles` want it."""

    text: str
    title: str | None


@router.post(
    "/articles/read",
    responses={status: {"model": ErrorBody} for status in (400, 413, 422)},
    openapi_extra={"requestBody": BYTES},
)
async def read_file(
    request: Request,
    name: Annotated[str, Query(max_length=400, description="Its suffix tells the format.")],
) -> ReadFile:
    """Read the text of a file, sent as it is."""
    pipeline: Pipeline = request.app.state.pipeline
    document = await run_in_threadpool(formats.read, await request.body(), name)
    require_text(document.text, pipeline.settings.max_characters)
    return ReadFile(text=document.text, title=document.title)
