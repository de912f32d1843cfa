"""`POST /v1/articles`: both encodings, every error in one shape."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service import errors
from service.api import create_app
from service.api.errors import STATUS, status_of
from tests.fakes import FailingEngine, scripted_pipeline

FRENCH = "Le président Vladimir Poutine est à Sotchi."
ENGLISH = "President Vladimir Poutine is in Sotchi."
MENDED = "President Vladimir Putin is in Sochi."


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of an app whose engine knows one sentence."""
    lost = dict.fromkeys(("Moscou dément.", "Moscow dément."), "It is denied.")
    pipeline = scripted_pipeline({FRENCH: ENGLISH, **lost}, max_characters=200)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


def post(client: TestClient, **body: Any) -> Any:
    """Post JSON."""
    return client.post("/v1/articles", json={"source": "fr", **body})


def test_json_gives_translation_ledger_and_summary(client: TestClient) -> None:
    """One answer holds all that was found out about the article."""
    response = post(client, text=FRENCH)
    assert response.status_code == 200
    article = response.json()
    assert article["translation"] == MENDED
    assert {name["canonical"] for name in article["names"]} == {"Vladimir Putin", "Sochi"}
    assert article["summary"]["pairs"][0]["target"] == MENDED
    sentence = article["paragraphs"][0]["sentences"][0]
    assert article["text"][sentence["start"] : sentence["end"]] == FRENCH
    assert article["translation"][sentence["target_start"] : sentence["target_end"]] == MENDED


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", ""],
)
def test_the_text_alone_may_be_the_body(client: TestClient, media_type: str) -> None:
    """`curl --data-binary @article.txt` works with or without a media type of its own."""
    response = client.post(
        "/v1/articles?source=fr&summary_words=0",
        content=FRENCH.encode(),
        headers={"content-type": media_type},
    )
    assert response.json()["translation"] == MENDED
    assert response.json()["summary"]["pairs"] == []


def test_terms_of_the_request_win(client: TestClient) -> None:
    """A glossary in the request goes before the built-in list."""
    response = post(client, text=FRENCH, glossary=[{"french": "Sotchi", "english": "Sotchy"}])
    assert response.json()["translation"] == "President Vladimir Putin is in Sotchy."


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 400, "empty_text"),
        ({"text": " \n "}, 400, "empty_text"),
        ({"text": "Un\0chat"}, 400, "control_character"),
        ({"text": "a" * 201}, 413, "too_long"),
        ({}, 422, "invalid_request"),
        ({"text": 3}, 422, "invalid_request"),
        ({"text": FRENCH, "summary_words": -1}, 422, "invalid_request"),
        ({"text": FRENCH, "tilte": "x"}, 422, "invalid_request"),
        ({"text": FRENCH, "glossary": [{"french": "", "english": "x"}]}, 422, "invalid_request"),
        ({"text": FRENCH, "glossary": [{"french": "a", "english": "b"}] * 2}, 422, "bad_glossary"),
        ({"text": "Moscou dément.", "strict": True}, 422, "unresolved_names"),
    ],
)
def test_bad_input_gets_a_clear_error(
    client: TestClient, body: dict[str, Any], status: int, code: str
) -> None:
    """The status fits, the code is stable, and there is a message and a hint."""
    response = post(client, **body)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"]
    assert error["hint"]
    assert error.keys() == {"code", "message", "hint", "where"}


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", "text/plain", 400, "empty_text"),
        ("Le café".encode("latin-1"), "text/plain", 400, "not_utf8"),
        (b'{"text": "caf\xe9"}', "application/json", 400, "not_utf8"),
        (b'{"text": ', "application/json", 422, "invalid_request"),
        (b"[1, 2]", "application/json", 422, "invalid_request"),
        (b'{"text": "\\ud800 seul"}', "application/json", 400, "control_character"),
        (b"x" * 5_000_000, "text/plain", 413, "too_long"),
        (b' {"text": "Oui."}', "application/x-www-form-urlencoded", 400, "bad_input"),
        (b'{\n"title": "Oui", "text": "Oui."}', "", 400, "bad_input"),
        (b"<p>Oui.</p>", "application/xml", 415, "unsupported_type"),
        (b"Oui.", "multipart/form-data; boundary=x", 415, "unsupported_type"),
        (b"Oui.", "text/plain; charset=klingon", 400, "bad_input"),
        (b"Oui.", "text/plain; charset=rot13", 400, "bad_input"),
        (b"Oui.", "text/plain; charset=\xe9", 400, "bad_input"),
        (b"O\x81i.", "text/plain; charset=windows-1252", 400, "bad_input"),
    ],
)
def test_bad_bytes_get_a_clear_error(
    client: TestClient, content: bytes, media_type: str, status: int, code: str
) -> None:
    """A body that is not what it says is told apart from a text that is not right."""
    headers = {b"content-type": media_type.encode("latin-1")}
    response = client.post("/v1/articles", content=content, headers=headers)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["hint"]


def test_json_that_does_not_say_so_is_told_how_to(client: TestClient) -> None:
    """`curl -d` says that it sends a form."""
    error = client.post("/v1/articles", content='{"text": "Oui."}').json()["error"]
    assert error["hint"] == "send Content-Type: application/json"


@pytest.mark.parametrize("charset", ["iso-8859-1", "Latin1", "windows-1252", '"ISO-8859-15"'])
def test_a_text_is_read_in_the_charset_that_it_names(client: TestClient, charset: str) -> None:
    """Accents of an old editor come through."""
    response = client.post(
        "/v1/articles?source=fr",
        content=FRENCH.encode("iso-8859-1"),
        headers={"content-type": f"text/plain; charset={charset}"},
    )
    assert response.json()["translation"] == MENDED


def test_what_cannot_be_written_is_not_acceptable(client: TestClient) -> None:
    """An article comes as JSON or as events; the error names both; browsers take anything."""
    body = {"text": FRENCH, "source": "fr"}
    refused = client.post("/v1/articles", json=body, headers={"accept": "application/pdf"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (406, "not_acceptable")
    assert "application/json, text/event-stream" in refused.json()["error"]["message"]
    assert "Accept" in refused.json()["error"]["hint"]
    for accept in ("text/html,*/*;q=0.8", "application/*", ""):
        assert client.post("/v1/articles", json=body, headers={"accept": accept}).is_success


def test_a_text_in_another_language_is_refused_unless_forced(client: TestClient) -> None:
    """Detection protects from nonsense; `source` overrules it."""
    english = (
        "He said that he would not come to the summit. He gave no reason for it when we asked him."
    )
    refused = client.post("/v1/articles", json={"text": english})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_french")
    assert post(client, text=english).status_code == 200


def test_strict_mode_carries_the_whole_translation(client: TestClient) -> None:
    """An unresolved name costs the caller nothing but the status."""
    response = post(client, text="Moscou dément.", strict=True)
    assert response.json()["article"]["paragraphs"][0]["sentences"][0]["source"] == "Moscou dément."


def test_an_unknown_path_and_a_wrong_method_answer_in_the_same_shape(client: TestClient) -> None:
    """No HTML, no second error format."""
    assert client.get("/v1/nothing").json()["error"]["code"] == "not_found"
    wrong = client.get("/v1/articles")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")


def test_every_error_of_ours_has_a_status() -> None:
    """A new error cannot become a 500 by being forgotten."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = {kind for kind in kinds if issubclass(kind, errors.InterligneError)}
    abstract = {errors.InterligneError}
    for kind in ours - abstract:
        assert any(ancestor in STATUS for ancestor in kind.__mro__), kind
    assert status_of(errors.NotUtf8("x")) == 400


def test_an_engine_that_gives_up_is_a_503() -> None:
    """It is the service that failed, not the request."""
    with TestClient(create_app(scripted_pipeline(engine=FailingEngine()))) as client:
        response = post(client, text=FRENCH)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "engine_failed")
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").json() == {"status": "ok"}


def test_openapi_describes_both_bodies_with_examples(client: TestClient) -> None:
    """The description is enough to write a client."""
    post_articles = client.get("/openapi.json").json()["paths"]["/v1/articles"]["post"]
    bodies = post_articles["requestBody"]["content"]
    assert bodies.keys() == {"application/json", "text/plain"}
    assert "Poutine" in bodies["text/plain"]["example"]
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert "Poutine" in schemas["ArticleBody"]["examples"][0]["text"]
