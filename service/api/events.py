"""`POST /v1/articles` answered as server-sent events, for `Accept: text/event-stream`.

In this order:

* `paragraph`: a `StreamedParagraph`, in the order of the article, each as soon as it is translated;
* `revise`: the same, for a paragraph that differs in the end from what was told of it;
* `names`, `summary`: those of the JSON answer;
* `done`: the provenance, and counts; or `error`: our one shape, and the stream is over.

The paragraphs and their revisions together are the JSON answer, to the character. What fails before
the first event is an ordinary answer with its own status. Comments keep an idle connection open.

To resume, send the same request with `Last-Event-ID`, as clients of fetch-event-source do by
themselves (a browser's own EventSource cannot post). Nothing is kept for that: an id is the number
of the event and a digest of all events up to it, so the article is translated again, from the
scheduler's memory of recent segments, and what the client has is left out. If the digest differs,
or the id is strange, the stream begins anew. After `done` there is nothing left: 204.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json
from sse_starlette import EventSourceResponse, ServerSentEvent

from service.api.errors import ErrorBody, fault_of
from service.api.lanes import in_lane
from service.article import Article, Provenance
from service.errors import InterligneError, UnresolvedNames
from service.pipeline import Pipeline, Wishes
from service.stream import StreamedParagraph, revisions

EVENT_STREAM = "text/event-stream"
HEARTBEAT = 15  # seconds between comments
DIGEST_CHARACTERS = 16

Events = AsyncGenerator[ServerSentEvent, None]


@dataclass(frozen=True, slots=True)
class Done:
    """The last event: what translated, and how much of what there is."""

    provenance: Provenance | None
    paragraphs: int
    revised: int
    sentences: int
    red: int
    names: int
    unresolved: int


def are_wanted(request: Request) -> bool:
    """Whether the client asks for events."""
    return EVENT_STREAM in request.headers.get("accept", "")


async def answer(request: Request, text: str, wishes: Wishes) -> Response:
    """Translate an article into a stream of events.

    Raises:
        InterligneError: what fails before there is anything to tell.
    """
    events = translated(request, text, wishes)
    first = await anext(events, None)
    if first is None:
        return Response(status_code=204)
    pipeline: Pipeline = request.app.state.pipeline
    return EventSourceResponse(
        with_failure(first, events),
        ping=HEARTBEAT,
        shutdown_grace_period=pipeline.settings.deadline,  # what was accepted is finished
    )


async def translated(request: Request, text: str, wishes: Wishes) -> Events:
    """Yield the events as a thread makes them; closing this frees the lane."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[ServerSentEvent | BaseException | None] = asyncio.Queue()

    def send(event: ServerSentEvent) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    outbox = Outbox(send, request.headers.get("last-event-id", ""))
    work = asyncio.create_task(
        in_lane(request, text, lambda pipeline: tell(pipeline, text, wishes, outbox))
    )
    work.add_done_callback(
        lambda _: queue.put_nowait(None if work.cancelled() else work.exception())
    )
    try:
        while event := await queue.get():
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        work.cancel()


async def with_failure(first: ServerSentEvent, events: Events) -> AsyncIterator[ServerSentEvent]:
    """Go on after the first event, and make a failure an event, the last."""
    async with aclosing(events):
        yield first
        try:
            async for event in events:
                yield event
        except InterligneError as error:
            # Without an id: who resumes does so after what was told, and may have more luck.
            body = ErrorBody(error=fault_of(error))
            yield ServerSentEvent(body.model_dump_json(), event="error")


class Outbox:
    """Numbers events and sends those that the client does not have.

    Args:
        send: takes each event.
        last_id: the id of the last event that the client has; "" for none.
    """

    def __init__(self, send: Callable[[ServerSentEvent], None], last_id: str) -> None:
        self._send = send
        self._last_id = last_id
        self._held: list[ServerSentEvent] = []
        self._to_hold = number_in(last_id)
        self._count = 0
        self._digest = hashlib.sha256()

    def put(self, name: str, value: Any) -> None:
        """Send a value as the next event, or hold it back while the client may have it."""
        event = self._numbered(name, to_json(value).decode())
        if self._count > self._to_hold:
            self._send(event)
            return
        self._held.append(event)
        if self._count == self._to_hold:
            if event.id == self._last_id:
                self._held.clear()
            self.flush()

    def flush(self) -> None:
        """Send what was held back."""
        for event in self._held:
            self._send(event)
        self._held.clear()

    def _numbered(self, name: str, data: str) -> ServerSentEvent:
        self._count += 1
        self._digest.update(f"{name}\n{data}\n".encode())
        number = f"{self._count}-{self._digest.hexdigest()[:DIGEST_CHARACTERS]}"
        return ServerSentEvent(data, event=name, id=number)


def number_in(event_id: str) -> int:
    """Read the number in an id; 0 if it is none of ours."""
    number = event_id.partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def tell(pipeline: Pipeline, text: str, wishes: Wishes, outbox: Outbox) -> None:
    """Translate an article and put all there is to tell of it into the outbox."""
    told: list[StreamedParagraph] = []

    def on_paragraph(paragraph: StreamedParagraph) -> None:
        told.append(paragraph)
        outbox.put("paragraph", paragraph)

    try:
        article = pipeline.translate_article(text, wishes, on_paragraph)
        outbox.put("done", done(article, tell_end(article, told, outbox)))
        outbox.flush()
    except UnresolvedNames as error:  # strict, but nothing is lost
        tell_end(error.article, told, outbox)
        outbox.flush()
        raise


def tell_end(article: Article, told: list[StreamedParagraph], outbox: Outbox) -> int:
    """Tell what changed, the names and the summary; return how many paragraphs were revised."""
    revised = list(revisions(told, article))
    for paragraph in revised:
        outbox.put("revise", paragraph)
    outbox.put("names", article.names)
    outbox.put("summary", article.summary)
    return len(revised)


def done(article: Article, revised: int) -> Done:
    """Count what there is."""
    sentences = [sentence for _, _, sentence in article.sentences()]
    return Done(
        provenance=article.provenance,
        paragraphs=len(article.paragraphs),
        revised=revised,
        sentences=len(sentences),
        red=sum(sentence.is_red for sentence in sentences),
        names=len(article.names),
        unresolved=len(article.unresolved()),
    )
