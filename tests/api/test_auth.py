"""Keys over HTTP: who is let in, how each dialect refuses, how often, and that nothing leaks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import deepl
import pytest
from deep_translator import LibreTranslator
from fastapi.testclient import TestClient
from libretranslatepy import LibreTranslateAPI

from service import cli
from service.api import create_app, gate, logs
from service.api.auth import FOR_ALL
from service.api.gate import Bucket, Gate
from service.errors import KeyUnknown, StoreUnavailable
from service.settings import Settings
from service.store import open_store
from service.store.keys import Key, Keys, Scope
from tests.api.serving import serving
from tests.fakes import scripted_pipeline
from tests.waiting import until

ANSWERS = {"Bonjour": "Hello"}
ARTICLE = {"text": "Bonjour", "source": "fr"}
ENGLISH = "He said that he would not come to the summit. He gave no reason when we asked. " * 2
FORM = {"q": "Bonjour", "source": "fr", "target": "en"}
DEEPL = {"text": ["Bonjour"], "target_lang": "EN-GB", "source_lang": "FR"}


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys of an empty store."""
    return Keys(open_store(Settings(data_dir=tmp_path).store_url))


@pytest.fixture
def key(keys: Keys) -> str:
    """A key that allows to translate."""
    return keys.create("Desk", [Scope.TRANSLATE])[1]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service on that store."""
    with TestClient(create_app(scripted_pipeline(ANSWERS, data_dir=tmp_path))) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    """Make the header."""
    return {"authorization": f"Bearer {key}"}


def test_without_any_key_in_the_store_nobody_is_asked_for_one(client: TestClient) -> None:
    """On a laptop the first request works."""
    assert client.post("/v1/articles", json=ARTICLE).status_code == 200
    assert client.get("/frontend/settings").json()["keyRequired"] is False


def test_the_first_key_closes_the_door_of_a_running_service(
    client: TestClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No restart is needed, and nobody is let in again when the last key is revoked."""
    monkeypatch.setattr(gate, "REMEMBERED", 0.0)
    assert client.post("/v1/articles", json=ARTICLE).status_code == 200
    known, _ = keys.create("Desk", [Scope.TRANSLATE])
    assert client.post("/v1/articles", json=ARTICLE).status_code == 401
    keys.revoke(known.id)
    assert client.post("/v1/articles", json=ARTICLE).status_code == 401
    assert client.get("/frontend/settings").json()["keyRequired"] is True


def test_an_open_service_asks_nobody(tmp_path: Path, key: str) -> None:
    """The flag wins, also where there are keys."""
    pipeline = scripted_pipeline(ANSWERS, data_dir=tmp_path, open=True)
    with TestClient(create_app(pipeline)) as client:
        assert client.post("/v1/articles", json=ARTICLE).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"authorization": f"Bearer {key}"},
        lambda key: {"authorization": f"bearer  {key}"},
        lambda key: {"authorization": f"DeepL-Auth-Key {key}"},
        lambda key: {"x-api-key": key},
    ],
)
@pytest.mark.parametrize(
    ("path", "body"), [("/v1/articles", ARTICLE), ("/translate", FORM), ("/v2/translate", DEEPL)]
)
def test_a_key_lets_in_by_any_header(
    client: TestClient,
    key: str,
    headers: Callable[[str], dict[str, str]],
    path: str,
    body: dict[str, Any],
) -> None:
    """Programs that were written for one service often speak to another."""
    assert client.post(path, json=body, headers=headers(key)).status_code == 200


@pytest.mark.parametrize(
    "send",
    [
        lambda client, key: client.post("/translate", json=FORM | {"api_key": key}),
        lambda client, key: client.post("/translate", data=FORM | {"api_key": key}),
        lambda client, key: client.post("/translate", params=FORM | {"api_key": key}),
        lambda client, key: client.post("/detect", data={"q": "Bonjour", "api_key": key}),
    ],
)
def test_libretranslate_s_clients_put_the_key_among_the_fields(
    client: TestClient, key: str, send: Callable[[TestClient, str], Any]
) -> None:
    """In each encoding; nowhere else is a key looked for in a body."""
    assert send(client, key).status_code == 200
    assert send(client, "x").status_code == 403
    ours = client.post("/v1/articles", json=ARTICLE, params={"api_key": key})
    assert ours.status_code == 401


@pytest.mark.parametrize(
    ("path", "missing", "wrong"),
    [
        (
            "/v1/articles",
            (401, {"code": "key_missing"}),
            (401, {"code": "key_unknown", "message": "the API key is not valid"}),
        ),
        (
            "/translate",
            (400, {"error": "Please contact the server operator to get an API key"}),
            (403, {"error": "Invalid API key"}),
        ),
        (
            "/v2/translate",
            (403, {"message": "Authorization failure, check auth_key"}),
            (403, {"message": "Authorization failure, check auth_key"}),
        ),
        ("/v2/usage", (403, {}), (403, {})),
        ("/v2/nothing", (403, {}), (403, {})),
        ("/v1/model", (401, {}), (401, {})),
        ("/metrics", (401, {}), (401, {})),
    ],
)
def test_each_dialect_is_refused_in_its_own_words(
    client: TestClient,
    key: str,
    path: str,
    missing: tuple[int, dict[str, str]],
    wrong: tuple[int, dict[str, str]],
) -> None:
    """A client of LibreTranslate or DeepL understands what is wrong."""
    method = "POST" if "trans" in path or "art" in path else "GET"
    for headers, (status, told) in (({}, missing), (bearer(f"{key}x"), wrong)):
        answer = client.request(method, path, headers=headers)
        body = answer.json()
        assert answer.status_code == status
        assert told.items() <= (body.get("error") if status == 401 else body).items()
        assert answer.headers.get("www-authenticate", "").startswith("Bearer") is (status == 401)


def test_an_unknown_key_and_a_revoked_one_get_the_same_answer(
    client: TestClient, keys: Keys, key: str
) -> None:
    """Nobody learns that a key was ever good."""
    known, revoked = keys.create("Gone", [Scope.TRANSLATE])
    keys.revoke(known.id)
    strange = f"itl_{'0' * 12}_{'0' * 64}"
    answers = [
        client.post("/v1/articles", json=ARTICLE, headers=bearer(one))
        for one in (revoked, strange, "x")
    ]
    assert {(one.status_code, one.text) for one in answers} == {(401, answers[0].text)}


def test_a_revoked_key_goes_on_for_seconds_only(tmp_path: Path, keys: Keys) -> None:
    """What is known of a key is soon forgotten."""
    known, key = keys.create("Desk", [Scope.TRANSLATE])
    app, seconds = create_app(scripted_pipeline(ANSWERS, data_dir=tmp_path)), 0.0
    app.state.gate = Gate(keys, Settings(), now=lambda: seconds)
    with TestClient(app) as client:
        assert client.post("/v1/articles", json=ARTICLE, headers=bearer(key)).status_code == 200
        keys.revoke(known.id)
        seconds = gate.REMEMBERED - 0.1
        assert client.post("/v1/articles", json=ARTICLE, headers=bearer(key)).status_code == 200
        seconds = gate.REMEMBERED + 0.1
        assert client.post("/v1/articles", json=ARTICLE, headers=bearer(key)).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/health", "/readyz", "/languages", "/", "/docs"])
def test_probes_and_the_page_ask_for_no_key(client: TestClient, key: str, path: str) -> None:
    """An orchestrator has no key, and the page is where one is typed in."""
    assert client.get(path).status_code not in (401, 403)


def test_every_other_route_asks_for_a_key(client: TestClient, key: str) -> None:
    """Also one that somebody adds and forgets about."""
    app: Any = client.app
    free = {
        path
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if client.request(method.upper(), path.replace("{", "").replace("}", "")).status_code
        not in (400, 401, 403)
    }
    assert free <= FOR_ALL


def test_scopes_say_what_a_key_allows(client: TestClient, keys: Keys) -> None:
    """Metrics are for operators, glossaries for who may change them."""
    allowed = {}
    for scope in Scope:
        headers = bearer(keys.create(scope, [scope])[1])
        allowed[scope] = [
            client.get("/metrics", headers=headers).status_code,
            client.post("/v1/articles", json=ARTICLE, headers=headers).status_code,
        ]
    assert allowed == {
        Scope.TRANSLATE: [403, 200],
        Scope.GLOSSARIES: [403, 403],
        Scope.ADMIN: [200, 200],
    }
    refused = client.get("/metrics", headers=bearer(keys.create("x", [Scope.TRANSLATE])[1]))
    assert refused.json()["error"]["code"] == "scope_missing"
    assert refused.json()["error"]["hint"] == "it needs the scope admin"


def test_a_key_that_asks_too_often_is_told_when_to_go_on(client: TestClient, keys: Keys) -> None:
    """429 with Retry-After, in each dialect; others are not held up."""
    slow, other = (keys.create(name, [Scope.TRANSLATE], 2)[1] for name in ("Slow", "Other"))
    for _ in range(2):
        assert client.post("/v1/articles", json=ARTICLE, headers=bearer(slow)).status_code == 200
    refused = [
        client.post(path, json=body, headers=bearer(slow))
        for path, body in (
            ("/v1/articles", ARTICLE),
            ("/translate", FORM),
            ("/v2/translate", DEEPL),
        )
    ]
    assert [one.status_code for one in refused] == [429, 429, 429]
    assert all(25 <= int(one.headers["retry-after"]) <= 30 for one in refused)
    assert client.post("/v1/articles", json=ARTICLE, headers=bearer(other)).status_code == 200


def test_a_bucket_fills_again() -> None:
    """Twice a minute: two at once, then one each half minute."""
    bucket = Bucket(2, 0.0)
    assert [bucket.take(2, 0.0) for _ in range(3)] == [0.0, 0.0, 30.0]
    assert bucket.take(2, 20.0) == pytest.approx(10.0)
    assert bucket.take(2, 30.0) == 0.0
    assert [bucket.take(2, 1000.0) for _ in range(3)] == [0.0, 0.0, 30.0]


def test_what_was_done_with_a_key_is_counted(client: TestClient, keys: Keys, key: str) -> None:
    """Characters of French and requests, whatever the dialect; what failed is not counted."""
    client.post("/v1/articles", json=ARTICLE, headers=bearer(key))
    client.post("/translate", json=FORM, headers=bearer(key))
    client.post("/v2/translate", json=DEEPL, headers=bearer(key))
    client.post("/v1/articles", json={"text": ""}, headers=bearer(key))
    (known,) = keys.list()
    assert (known.characters, known.requests) == (3 * len("Bonjour"), 3)
    assert known.last_used is not None


def test_a_job_counts_as_the_same_article_does(client: TestClient, keys: Keys, key: str) -> None:
    """The characters of the French, once it is done; a job that fails costs nothing."""
    client.post("/v1/articles", json=ARTICLE, headers=bearer(key))
    jobs = [
        client.post("/v1/jobs", json=body, headers=bearer(key)).json()["id"]
        for body in (ARTICLE | {"title": "Titre"}, {"text": ENGLISH})
    ]
    until(lambda: all(state(client, job, key) in ("done", "failed") for job in jobs))
    assert [state(client, job, key) for job in jobs] == ["done", "failed"]
    (known,) = keys.list()
    assert (known.characters, known.requests) == (2 * len("Bonjour"), 2)


def state(client: TestClient, job: str, key: str) -> str:
    """Tell how a job is doing."""
    return str(client.get(f"/v1/jobs/{job}", headers=bearer(key)).json()["state"])


def test_deepl_s_clients_read_the_usage_of_their_own_key(
    client: TestClient, keys: Keys, key: str
) -> None:
    """What others translated is not theirs to know."""
    other = keys.create("Other", [Scope.TRANSLATE])[1]
    client.post("/v2/translate", json=DEEPL, headers=bearer(key))
    counts = [
        client.get("/v2/usage", headers=bearer(one)).json()["character_count"]
        for one in (key, other)
    ]
    assert counts == [len("Bonjour"), 0]


def test_no_key_is_logged_and_none_is_told_in_an_answer(
    client: TestClient, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Right or wrong, wherever it was put."""
    logs.configure("json")
    wrong = f"itl_{'1' * 12}_{'2' * 64}"
    answers = []
    for one in (key, wrong):
        answers.append(client.post("/v1/articles", json=ARTICLE, headers=bearer(one)))
        answers.append(client.post("/translate", params=FORM | {"api_key": one}))
        answers.append(client.post("/translate", json=FORM | {"api_key": one, "q": 1}))
        answers.append(client.post("/v2/translate", json=DEEPL | {"auth_key": one, "x": 1}))
    told = capsys.readouterr().err + "".join(one.text for one in answers)
    for one in (key, wrong):
        assert one not in told
        assert one.rpartition("_")[2] not in told


class Broken(Keys):
    """A store that is down, after a first answer or from the start."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    def exist(self) -> bool:
        """Answer while it can."""
        self.answers -= 1
        if self.answers < 0:
            raise StoreUnavailable("down")
        return False


@pytest.mark.anyio
async def test_a_store_that_never_answered_lets_nobody_in(anyio_backend: str) -> None:
    """Where nobody can say whether there are keys, the door stays closed."""
    with pytest.raises(StoreUnavailable):
        await Gate(Broken(0), Settings()).asks()


@pytest.mark.anyio
async def test_a_store_that_goes_down_changes_nothing(anyio_backend: str) -> None:
    """A service without keys does not stop translating because of its database."""
    clock = Clock()
    door = Gate(Broken(1), Settings(), now=clock)
    assert await door.asks() is False
    clock.now = 10_000.0
    assert await door.asks() is False


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Shaky(Keys):
    """A store that may be down, and then may let those who ask wait until `gives_up` is set."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.is_down = False
        self.asked = 0
        self.gives_up = Event()
        self.gives_up.set()

    def exist(self) -> bool:
        """Answer while it can."""
        self.fail_if_down()
        return self.keys.exist()

    def find(self, key: str) -> Key | None:
        """Answer while it can."""
        self.fail_if_down()
        return self.keys.find(key)

    def fail_if_down(self) -> None:
        """Fail sooner or later."""
        self.asked += 1
        if self.is_down:
            assert self.gives_up.wait(60)
            raise StoreUnavailable("down")


@pytest.mark.anyio
@pytest.mark.parametrize("with_key", [False, True])
async def test_one_request_waits_for_a_silent_store_and_the_others_go_on(
    anyio_backend: str, keys: Keys, with_key: bool
) -> None:
    """Also past the seconds of memory, and for as long as the store says nothing."""
    store, clock = Shaky(keys), Clock()
    door = Gate(store, Settings(), now=clock)
    sent = keys.create("Desk", [Scope.TRANSLATE])[1] if with_key else ""
    ask: Callable[[], Awaitable[object]] = partial(door.key_of, sent) if with_key else door.asks
    before = await ask()
    store.is_down, clock.now = True, 6.0
    store.gives_up.clear()
    first = asyncio.ensure_future(ask())
    while store.asked == 1:
        await asyncio.sleep(0)
    assert [await ask() for _ in range(20)] == [before] * 20
    assert not first.done()
    store.gives_up.set()
    assert await first == before
    assert store.asked == 2


@pytest.mark.anyio
async def test_a_known_key_goes_on_for_an_hour_without_the_store(
    anyio_backend: str, keys: Keys
) -> None:
    """An outage stops nobody who was let in before; one that never ends does."""
    known, sent = keys.create("Desk", [Scope.TRANSLATE])
    store, clock = Shaky(keys), Clock()
    door = Gate(store, Settings(), now=clock)
    assert (await door.key_of(sent)).id == known.id
    store.is_down, clock.now = True, 3500.0
    assert (await door.key_of(sent)).id == known.id
    with pytest.raises(StoreUnavailable):
        await door.key_of(f"itl_{'1' * 12}_{'2' * 64}")
    clock.now = 3601.0
    with pytest.raises(StoreUnavailable):
        await door.key_of(sent)
    store.is_down = False
    keys.revoke(known.id)
    with pytest.raises(KeyUnknown):
        await door.key_of(sent)


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio."""
    return "asyncio"


@pytest.fixture
def server(tmp_path: Path, key: str) -> Iterator[str]:
    """The address of a running service that asks for keys."""
    with serving(scripted_pipeline(ANSWERS, data_dir=tmp_path)) as address:
        yield address


def test_the_real_clients_send_their_keys(server: str, key: str) -> None:
    """DeepL's and LibreTranslate's own, right and wrong."""
    translate = deepl.Translator(key, server_url=server).translate_text
    assert str(translate("Bonjour", source_lang="FR", target_lang="EN-GB")) == "Hello"
    with pytest.raises(deepl.AuthorizationException):
        deepl.Translator("x", server_url=server).translate_text("Bonjour", target_lang="EN-GB")
    assert LibreTranslateAPI(server, key).translate("Bonjour", "fr", "en") == "Hello"
    other = LibreTranslator(api_key=key, source="fr", target="en", custom_url=f"{server}/")
    assert other.translate("Bonjour") == "Hello"


def test_the_command_makes_lists_and_revokes_keys(
    tmp_path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key is alone on standard output, once; the list never shows it."""
    place = ["--data-dir", str(tmp_path)]
    scopes = ["--scopes", "translate,glossaries", "--rate", "60"]
    assert cli.main(["keys", "create", "Foreign desk", *scopes, *place]) == cli.OK
    key = capsys.readouterr().out.strip()
    known = keys.find(key)
    assert known is not None
    assert cli.main(["keys", "list", *place]) == cli.OK
    told = capsys.readouterr().out
    row = [known.id, "valid", "glossaries,translate", "60", "0", "0", "never", "Foreign desk"]
    assert told.splitlines()[1].split("\t") == row
    assert key not in told
    assert cli.main(["keys", "revoke", known.id, *place]) == cli.OK
    assert keys.find(key) is None
    capsys.readouterr()
    cli.main(["keys", "list", *place])
    assert "revoked" in capsys.readouterr().out


def test_the_command_says_what_the_first_and_the_last_key_mean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is shut out of a running service without a word, and the way back is named."""

    def told(*arguments: str) -> str:
        assert cli.main(["keys", *arguments, "--data-dir", str(tmp_path)]) == cli.OK
        return capsys.readouterr().err

    first = told("create", "Desk")
    assert "it is the first" in first
    assert "--open" in first
    second = told("create", "Web")
    assert "first" not in second
    ids = [line.split()[2] for line in (first.splitlines()[0], second)]
    assert "no valid key" not in told("revoke", ids[0])
    last = told("revoke", ids[1])
    assert "no valid key is left" in last
    assert "--open" in last


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["create", "x", "--scopes", "everything"], "'everything' is not a valid Scope"),
        (["create", " "], "a name has 1 to 400 characters"),
        (["revoke", "x"], "there is no key 'x'"),
    ],
)
def test_the_command_says_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """With exit code 1."""
    assert cli.main(["keys", *arguments, "--data-dir", str(tmp_path)]) == cli.ERROR
    assert told in capsys.readouterr().err
