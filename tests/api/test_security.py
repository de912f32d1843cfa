"""What requests must pass before their route, and the headers of every answer."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from service import cli
from service import pipeline as pipelines
from service.api import create_app
from service.api.security import HEADERS, is_loopback, require_protection
from service.errors import StoreUnavailable, Unprotected
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys, Scope
from tests.api.serving import serving
from tests.fakes import ScriptedEngine, scripted_pipeline

BODY = {"text": "Un chat dort.", "source": "fr"}
PARTNER = "https://news.example"


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a service with the default settings."""
    with TestClient(create_app(scripted_pipeline())) as client:
        yield client


@pytest.fixture
def friendly() -> Iterator[TestClient]:
    """A client of a service that lets the pages of a partner ask."""
    pipeline = scripted_pipeline(allowed_origins=f"{PARTNER}, https://b.example")
    with TestClient(create_app(pipeline)) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("POST", "/v1/articles"),
        ("POST", "/translate"),
        ("GET", "/v2/usage"),
        ("GET", "/nothing"),
        ("PUT", "/v1/articles"),
        ("GET", "/openapi.json"),
    ],
)
def test_every_answer_tells_browsers_to_be_careful(
    client: TestClient, method: str, path: str
) -> None:
    """Also what is refused and what does not exist; and no text stays in a cache."""
    headers = client.request(method, path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers["cache-control"] == "no-store"


def test_the_page_of_the_documentation_may_load_what_it_is_made_of(client: TestClient) -> None:
    """Swagger's page comes from elsewhere; nothing else may."""
    response = client.get("/docs")
    assert "https://cdn.jsdelivr.net" in response.text
    assert "https://cdn.jsdelivr.net" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": PARTNER}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://other.testserver"}, 403),
        ({"origin": PARTNER}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_a_page_of_another_site_cannot_ask(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    """Programs and our own page can; a page somewhere cannot make a browser work for it."""
    response = client.post("/v1/articles", json=BODY, headers=headers)
    assert response.status_code == status
    assert "access-control-allow-origin" not in response.headers


def test_a_site_that_the_settings_name_may_ask_and_read(friendly: TestClient) -> None:
    """CORS, with a preflight, for that site and no other."""
    preflight = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key",
    }
    asked = friendly.options("/v1/articles", headers={"origin": PARTNER, **preflight})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == PARTNER
    headers = {"origin": PARTNER, "sec-fetch-site": "cross-site"}
    answer = friendly.post("/v1/articles", json=BODY, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PARTNER
    other = friendly.post(
        "/v1/articles", json=BODY, headers=headers | {"origin": "https://c.example"}
    )
    assert other.status_code == 403


def test_a_site_that_may_ask_may_send_and_read_every_header_of_ours(friendly: TestClient) -> None:
    """A glossary is changed with If-Match, a job sent twice with its key; what is named is read."""
    for method, header in (("PUT", "if-match"), ("POST", "idempotency-key")):
        preflight = {
            "access-control-request-method": method,
            "access-control-request-headers": header,
        }
        asked = friendly.options("/v1/glossaries/1", headers={"origin": PARTNER, **preflight})
        assert (asked.status_code, asked.text) == (200, "OK")
    headers = {"origin": PARTNER, "sec-fetch-site": "cross-site"}
    answer = friendly.get("/healthz", headers=headers)
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"content-disposition", "etag", "location", "retry-after"} <= set(exposed)


def test_a_refused_preflight_has_the_shape_of_every_error(friendly: TestClient) -> None:
    """Whoever writes such a page reads there what is wrong."""
    preflight = {"access-control-request-method": "POST"}
    asked = friendly.options("/v1/jobs", headers={"origin": "https://c.example", **preflight})
    assert asked.status_code == 400
    assert asked.json()["error"]["message"] == "Disallowed CORS origin"
    assert "allowed_origins" in asked.json()["error"]["hint"]
    assert "access-control-allow-origin" not in asked.headers


def test_all_sites_may_ask_if_the_settings_say_so() -> None:
    """A star opens the service to every page."""
    with TestClient(create_app(scripted_pipeline(allowed_origins="*"))) as client:
        headers = {"origin": PARTNER, "sec-fetch-site": "cross-site"}
        answer = client.post(
            "/translate", data={"q": "x", "source": "fr", "target": "en"}, headers=headers
        )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


def asked_by(name: str, **settings: Any) -> int:
    """Ask a service by a name, and give the status."""
    settings = {"allowed_hosts": "", **settings}
    pipeline = scripted_pipeline(**settings)
    with TestClient(create_app(pipeline)) as client:
        return client.post("/v1/articles", json=BODY, headers={"host": name}).status_code


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LocalHost:8000", 200),
        ("localhost.", 200),
        ("app.localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("127.8.9.1", 200),
        ("[::1]:8000", 200),
        ("[::1]", 200),
        ("", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evillocalhost", 421),
        ("192.168.1.4:8000", 421),
        ("[2001:db8::1]:8000", 421),
    ],
)
def test_a_page_cannot_give_its_name_our_address(host: str, status: int) -> None:
    """What listens on this machine alone is asked by names of this machine alone."""
    assert asked_by(host) == status


def test_a_refused_name_is_told_what_to_do(client: TestClient) -> None:
    """Whatever is asked for, the page and its files included."""
    for path in ("/", "/web/main.js", "/healthz", "/v2/usage", "/openapi.json"):
        refused = client.get(path, headers={"host": "evil.example"})
        assert refused.status_code == 421
        assert refused.json()["error"]["code"] == "foreign_name"
        assert "INTERLIGNE_ALLOWED_HOSTS" in refused.json()["error"]["hint"]


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"allowed_hosts": "a.example, desk.example"}, 200),
        ({"allowed_hosts": "Desk.Example"}, 200),
        ({"allowed_hosts": "*"}, 200),
        ({"allowed_hosts": "example"}, 421),
        ({"open": True}, 421),
        ({"host": "0.0.0.0", "open": True}, 200),
    ],
)
def test_other_names_are_for_the_settings_to_allow(settings: dict[str, Any], status: int) -> None:
    """A proxy passes names on; on a public address, as in a container, any name may be right."""
    assert asked_by("desk.example:8000", **settings) == status


def test_where_keys_are_asked_for_any_name_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has no key; while the store is down nobody can say whether there are keys."""
    Keys(open_store(f"sqlite:///{tmp_path / 'interligne.db'}")).create("Desk", [Scope.TRANSLATE])
    app = create_app(scripted_pipeline(data_dir=tmp_path, allowed_hosts=""))
    with TestClient(app, headers={"host": "evil.example"}) as client:
        assert client.post("/v1/articles", json=BODY).status_code == 401
        assert client.get("/healthz").status_code == 200

    def fail(_: Keys) -> bool:
        raise StoreUnavailable("the store is down")

    monkeypatch.setattr(Keys, "exist", fail)
    app = create_app(scripted_pipeline(data_dir=tmp_path, allowed_hosts=""))
    with TestClient(app, headers={"host": "evil.example"}) as client:
        assert client.post("/v1/articles", json=BODY).status_code == 503


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_read() -> None:
    """The limit is told in each dialect's shape, and the engine sees nothing."""
    engine = ScriptedEngine()
    with TestClient(create_app(scripted_pipeline(engine=engine, max_characters=10))) as client:
        ours = client.post("/v1/articles", content=b" " * 4_000_061)
        deepl = client.post("/v2/translate", content=b" " * 4_000_061)
    assert (ours.status_code, ours.json()["error"]["code"]) == (413, "too_long")
    assert deepl.status_code == 413
    assert deepl.json()["message"] == "the body is over 4,000,060 bytes"
    assert engine.history == []


@pytest.mark.parametrize(
    ("path", "shape"),
    [("/v1/articles", b'"code":"too_slow"'), ("/translate", b'{"error":"the body')],
)
def test_a_body_that_does_not_come_is_not_waited_for(path: str, shape: bytes) -> None:
    """Who sends a byte and goes to sleep gets a 408, not a place for ever."""
    with serving(scripted_pipeline(body_seconds=0.2)) as address:
        url = urlsplit(address)
        with socket.create_connection((url.hostname, url.port), timeout=60) as client:
            started = time.monotonic()
            head = (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 9"
            )
            client.sendall(f"{head}\r\n\r\n{{".encode())
            answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408")
    assert shape in answer
    assert 0.1 < time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("translate.example", False),
    ],
)
def test_a_public_address_wants_keys_or_a_word(host: str, local: bool) -> None:
    """Nobody opens a service to the world by accident."""
    assert is_loopback(host) is local
    require_protection(Settings(host=host), lambda: True)
    require_protection(Settings(host=host, open=True), lambda: False)
    if local:
        require_protection(Settings(host=host), lambda: False)
    else:
        with pytest.raises(Unprotected, match="can be reached from other machines"):
            require_protection(Settings(host=host), lambda: False)


def test_serve_refuses_a_public_address_before_it_loads_a_model(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message comes at once, and says what to do."""
    monkeypatch.delattr(pipelines, "load_pipeline")
    with pytest.raises(ImportError):
        cli.main(["serve", "--host", "0.0.0.0", "--open"])
    monkeypatch.setattr(pipelines, "load_pipeline", lambda _: pytest.fail("loaded"), raising=False)
    assert cli.main(["serve", "--host", "0.0.0.0"]) == cli.ERROR
    told = capsys.readouterr().err
    assert "0.0.0.0 can be reached from other machines" in told
    assert "INTERLIGNE_OPEN=true" in told
