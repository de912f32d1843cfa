"""The log and the id of every request, and what happens when all fails."""

import json
import logging
from collections.abc import Iterator

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect
from starlette.types import Message

from service.api import create_app, logs
from service.api.metrics import Metrics
from service.api.watch import Watch
from tests.api.test_metrics import ANSWERS, FRENCH, SECRETS, BrokenEngine
from tests.fakes import scripted_pipeline


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Take our handlers off the root logger again."""
    yield
    root = logging.getLogger()
    ours = (logs.JsonFormatter, logs.TextFormatter)
    for handler in root.handlers[:]:
        if isinstance(handler.formatter, ours):
            root.removeHandler(handler)


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a scripted service."""
    with TestClient(create_app(scripted_pipeline(ANSWERS))) as client:
        yield client


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Read the log."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_a_line_of_json(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Route, status, time and id: enough to find out what happened."""
    logs.configure("json")
    client.post("/v1/articles", json={"text": FRENCH}, headers={"x-request-id": "abc-1"})
    (line,) = lines(capsys)
    seconds, time = line.pop("seconds"), line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "interligne.access",
        "message": "answered",
        "method": "POST",
        "route": "/v1/articles",
        "status": 200,
        "request_id": "abc-1",
    }
    assert isinstance(seconds, float)
    assert str(time).endswith("+00:00")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-1", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ('x"\\', False)],
)
def test_the_id_of_the_caller_is_kept_if_it_is_one(
    client: TestClient, given: str, kept: bool
) -> None:
    """A caller can follow its request; what would spoil a log is replaced."""
    told = client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"]
    assert (told == given) is kept
    assert logs.request_id.get() == ""


def test_each_request_has_an_id_of_its_own(client: TestClient) -> None:
    """Without one of the caller it is made up, also for what is refused."""
    first = client.get("/healthz").headers["x-request-id"]
    second = client.get("/nothing").headers["x-request-id"]
    assert first != second
    assert len(first) == len(second) == 32


def test_no_text_and_no_key_is_logged(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever a client may put them."""
    logs.configure("json")
    query = {"q": FRENCH, "source": "fr", "target": "en", "api_key": "s3cret"}
    client.post("/translate", params=query)
    client.post("/v1/articles", json={"text": FRENCH}, headers={"x-api-key": "s3cret"})
    client.get("/Poutine/s3cret")
    client.post("/v1/articles", json={"text": FRENCH, "s3cret": 1})
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 4
    assert not [secret for secret in SECRETS if secret in told]


def test_a_fault_that_nobody_foresaw_is_a_500_in_our_shape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The caller gets an id; the log gets the place of the fault, and nothing of the text."""
    logs.configure("json")
    with TestClient(create_app(scripted_pipeline(engine=BrokenEngine()))) as client:
        answer = client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert answer.headers["x-request-id"] in answer.json()["error"]["hint"]
    assert answer.headers["x-frame-options"] == "DENY"
    fault, access = lines(capsys)
    assert access["status"] == 500
    assert fault["request_id"] == access["request_id"] == answer.headers["x-request-id"]
    assert "in count_tokens" in str(fault["exception"])
    assert str(fault["exception"]).endswith("RuntimeError")
    assert "Poutine" not in str(fault)


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """There is nobody to answer, and nothing for the operator to look into."""
    logs.configure("json")
    scope: dict[str, object] = {"type": "http", "method": "POST", "path": "/", "headers": []}

    async def leave(*_: object) -> None:
        raise ClientDisconnect

    async def receive() -> Message:
        raise AssertionError("nobody reads")

    async def send(_: Message) -> None:
        raise AssertionError("nobody listens")

    anyio.run(Watch(leave, Metrics()), scope, receive, send)
    (line,) = lines(capsys)
    assert (line["level"], line["status"]) == ("INFO", 499)


def test_the_log_can_be_text(capsys: pytest.CaptureFixture[str]) -> None:
    """For people: the same facts on a line, and an exception below."""
    logs.configure("text")
    with TestClient(create_app(scripted_pipeline(engine=BrokenEngine()))) as client:
        client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    told = capsys.readouterr().err.splitlines()
    assert " ERROR interligne.access a request failed" in told[0]
    assert told[-2] == "RuntimeError"
    assert " INFO interligne.access answered method=POST route=/v1/articles status=500" in told[-1]


def test_warnings_of_libraries_are_logged_and_their_chatter_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our log and the server's begin at INFO, all others at WARNING."""
    server = logging.getLogger("uvicorn")  # other tests run it with a log of its own
    monkeypatch.setattr(server, "handlers", [])
    monkeypatch.setattr(server, "propagate", True)
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "level", logging.NOTSET)
    logs.configure("json")
    for name in ("uvicorn.error", "interligne", "httpx"):
        logging.getLogger(name).info("hello")
        logging.getLogger(name).warning("careful")
    assert [(line["logger"], line["message"]) for line in lines(capsys)] == [
        ("uvicorn.error", "hello"),
        ("uvicorn.error", "careful"),
        ("interligne", "hello"),
        ("interligne", "careful"),
        ("httpx", "careful"),
    ]
