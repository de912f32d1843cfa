"""`/v1/glossaries` over HTTP, and articles that are translated with them, on both databases."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.api.ops import KNOWN_SENTENCE
from service.article import Origin
from service.names.files import FORMATS
from service.names.glossary import Term, of_terms
from tests.databases import PostgresServer
from tests.fakes import scripted_pipeline

FRENCH = "Vladimir Poutine est à Sotchi avec Tartempion."
ENGLISH = "Vladimir Poutine is in Sotchi with Tartempion."
SOCHI = {"french": ["Sotchi", "Sotchy"], "english": "Sochi", "type": "place"}
JOHN = {"french": "Tartempion", "english": "John Doe", "type": "person", "note": "“nobody”"}
ANY = {"if-match": "*"}
CSV = "french,english,type,note,case\nSotchi|Sotchy,Sochi,place,,\nEI,IS|ISIS,organisation,,exact\n"


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    """A client of an app with an empty store."""
    pipeline = scripted_pipeline({FRENCH: ENGLISH}, database_url=database_url, jobs=0)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def one() -> Iterator[TestClient]:
    """A client of an app on SQLite, for what no database can change."""
    with TestClient(create_app(scripted_pipeline(jobs=0)), raise_server_exceptions=False) as client:
        yield client


def create(client: TestClient, *terms: Any, name: str = "desk") -> Any:
    """Store a glossary."""
    response = client.post("/v1/glossaries", json={"name": name, "terms": terms})
    assert response.status_code == 201, response.text
    return response.json()


def test_a_glossary_lives_and_dies(client: TestClient) -> None:
    """Create, get, replace, patch, list, delete: every answer names the version."""
    response = client.post("/v1/glossaries", json={"name": "desk", "terms": [SOCHI]})
    made = response.json()
    path = response.headers["location"]
    assert (response.status_code, path) == (201, f"/v1/glossaries/{made['id']}")
    assert (response.headers["etag"], made["version"], made["size"]) == ('"1"', 1, 1)

    whole = client.get(path)
    assert whole.headers["etag"] == '"1"'
    assert whole.json()["terms"] == [
        {
            "french": ["Sotchi", "Sotchy"],
            "english": ["Sochi"],
            "type": "place",
            "case_sensitive": False,
            "note": "",
        }
    ]
    body = {"name": "desk 2", "terms": whole.json()["terms"] + [JOHN]}
    replaced = client.put(path, json=body, headers={"if-match": '"1"'})
    assert (replaced.status_code, replaced.headers["etag"]) == (200, '"2"')
    patched = client.patch(path, json={"remove": ["Sotchy"]}, headers={"if-match": '"2"'})
    assert (patched.json()["version"], patched.json()["size"]) == (3, 1)
    assert [term["french"] for term in client.get(path).json()["terms"]] == [["Tartempion"]]
    assert client.get(f"{path}?version=1").json()["terms"] == whole.json()["terms"]
    assert client.get("/v1/glossaries").json() == {"glossaries": [patched.json()], "next": None}

    assert client.delete(path, headers={"if-match": '"3"'}).status_code == 204
    assert client.get(path).json()["error"]["code"] == "not_found"
    assert client.get(path).status_code == 404


def test_a_change_without_a_condition_or_with_an_old_one_is_refused(client: TestClient) -> None:
    """428 asks for a version, 412 says that there is a newer one; nothing changes."""
    path = f"/v1/glossaries/{create(client, SOCHI)['id']}"
    client.patch(path, json={"put": [JOHN]}, headers=ANY)
    changes: list[tuple[str, Any]] = [
        ("PUT", {"name": "x", "terms": []}),
        ("PATCH", {"name": "x"}),
        ("DELETE", None),
    ]
    for method, body in changes:
        missing = client.request(method, path, json=body)
        assert (missing.status_code, missing.json()["error"]["code"]) == (428, "condition_missing")
        assert "If-Match" in missing.json()["error"]["hint"]
        for old in ('"1"', '"x"', 'W/"2"', "2", '"-2"', '"999999999999"'):
            response = client.request(method, path, json=body, headers={"if-match": old})
            assert (response.status_code, response.json()["error"]["code"]) == (412, "outdated")
        several = {"if-match": '"1", "2"'}
        assert client.request(method, path, json=body, headers=several).status_code == 400
    assert client.get(path).headers["etag"] == '"2"'


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_a_glossary_goes_in_and_out_as_a_file(client: TestClient, form: Any) -> None:
    """What is exported in a format can be imported in it, and is the same again."""
    path = f"/v1/glossaries/{create(client, SOCHI, JOHN, name='désk/1')['id']}"
    before = client.get(path).json()["terms"]
    exported = client.get(path, headers={"accept": form.media_types[0]})
    assert exported.headers["content-type"].startswith(form.media_types[0])
    assert exported.headers["etag"] == f'"1{form.suffix}"'
    assert f"d%C3%A9sk%2F1{form.suffix}" in exported.headers["content-disposition"]

    media_type = {"content-type": f"{form.media_types[0]}; charset=utf-8"}
    again = client.post("/v1/glossaries?name=again", content=exported.content, headers=media_type)
    assert again.status_code == 201
    assert client.get(again.headers["location"]).json()["terms"] == before
    client.put(path, json={"name": "désk/1", "terms": []}, headers=ANY)
    headers = {**media_type, "if-match": '"2"'}
    restored = client.put(path, content=exported.content, headers=headers)
    assert (restored.json()["name"], restored.json()["version"]) == ("désk/1", 3)
    assert client.get(path).json()["terms"] == before


def test_a_copy_that_is_still_good_is_not_sent_again(client: TestClient) -> None:
    """A version in a format never changes, so 304 is enough."""
    path = f"/v1/glossaries/{create(client, SOCHI)['id']}"
    etag = client.get(path).headers["etag"]
    response = client.get(path, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    as_csv = {"if-none-match": etag, "accept": "text/csv"}
    assert client.get(path, headers=as_csv).status_code == 200


def test_pages_follow_each_other(client: TestClient) -> None:
    """`next` leads through all glossaries and all versions, and ends."""
    ids = [create(client, SOCHI, name=str(number))["id"] for number in range(3)]
    page = client.get("/v1/glossaries?size=2").json()
    last = client.get(f"/v1/glossaries?size=2&after={page['next']}").json()
    found = [one["id"] for one in page["glossaries"] + last["glossaries"]]
    assert (found, last["next"]) == (ids[::-1], None)

    path = f"/v1/glossaries/{ids[0]}"
    client.patch(path, json={"name": "renamed"}, headers=ANY)
    client.patch(path, json={"put": [JOHN]}, headers=ANY)
    first = client.get(f"{path}/versions?size=2").json()
    rest = client.get(f"{path}/versions?size=2&before={first['next']}").json()
    versions = [(one["version"], one["name"], one["size"]) for one in first["versions"]]
    assert versions == [(3, "renamed", 2), (2, "renamed", 1)]
    assert [one["version"] for one in rest["versions"]] == [1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"json": {"name": "", "terms": []}}, 422, "body.name"),
        ({"json": {"name": "a"}}, 422, "body.terms"),
        ({"json": {"name": "a", "terms": [{"french": "a"}]}}, 422, "body.terms.0.english"),
        ({"json": {"name": "a", "terms": [], "more": 1}}, 422, "body.more"),
        ({"json": {"name": "a", "terms": [SOCHI, SOCHI]}}, 422, "glossary"),
        ({"json": {"name": "a", "terms": [{"french": "a\x00", "english": "b"}]}}, 422, "glossary"),
        ({"json": {"name": "a\x00", "terms": []}}, 422, "name"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 422, "body"),
        ({"content": CSV, "headers": {"content-type": "text/csv"}}, 422, "name"),
        ({"content": "a,", "headers": {"content-type": "text/csv"}}, 422, "body"),
        ({"content": b"\xff,b", "headers": {"content-type": "text/csv"}}, 400, "byte 0"),
        ({"content": CSV, "headers": {"content-type": "text/plain"}}, 415, ""),
    ],
)
def test_what_is_wrong_is_told_and_stores_nothing(
    one: TestClient, change: dict[str, Any], status: int, where: str
) -> None:
    """The status, the place and what to do; the list stays as long as it was."""
    before = one.get("/v1/glossaries").json()
    response = one.post("/v1/glossaries", **change)
    assert (response.status_code, response.json()["error"]["where"]) == (status, where)
    assert one.get("/v1/glossaries").json() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/glossaries/%00", 404),
        ("/v1/glossaries/%ff/versions", 404),
        ("/v1/glossaries?after=%00", 404),
        ("/v1/glossaries?size=0", 422),
        ("/v1/glossaries?size=1000", 422),
        ("/v1/glossaries/x?version=99999999999999999999", 422),
    ],
)
def test_no_address_is_too_strange(client: TestClient, path: str, status: int) -> None:
    """Neither database is asked about what it cannot hold."""
    assert client.get(path).status_code == status


def test_what_cannot_be_written_is_not_acceptable(one: TestClient) -> None:
    """A browser gets JSON; who takes images only gets 406."""
    path = f"/v1/glossaries/{create(one, SOCHI)['id']}"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = one.get(path, headers={"accept": browser})
    assert response.headers["content-type"] == "application/json"
    assert one.get(path, headers={"accept": "image/png"}).status_code == 406


def test_an_article_is_translated_with_a_stored_glossary(client: TestClient) -> None:
    """The ledger says where the form came from, the provenance which version it was."""
    made = create(client, JOHN)
    body = {"text": FRENCH, "source": "fr", "glossary_id": made["id"]}
    article = client.post("/v1/articles", json=body).json()
    assert article["translation"] == "Vladimir Putin is in Sochi with John Doe."
    origins = {name["canonical"]: name["origin"] for name in article["names"]}
    assert origins == {"Vladimir Putin": "built-in", "Sochi": "built-in", "John Doe": "stored"}
    assert article["provenance"]["glossaries"] == [{"id": made["id"], "version": 1}]
    plain = client.post("/v1/articles", json={"text": FRENCH, "source": "fr"}).json()
    assert plain["provenance"]["glossaries"] == []


def test_request_goes_before_stored_and_stored_before_built_in(client: TestClient) -> None:
    """Of several stored glossaries, the first that is named goes first."""
    first = create(client, {"french": "Tartempion", "english": "Joe Bloggs"})
    second = create(client, JOHN, {"french": "Sotchi", "english": "Sotschi"})
    body = {
        "text": FRENCH,
        "source": "fr",
        "glossary_id": [first["id"], second["id"]],
        "glossary": [{"french": "Vladimir Poutine", "english": "V. Putin"}],
    }
    article = client.post("/v1/articles", json=body).json()
    assert article["translation"] == "V. Putin is in Sotschi with Joe Bloggs."
    assert {name["origin"] for name in article["names"]} == {"request", "stored"}


def test_a_repeated_field_of_a_query_names_several_glossaries(client: TestClient) -> None:
    """Each is used, in the order of the query, and none that is not there is passed over."""
    first, second = create(client, JOHN), create(client, {"french": "Sotchi", "english": "Sotschi"})
    ids = [first["id"], second["id"]]
    query = {"source": "fr", "glossary_id": ids}
    article = client.post("/v1/articles", params=query, content=FRENCH).json()
    assert article["translation"] == "Vladimir Putin is in Sotschi with John Doe."
    assert [told["id"] for told in article["provenance"]["glossaries"]] == ids
    missing = {"glossary_id": ["nonesuch", second["id"]]}
    file = {"file": ("a.txt", FRENCH.encode())}
    for response in (
        client.post("/v1/articles", params=missing, content=FRENCH),
        client.post("/v1/jobs", params=missing, content=FRENCH),
        client.post("/v1/jobs", data=missing, files=file),
    ):
        assert response.status_code == 404
    assert client.post("/v1/jobs", data=query, files=file).status_code == 202


def test_a_field_that_holds_one_value_is_not_repeated(one: TestClient) -> None:
    """Two lengths of a summary contradict each other, so neither is taken."""
    response = one.post("/v1/articles?summary_words=0&summary_words=60", content=FRENCH)
    assert response.status_code == 422
    assert response.json()["error"]["where"] == "body.summary_words"


def test_an_old_version_can_be_asked_for(client: TestClient) -> None:
    """An answer can be made again as it was, after the glossary has changed."""
    made = create(client, JOHN)
    change = {"put": [{**JOHN, "english": "Joe Bloggs"}]}
    client.patch(f"/v1/glossaries/{made['id']}", json=change, headers=ANY)
    for reference, name, version in ((f"{made['id']}@1", "John Doe", 1), (made["id"], "Joe", 2)):
        query = {"source": "fr", "glossary_id": reference}
        response = client.post("/v1/articles", params=query, content=FRENCH.encode())
        assert name in response.json()["translation"]
        assert response.json()["provenance"]["glossaries"][0]["version"] == version


@pytest.mark.parametrize(
    ("glossary_id", "status"), [("nonesuch", 404), ("a@x", 400), ("", 422), (["a"] * 11, 422)]
)
def test_a_glossary_that_is_not_there_is_told(
    one: TestClient, glossary_id: Any, status: int
) -> None:
    """An article is not translated without the glossary that was meant."""
    body = {"text": FRENCH, "source": "fr", "glossary_id": glossary_id}
    assert one.post("/v1/articles", json=body).status_code == status


def test_events_name_the_glossary_too(client: TestClient) -> None:
    """The last event holds the provenance."""
    made = create(client, JOHN)
    body = {"text": FRENCH, "source": "fr", "glossary_id": made["id"]}
    response = client.post("/v1/articles", json=body, headers={"accept": "text/event-stream"})
    assert "John Doe" in response.text
    assert f'"glossaries":[{{"id":"{made["id"]}","version":1}}]' in response.text


def test_articles_are_translated_while_the_database_is_down(postgres: PostgresServer) -> None:
    """Only what needs the database fails, says so, and works again by itself."""
    url = postgres.create_database()
    pipeline = scripted_pipeline({FRENCH: ENGLISH}, database_url=url, jobs=0)
    plain = {"text": FRENCH, "source": "fr"}
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        made = create(client, JOHN)
        postgres.stop()
        try:
            assert client.post("/v1/articles", json=plain).status_code == 200
            down = client.post("/v1/articles", json={**plain, "glossary_id": made["id"]})
            assert (down.status_code, down.headers["retry-after"]) == (503, "5")
            assert down.json()["error"]["code"] == "store_unavailable"
            assert client.get("/v1/glossaries").status_code == 503
        finally:
            postgres.start()
        up = client.post("/v1/articles", json={**plain, "glossary_id": made["id"]})
        assert "John Doe" in up.json()["translation"]


def test_readiness_tells_of_the_store(postgres: PostgresServer) -> None:
    """An instance without its database is ready for articles, and says what is wrong."""
    answers = {
        KNOWN_SENTENCE.format(minutes): f"The president spoke {minutes} minutes to the deputies."
        for minutes in range(2, 1000)
    }
    url = postgres.create_database()
    pipeline = scripted_pipeline(answers, database_url=url, jobs=0)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        assert client.get("/readyz").json()["store"] == "ok"
        postgres.stop()
        try:
            response = client.get("/readyz")
        finally:
            postgres.start()
        assert response.status_code == 200
        assert response.json()["store"] == "the database cannot be reached"
        assert client.get("/readyz").json()["store"] == "ok"


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_ten_thousand_terms_are_imported_in_under_two_seconds(one: TestClient, form: Any) -> None:
    """Of this process's own time, in every format."""
    terms = [Term((f"Château {n}", f"Ch. {n}"), (f"Castle {n}",)) for n in range(10_000)]
    content = form.write(of_terms(terms, Origin.STORED)).encode()
    start = time.process_time()
    response = one.post(
        "/v1/glossaries?name=long",
        content=content,
        headers={"content-type": form.media_types[0]},
    )
    assert time.process_time() - start < 2
    assert response.json()["size"] == 10_000
