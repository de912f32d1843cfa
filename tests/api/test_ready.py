"""`/readyz`: ready, busy or stuck, without a place in a full queue."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from service.api import create_app, ops
from service.engines.scheduler import Scheduler
from tests.fakes import ScriptedEngine, scripted_pipeline

KNOWN_ANSWER = "The president spoke {} minutes to the deputies, then he left without anything."
ARTICLE = {"text": "Un chat dort.", "source": "fr"}


class ReadyEngine(ScriptedEngine):
    """Knows the known sentence, whatever its number."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = {
            ops.KNOWN_SENTENCE.format(number): KNOWN_ANSWER.format(number) for number in range(1000)
        }


@pytest.fixture
def engine() -> ReadyEngine:
    """The engine of the client."""
    return ReadyEngine()


@pytest.fixture
def client(engine: ReadyEngine) -> Iterator[TestClient]:
    """A client of a service with a small queue."""
    pipeline = scripted_pipeline(engine=engine, queue_tokens=1024)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


@contextmanager
def full(client: TestClient) -> Iterator[None]:
    """Take all places in the queue."""
    scheduler: Scheduler = client.app.state.scheduler  # type: ignore[attr-defined]
    lanes = [scheduler.lane(tokens=128) for _ in range(8)]
    yield
    for lane in lanes:
        lane.cancel()


def test_an_idle_service_translates_to_be_ready_and_is_believed_for_a_while(
    client: TestClient, engine: ReadyEngine
) -> None:
    """The first probe has the known sentence translated, the next costs the engine nothing."""
    for _ in range(2):
        response = client.get("/readyz")
        assert (response.status_code, response.json()["status"]) == (200, "ready")
    assert len(engine.history) == 1


def test_what_is_translated_for_others_is_proof_enough(
    client: TestClient, engine: ReadyEngine
) -> None:
    """A probe does not compete with articles."""
    assert client.post("/v1/articles", json=ARTICLE).status_code == 200
    before = len(engine.history)
    assert client.get("/readyz").json()["status"] == "ready"
    assert len(engine.history) == before


def test_a_full_service_is_busy_and_not_refused(client: TestClient) -> None:
    """Articles get 429, the probe 200: it works, and says that it has no room."""
    client.get("/readyz")
    with full(client):
        assert client.post("/v1/articles", json=ARTICLE).status_code == 429
        response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "busy")


def test_a_full_queue_that_does_not_move_is_an_engine_that_is_stuck(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Busy with nothing is not ready."""
    client.get("/readyz")
    monkeypatch.setattr(ops, "STALLED", 0)
    with full(client):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "engine_failed")
