"""What comes through the door, and as what: whole bodies and parts, before a busy service."""

import asyncio
from types import SimpleNamespace

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from service.api.door import Door
from service.engines.scheduler import Scheduler
from tests.fakes import ScriptedEngine, scripted_pipeline

PLAIN, AS_JSON = b"text/plain", b"application/json"


def at_the_door(
    *messages: Message | Exception,
    media_type: bytes = PLAIN,
    path: str = "/v1/articles",
    busy: int = 0,
) -> tuple[list[Message], list[Message | str], int]:
    """Knock with a body that comes in these messages, while a service is so busy.

    Return what was answered, what the app behind the door received, and how many messages are left.
    """
    sent: list[Message] = []
    received: list[Message | str] = []
    coming = list(messages)

    async def receive() -> Message:
        message = coming.pop(0)
        if isinstance(message, Exception):
            raise message
        return message

    async def send(message: Message) -> None:
        sent.append(message)

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            received.extend([await receive() for _ in messages])
        except HTTPException as error:
            received.append(error.detail)

    pipeline = scripted_pipeline(deadline=2.0)
    with Scheduler(
        [ScriptedEngine()], batch_tokens=64, queue_tokens=1024, requests=256, cache_segments=0
    ) as scheduler:
        state = SimpleNamespace(scheduler=scheduler, pipeline=pipeline)
        scope = {"type": "http", "method": "POST", "app": SimpleNamespace(state=state)}
        scope["headers"] = [(b"content-length", b"8000"), (b"content-type", media_type)]
        lanes = [scheduler.lane(tokens=128) for _ in range(busy)]
        asyncio.run(Door(behind)({**scope, "path": path}, receive, send))
        assert len(lanes) == busy
    return sent, received, len(coming)


def body(content: bytes, *, more: bool = False) -> Message:
    """Make a message that holds a body or a part of one."""
    return {"type": "http.request", "body": content, "more_body": more}


def test_the_door_passes_a_body_on_as_it_came() -> None:
    """What it has looked at, the reader receives again, in order."""
    parts = [body(b"Il ", more=True), body(b"pleut.")]
    assert at_the_door(*parts) == ([], parts, 0)


def test_an_article_that_there_is_no_room_for_is_refused_at_the_door() -> None:
    """It is answered 429 with Retry-After, and neither it nor the rest of its body is read."""
    sent, received, left = at_the_door(body(b"Il ", more=True), body(b"pleut."), busy=8)
    assert sent[0]["status"] == 429
    assert (b"retry-after", b"1") in sent[0]["headers"]
    assert (received, left) == ([], 1)


def test_the_door_measures_the_text_as_its_lane_will() -> None:
    """With room for 128 tokens, 511 characters pass and 600 do not, as text and as JSON alike."""
    for media_type, wrapped in ((PLAIN, "%s"), (AS_JSON, '{"glossary": [], "text": "%s"}')):
        for length, passes in ((511, True), (600, False)):
            content = (wrapped % ("é" * length)).encode()
            sent, received, _ = at_the_door(body(content), media_type=media_type, busy=7)
            assert (bool(received), bool(sent)) == (passes, not passes), (media_type, length)


def test_only_articles_are_measured_at_the_door() -> None:
    """A job may wait, and what is no JSON or has no text is refused by who understands it."""
    content = body(b"x" * 8000)
    assert at_the_door(content, path="/v1/jobs", busy=8) == ([], [content], 0)
    for wrong in (b'{"text": 7}', b"[1, 2]", b'{"text"'):
        assert at_the_door(body(wrong), media_type=AS_JSON, busy=7) == ([], [body(wrong)], 0)


def test_a_body_that_fails_fails_in_the_hands_of_its_reader() -> None:
    """The door hands the failure on, for the reader answers in the words of its route."""
    assert at_the_door(HTTPException(408, "too slow")) == ([], ["too slow"], 0)
