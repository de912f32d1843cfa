"""`POST /v1/articles` as server-sent events, over a real socket."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from sse_starlette.sse import AppStatus

from service.api import create_app, events
from service.decoding import Decoding, Hypothesis
from service.errors import EngineFailed
from tests.fakes import FailingEngine, ScriptedEngine, scripted_pipeline

ANSWERS = {
    "Viktor Fetissov arrive à Sotchi.": "Viktor Fetisov arrives in Sotchi.",
    "Viktor Fetissov part.": "Viktor Fetissov leaves.",
    "M. Fetissov dort.": "Mr. Fetissov sleeps.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "It is denied.",
}
TEXT = "date 2017-11 " + "\n\n".join(list(ANSWERS)[:3]) + "\n"
LAST = "Il parle " + "et parle " * 40 + "encore."  # too long to be in the batch of the first
LONG = "Un chat dort.\n\nIl rêve.\n\n" + LAST
STRICT: dict[str, Any] = {"text": "Un chat dort.\n\nMoscou dément.", "strict": True, "source": "fr"}


class GatedEngine(ScriptedEngine):
    """Does not begin the last sentence until the gate is opened; may fail on it then."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.fails = fails

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Wait at the gate with the last sentence."""
        if LAST in segments:
            assert self.gate.wait(20)
            if self.fails:
                raise EngineFailed("the engine gave up", hint="try again")
        return super().translate(segments, decoding, prefixes)


class Event(NamedTuple):
    """What a client reads."""

    id: str
    name: str
    data: Any


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx2.Client]:
    """Serve an app on a free port; the client's connections wait until it is ready."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            host, port = listener.getsockname()
            with httpx2.Client(base_url=f"http://{host}:{port}", timeout=20) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def app_with(engine: ScriptedEngine) -> FastAPI:
    """Make an app with small batches."""
    return create_app(scripted_pipeline(engine=engine, batch_tokens=64))


@pytest.fixture(scope="module")
def engine() -> ScriptedEngine:
    """The engine of the module's client."""
    return ScriptedEngine(ANSWERS)


@pytest.fixture(scope="module")
def client(engine: ScriptedEngine) -> Iterator[httpx2.Client]:
    """A client of a service whose engine knows a few sentences."""
    with serving(app_with(engine)) as client:
        yield client


@contextmanager
def opened(client: httpx2.Client, last_id: str = "", **body: Any) -> Iterator[httpx2.Response]:
    """Ask for events."""
    headers = {"accept": "text/event-stream"} | ({"last-event-id": last_id} if last_id else {})
    body = {"source": "fr", **body}
    with client.stream("POST", "/v1/articles", json=body, headers=headers) as response:
        yield response


def read(lines: Iterator[str]) -> Iterator[Event]:
    """Parse a stream as the specification says, as far as we use it."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if not line and fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif name:
            fields[name] = value


def all_events(client: httpx2.Client, last_id: str = "", **body: Any) -> list[Event]:
    """Read a stream to its end."""
    with opened(client, last_id, **body) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(read(response.iter_lines()))


def put_together(told: Sequence[Event], text: str) -> dict[str, Any]:
    """Build the JSON answer out of events, as a client can."""
    value = {event.name: event.data for event in told}
    newest = {e.data["index"]: e.data for e in told if e.name in ("paragraph", "revise")}
    article: dict[str, Any] = {"text": text, "paragraphs": [], "translation": ""}
    at = 0
    for index, one in sorted(newest.items()):
        assert index == len(article["paragraphs"])
        article["translation"] += text[at : one["start"]]
        at = one["start"] + len(one["source"])
        assert text[one["start"] : at] == one["source"]
        place = len(article["translation"])
        moved = {"start": one["start"], "end": one["start"]}
        moved |= {"target_start": place, "target_end": place}
        sentences = [s | {f: s[f] + by for f, by in moved.items()} for s in one["sentences"]]
        article["paragraphs"].append(
            {"start": one["start"], "end": at, "role": one["role"], "sentences": sentences}
        )
        article["translation"] += one["translation"]
    article["translation"] += text[at:]
    provenance = value["done"]["provenance"]
    return article | {x: value[x] for x in ("names", "summary")} | {"provenance": provenance}


def test_the_events_together_are_the_json_answer(client: httpx2.Client) -> None:
    """Nothing is said twice, nothing is missing, nothing differs."""
    body = {"text": TEXT, "title": "Un chat dort", "source": "fr"}
    told = all_events(client, **body)
    answer = client.post("/v1/articles", json=body).json()
    assert put_together(told, answer["text"]) == answer


def test_events_come_in_their_order_with_counts_at_the_end(client: httpx2.Client) -> None:
    """Paragraphs in the order of the article, what changed, names, summary, done."""
    told = all_events(client, text=TEXT)
    names = ["paragraph"] * 4 + ["revise", "names", "summary", "done"]
    assert [event.name for event in told] == names
    assert [event.data["index"] for event in told[:4]] == [0, 1, 2, 3]
    assert told[1].data["translation"] == "Viktor Fetisov arrives in Sochi."
    assert told[4].data["translation"] == "Viktor Fetissov arrives in Sochi."
    counts = {name: value for name, value in told[-1].data.items() if name != "provenance"}
    assert counts == {
        "paragraphs": 4,
        "revised": 1,
        "sentences": 4,
        "red": 0,
        "names": 2,
        "unresolved": 0,
    }


def test_the_text_alone_may_be_the_body(client: httpx2.Client) -> None:
    """`curl -H 'Accept: text/event-stream' --data-binary @article.txt` streams."""
    response = client.post(
        "/v1/articles?source=fr",
        content=b"Un chat dort.",
        headers={"accept": "text/event-stream", "content-type": "text/plain"},
    )
    assert next(read(iter(response.text.splitlines()))).name == "paragraph"


def test_the_first_paragraph_comes_before_the_engine_has_the_last() -> None:
    """A reader begins while the model works."""
    engine = GatedEngine()
    with serving(app_with(engine)) as client, opened(client, text=LONG) as response:
        told = read(response.iter_lines())
        assert next(told).data["translation"] == "<Un chat dort.>"
        assert next(told).data["translation"] == "<Il rêve.>"
        assert LAST not in chain.from_iterable(engine.history)
        engine.gate.set()
        assert [event.name for event in told] == ["paragraph", "names", "summary", "done"]


def test_a_client_that_goes_away_frees_its_work() -> None:
    """Its lane is closed while the engine is still busy, and nothing else of it is translated."""
    engine = GatedEngine()
    app = app_with(engine)
    rest = "\n\n".join(f"Le chat numéro {number} dort." for number in range(100))
    with serving(app) as client:
        with opened(client, text=f"{LONG}\n\n{rest}") as response:
            next(read(response.iter_lines()))
        try:
            assert app.state.scheduler.drain(10)
        finally:
            engine.gate.set()
    assert sum(map(len, engine.history)) < 50


def test_what_fails_before_the_first_event_has_its_own_status(client: httpx2.Client) -> None:
    """A client need not open a stream to learn that it sent nothing."""
    with opened(client, text=" ") as response:
        error = json.loads(response.read())["error"]
        assert (response.status_code, error["code"]) == (400, "empty_text")
    with serving(app_with(FailingEngine())) as failing, opened(failing, text=TEXT[13:]) as response:
        error = json.loads(response.read())["error"]
        assert (response.status_code, error["code"]) == (503, "engine_failed")


def test_what_fails_later_is_the_last_event_in_our_one_shape() -> None:
    """The paragraphs before it stand; it has no id, for there is something to come back for."""
    engine = GatedEngine(fails=True)
    with serving(app_with(engine)) as client, opened(client, text=LONG) as response:
        told = read(response.iter_lines())
        next(told)
        engine.gate.set()
        *_, last = told
    assert (last.id, last.name) == ("", "error")
    error = last.data["error"]
    assert error.keys() == {"code", "message", "hint", "where"}
    assert (error["code"], error["hint"]) == ("engine_failed", "try again")


def test_strict_mode_tells_everything_before_it_fails(client: httpx2.Client) -> None:
    """An unresolved name costs the caller nothing but `done`."""
    told = all_events(client, **STRICT)
    assert [e.name for e in told] == ["paragraph", "paragraph", "names", "summary", "error"]
    assert told[-1].data["error"]["code"] == "unresolved_names"


@pytest.mark.parametrize("body", [{"text": TEXT, "source": "fr"}, STRICT])
def test_a_stream_resumes_after_any_event(
    client: httpx2.Client, engine: ScriptedEngine, body: dict[str, Any]
) -> None:
    """Only what follows is told, and the engine has nothing to do for it."""
    told = all_events(client, **body)
    batches = len(engine.history)
    numbered = [event for event in told if event.id]
    for count, event in enumerate(numbered[:-1], start=1):
        assert all_events(client, event.id, **body) == told[count:]
    assert len(engine.history) == batches


def test_after_done_there_is_nothing_to_resume(client: httpx2.Client) -> None:
    """204 tells a client to stop."""
    with opened(client, all_events(client, text=TEXT)[-1].id, text=TEXT) as response:
        assert response.status_code == 204


@pytest.mark.parametrize("last_id", ["x", "3", "3-beef", "-1", "0-", "999-beef", "9" * 40 + "-a"])
def test_a_strange_id_begins_anew(client: httpx2.Client, last_id: str) -> None:
    """Whoever has something else gets everything."""
    assert all_events(client, last_id, text=TEXT) == all_events(client, text=TEXT)


def test_an_id_of_another_article_begins_anew(client: httpx2.Client) -> None:
    """An id says what was told, so it cannot be taken for that of another text."""
    other = all_events(client, text="Un chat dort.\n\nIl rêve.")
    assert all_events(client, other[1].id, text=TEXT) == all_events(client, text=TEXT)


def test_comments_keep_an_idle_stream_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that closes silent connections hears something while the engine works."""
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)
    engine = GatedEngine()
    with serving(app_with(engine)) as client, opened(client, text=LONG) as response:
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith(":"))
        engine.gate.set()


def test_a_service_that_stops_finishes_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was accepted is told to its end."""
    monkeypatch.setattr(AppStatus, "should_exit", True)
    engine = GatedEngine()
    with serving(app_with(engine)) as client, opened(client, text=LONG) as response:
        told = read(response.iter_lines())
        next(told)
        engine.gate.set()
        assert [event.name for event in told][-1] == "done"
