"""`/v1/memory` over HTTP, and articles that are translated with it, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.memory import Pair, tmx
from service.names.files import BY_SUFFIX
from service.store import Store
from service.store.keys import Keys, Scope
from tests.fakes import scripted_pipeline

CAT = {"source": "Le chat noir dort.", "target": "The black cat is asleep.", "note": "p. 3"}
TRAIN = {"source": "Un train part pour Lyon.", "target": "A train leaves for Lyon."}
ANSWERS = {"Le chat rouge dort.": "The red cat sleeps.", CAT["source"]: "The cat sleeps."}
MEDIA_TYPE = BY_SUFFIX[".tmx"].media_types[0]


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    """A client of an app with an empty store."""
    pipeline = scripted_pipeline(ANSWERS, database_url=database_url, jobs=0)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def one() -> Iterator[TestClient]:
    """A client of an app on SQLite, for what no database can change."""
    with TestClient(create_app(scripted_pipeline(jobs=0)), raise_server_exceptions=False) as client:
        yield client


def add(client: TestClient, *pairs: dict[str, str], **query: Any) -> Any:
    """Keep pairs."""
    response = client.post("/v1/memory", json={"pairs": pairs}, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def listed(client: TestClient, **query: Any) -> list[str]:
    """List the French of pairs."""
    response = client.get("/v1/memory", params=query)
    assert response.status_code == 200, response.text
    return [pair["source"] for pair in response.json()["pairs"]]


def translated(client: TestClient, text: str, **fields: Any) -> list[Any]:
    """Translate an article and give its sentences."""
    body = {"text": text, "source": "fr", "summary_words": 0, **fields}
    response = client.post("/v1/articles", json=body)
    assert response.status_code == 200, response.text
    sentences: list[Any] = response.json()["paragraphs"][0]["sentences"]
    return sentences


def test_pairs_are_kept_found_and_forgotten(client: TestClient) -> None:
    """Add, list by pages and by words, delete one, clear."""
    assert add(client, CAT, TRAIN) == {"new": 2, "changed": 0}
    assert add(client, {**CAT, "target": "It sleeps."}) == {"new": 0, "changed": 1}
    page = client.get("/v1/memory", params={"size": 1}).json()
    assert [pair["target"] for pair in page["pairs"]] == ["It sleeps."]
    assert listed(client, size=1, after=page["next"]) == [TRAIN["source"]]
    assert listed(client, q="lyon") == [TRAIN["source"]]
    path = f"/v1/memory/{page['pairs'][0]['id']}"
    assert client.delete(path).status_code == 204
    assert client.delete(path).json()["error"]["code"] == "not_found"
    assert client.delete("/v1/memory").status_code == 422
    kept = client.delete("/v1/memory", params={"everything": False})
    assert kept.json() == {"removed": 0}
    cleared = client.delete("/v1/memory", params={"everything": True})
    assert cleared.json() == {"removed": 1}
    assert listed(client) == []


def test_an_article_is_translated_with_what_was_confirmed(client: TestClient) -> None:
    """Only if it asks for it; a sentence like one that was confirmed has it beside."""
    add(client, CAT)
    text = "Le chat noir dort. Le chat rouge dort. Rien."
    assert [one["memory"] for one in translated(client, text)] == [None, None, None]
    known, alike, unknown = translated(client, text, memory=True)
    hit = {"similarity": 1.0, "source": CAT["source"], "target": CAT["target"]}
    assert (known["target"], known["memory"]) == (CAT["target"], hit)
    assert (alike["target"], alike["memory"]) == (
        "The red cat sleeps.",
        {**hit, "similarity": 0.789},
    )
    assert unknown["memory"] is None


def test_tmx_goes_in_and_comes_out(client: TestClient) -> None:
    """A file that another instance reads."""
    pairs = [Pair(CAT["source"], CAT["target"], CAT["note"]), Pair("« A & B » <c>", "“A & B” <c>")]
    file = "".join(tmx.write(pairs)).encode()
    sent = client.post("/v1/memory", content=file, headers={"content-type": MEDIA_TYPE})
    assert sent.json() == {"new": 2, "changed": 0}
    got = client.get("/v1/memory", headers={"accept": MEDIA_TYPE})
    assert got.headers["content-type"].startswith(MEDIA_TYPE)
    assert list(tmx.read(got.content, where="got")) == pairs


def test_each_key_has_a_memory_and_all_have_one(store: Store) -> None:
    """What is shared serves all; what is one's own nobody else."""
    keys = Keys(store)
    scopes = (Scope.TRANSLATE, Scope.GLOSSARIES)
    secrets = [keys.create(name, scopes=scopes)[1] for name in ("one", "other")]
    with TestClient(create_app(scripted_pipeline(ANSWERS, database_url=store.url, jobs=0))) as app:
        mine, theirs = ({"authorization": f"Bearer {secret}"} for secret in secrets)
        app.headers.update(mine)
        add(app, CAT)
        add(app, TRAIN, shared=True)
        assert (listed(app), listed(app, shared=True)) == ([CAT["source"]], [TRAIN["source"]])
        text = f"{CAT['source']} {TRAIN['source']}"
        assert all(one["memory"] for one in translated(app, text, memory=True))
        app.headers.update(theirs)
        assert listed(app) == []
        known, shared = translated(app, text, memory=True)
        assert known["memory"] is None
        assert shared["target"] == TRAIN["target"]


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b'{"pairs": []}', "application/json", 422),
        (b'{"pairs": [{"source": " ", "target": "x"}]}', "application/json", 422),
        (b'{"pairs": [{"source": "a\\u0000", "target": "x"}]}', "application/json", 400),
        (b"<tmx>", MEDIA_TYPE, 400),
        (b"source,target", "text/csv", 415),
    ],
)
def test_what_is_no_memory_is_refused(
    one: TestClient, content: bytes, media_type: str, status: int
) -> None:
    """With the reason, and nothing is kept."""
    response = one.post("/v1/memory", content=content, headers={"content-type": media_type})
    assert response.status_code == status
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("path", [f"/v1/memory/{2**70}", "/v1/memory/0", "/v1/memory/x"])
def test_numbers_that_no_pair_has_are_refused(one: TestClient, path: str) -> None:
    """No database is asked about them."""
    assert one.delete(path).status_code == 422


def test_a_store_that_is_down_matters_only_where_memory_is_wanted() -> None:
    """Articles are translated without it as if nothing were wrong."""
    pipeline = scripted_pipeline(ANSWERS, database_url="sqlite:////proc/no/x.db", jobs=0, open=True)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as app:
        assert translated(app, CAT["source"])[0]["target"] == "The cat sleeps."
        body = {"text": CAT["source"], "memory": True}
        for response in (app.post("/v1/articles", json=body), app.get("/v1/memory")):
            assert response.status_code == 503
            assert response.json()["error"]["code"] == "store_unavailable"
