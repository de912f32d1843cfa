"""`POST /v1/articles`: translate one article, sent as JSON or as plain text."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from service.api import events
from service.api.bodies import (
    FORM,
    JSON,
    WRONG_TYPE,
    fields_in,
    first_accepted,
    is_json,
    media_type_of,
    preceded,
    read_text,
)
from service.api.errors import ErrorBody
from service.api.glossaries import take
from service.api.lanes import in_lane
from service.api.memory import memory_of
from service.api.schemas import ArticleBody, glossary_from, summary_words_of
from service.article import Article
from service.errors import BadInput
from service.names.glossary import Glossary, layered
from service.pipeline import Wishes

BEGIN_OF_JSON = re.compile(r'\s*\{\s*"\w+"\s*:')
PLAIN = {"", "text/plain", "text/markdown", FORM, "application/octet-stream"}


class PlainTextToo(APIRoute):
    """A route whose JSON body may also be sent as its `text` alone, the other fields in the query.

    What calls itself a form is read as text too: `curl --data-binary @article.txt` says that it is.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler so that it always sees JSON."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if not is_json(request):
                require_plain(request)
            text = await read_text(request)
            if not is_json(request):
                require_no_json(text)
                text = json.dumps({**fields_in(request.query_params), "text": text})
            return await handler(with_json(request, text))

        return handle


def require_plain(request: Request) -> None:
    """Refuse what is no text by its own account.

    Raises:
        HTTPException: it is of a kind that would have to be unpacked first.
    """
    if media_type_of(request) not in PLAIN:
        raise HTTPException(WRONG_TYPE, f"the media type is neither {JSON} nor text/plain")


def require_no_json(text: str) -> None:
    """Refuse JSON that was sent as text, as `curl -d '{"text": ...}'` does.

    Raises:
        BadInput: it begins like a JSON object.
    """
    if BEGIN_OF_JSON.match(text):
        raise BadInput(
            "the body looks like JSON and does not say so",
            where="content-type",
            hint=f"send Content-Type: {JSON}",
        )


def with_json(request: Request, text: str) -> Request:
    """Copy a request with another body, as JSON."""
    headers = [(k, v) for k, v in request.scope["headers"] if k != b"content-type"]
    scope = {**request.scope, "headers": [*headers, (b"content-type", JSON.encode())]}

    body: Message = {"type": "http.request", "body": text.encode(errors="surrogatepass")}
    return Request(scope, preceded(body, request.receive))


router = APIRouter(prefix="/v1", tags=["articles"], route_class=PlainTextToo)


@router.post(
    "/articles",
    response_model=Article,
    responses={
        200: {"content": {events.EVENT_STREAM: {"schema": {"type": "string"}}}},
        204: {"description": "Events: nothing follows the one that Last-Event-ID names."},
        **{
            status: {"model": ErrorBody} for status in (400, 404, 406, 413, 415, 422, 429, 503, 504)
        },
    },
    openapi_extra={
        "requestBody": {
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "M. Poutine a reçu Bachar Al-Assad à Sotchi.",
                }
            }
        }
    },
)
async def translate_article(body: ArticleBody, request: Request) -> Article | Response:
    """Translate a French article: names the same throughout, a summary in both languages.

    With `Accept: text/event-stream` the answer comes as server-sent events: `paragraph` for each as
    soon as it is translated, `revise` for those that change in the end, `names`, `summary`, and
    `done` or `error`. To resume, send the same again with `Last-Event-ID`.
    """
    first_accepted(request, [events.EVENT_STREAM])
    stored = await take(request, body.glossary_id)
    wishes = Wishes(
        title=body.title,
        glossary=layered(glossary_from(body.glossary) or Glossary(), stored.glossary),
        glossaries=stored.versions,
        summary_words=summary_words_of(body, request.app.state.pipeline.settings),
        detect_language=body.source == "auto",
        strict=body.strict,
        memory=memory_of(request) if body.memory else None,
    )
    if events.are_wanted(request):
        return await events.answer(request, body.text, wishes)
    return await in_lane(
        request, body.text, lambda pipeline: pipeline.translate_article(body.text, wishes)
    )
