"""What becomes of more requests than can be done: a real server, an engine of one speed."""

import asyncio
import time
from collections import Counter
from typing import Any

import httpx2

from service.decoding import Decoding, Hypothesis
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
