"""What becomes of more requests than can be done: a real server, an engine of one speed."""

import asyncio
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx2
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from service.api.lanes import Door
from service.decoding import Decoding, Hypothesis
from service.engines.scheduler import Scheduler
from tests.api.serving import serving
from tests.fakes import ScriptedEngine, scripted_pipeline

DEADLINE = 4.0  # seconds
RATE = 2000  # tokens a second
BATCH = 256  # tokens; to replicas of a cluster go no fewer at once, where there are more to do
CLIENTS, ARTICLES = 4, 16  # of the closed loop that measures the capacity
TIMES, SECONDS = 10, 2.0  # the flood
LATE = 0.05  # of all, 503 at most: the estimate is an estimate


class SteadyEngine(ScriptedEngine):
    """Takes the same time for every token."""

    def translate(
        self, segments: Any, decoding: Decoding, prefixes: Any = None
    ) -> list[list[Hypothesis]]:
        """Sleep as long as a translation would take, and answer."""
        time.sleep(sum(self.count_tokens(segment) + 1 for segment in segments) / RATE)
        return super().translate(segments, decoding, prefixes)


def article(number: int) -> dict[str, str]:
    """Make a text of two long sentences that no other has."""
    words = " ".join(["mot"] * 46)
    return {"text": f"Le {words} a{number}. Un {words} b{number}.", "source": "fr"}


async def ask(http: httpx2.AsyncClient, number: int) -> tuple[httpx2.Response, float]:
    """Send an article; return the answer and the seconds it took."""
    begin = time.perf_counter()
    response = await http.post("/v1/articles", json=article(number))
    return response, time.perf_counter() - begin


async def measured(http: httpx2.AsyncClient) -> float:
    """Tell how many articles a second are done for a few clients that wait for their answers."""
    todo = iter(range(ARTICLES))

    async def one_client() -> None:
        for number in todo:
            response, _ = await ask(http, number)
            assert response.status_code == 200

    begin = time.perf_counter()
    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return ARTICLES / (time.perf_counter() - begin)


async def flooded(address: str) -> tuple[float, list[tuple[httpx2.Response, float]], float]:
    """Measure the capacity, send ten times as much, ask once more at the end."""
    async with httpx2.AsyncClient(base_url=address, timeout=60) as http:
        capacity = await measured(http)
        asked = []
        for number in range(int(TIMES * capacity * SECONDS)):
            asked.append(asyncio.create_task(ask(http, 1000 + number)))
            await asyncio.sleep(1 / (TIMES * capacity))
        replies = await asyncio.gather(*asked)
        _, seconds = await ask(http, 999)
        return capacity, replies, seconds


def test_ten_times_too_much_is_refused_at_once_and_the_rest_is_done_in_time() -> None:
    """Every request has an answer; hardly one is late; the engine is not idle for it."""
    pipeline = scripted_pipeline(
        engine=SteadyEngine(), deadline=DEADLINE, batch_tokens=BATCH, cache_segments=0
    )
    pipeline.translate_article(article(0)["text"])  # reads all tables
    with serving(pipeline) as address:
        capacity, replies, after = asyncio.run(flooded(address))
    counts = Counter(response.status_code for response, _ in replies)
    assert set(counts) <= {200, 429, 503}
    assert counts[503] <= LATE * len(replies)
    assert counts[429] > len(replies) / 2
    assert counts[200] >= capacity * SECONDS / 2
    assert all(int(r.headers["retry-after"]) >= 1 for r, _ in replies if r.status_code != 200)
    refused = [(r, seconds) for r, seconds in replies if r.status_code == 429]
    assert all(response.json()["error"]["code"] == "overloaded" for response, _ in refused)
    assert sorted(seconds for _, seconds in refused)[len(refused) // 2] < DEADLINE / 4
    assert after < DEADLINE


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
        [ScriptedEngine()], batch_tokens=64, queue_tokens=1024, cache_segments=0
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
