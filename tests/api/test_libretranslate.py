"""LibreTranslate's clients, unchanged, and its wire format by hand."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from deep_translator import LibreTranslator
from fastapi.testclient import TestClient
from libretranslatepy import LibreTranslateAPI

from service.api import create_app
from service.errors import Draining, EngineFailed, Late, Overloaded
from service.formats import READERS
from tests.api.serving import serving
from tests.fakes import FailingEngine, ScriptedEngine, scripted_pipeline

FRENCH = "M. Poutine reçoit Bachar Al-Assad à Sotchi."
ENGLISH = "Mr Poutine receives Bachar Al-Assad in Sotchi."
MENDED = "Mr Putin receives Bashar al-Assad in Sochi."
ANSWERS = {FRENCH: ENGLISH, "Bonjour": "Hello", "Merci beaucoup": "Thank you", "À demain": "Bye"}
AMERICAN = (
    "The president said on Monday that he would not attend the summit in Geneva next week, "
    "and gave no reason for it."
)
GERMAN = "Guten Tag, wie geht es dir heute?"
TO_ENGLISH = {"source": "fr", "target": "en"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a running service."""
    with serving(scripted_pipeline(ANSWERS)) as address:
        yield address


@pytest.fixture
def engine() -> ScriptedEngine:
    """An engine that remembers what it was asked."""
    return ScriptedEngine(ANSWERS)


@pytest.fixture
def client(engine: ScriptedEngine) -> Iterator[TestClient]:
    """A client of a service that takes 200 characters."""
    pipeline = scripted_pipeline(engine=engine, max_characters=200)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


def translate(client: TestClient, **body: Any) -> Any:
    """Post JSON."""
    return client.post("/translate", json=TO_ENGLISH | body)


def test_libretranslatepy_translates_with_names_right(server: str) -> None:
    """Its form is read, and names go through the same pipeline as in articles."""
    assert LibreTranslateAPI(server).translate(FRENCH, "fr", "en") == MENDED


def test_libretranslatepy_lists_languages_with_a_form_in_its_get(server: str) -> None:
    """A content type and even a key in the body of a GET are no reason to refuse it."""
    expected = [
        {"code": "fr", "name": "French", "targets": ["en"]},
        {"code": "en", "name": "English", "targets": []},
    ]
    assert LibreTranslateAPI(server).languages() == expected
    assert LibreTranslateAPI(server, api_key="K").languages() == expected


def test_libretranslatepy_detects(server: str) -> None:
    """Detection is a list of one, on a scale of 100."""
    (found,) = LibreTranslateAPI(server).detect(AMERICAN)
    assert found["language"] == "en"
    assert 90 < found["confidence"] <= 100


def test_libretranslatepy_sees_an_error_status(server: str) -> None:
    """A language that we do not have is its HTTPError, not a wrong translation."""
    with pytest.raises(HTTPError, match="400"):
        LibreTranslateAPI(server).translate("Bonjour", "fr", "es")


def test_deep_translator_sends_a_query_and_an_empty_body(server: str) -> None:
    """A POST without a body or media type is read from its query, accents and all."""
    translator = LibreTranslator("fr", "en", api_key="K", custom_url=f"{server}/")
    assert translator.translate(FRENCH) == MENDED
    assert translator.translate_batch(["Bonjour", "Merci beaucoup"]) == ["Hello", "Thank you"]


def test_the_server_answers_an_empty_body_with_a_json_type(server: str) -> None:
    """A client may say JSON and send everything in the query."""
    request = Request(
        f"{server}/translate?q=Bonjour&source=fr&target=en",
        method="POST",
        headers={"content-type": "application/json"},
    )
    with urlopen(request) as response:
        assert json.load(response) == {"translatedText": "Hello"}


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"q": "À demain", **TO_ENGLISH}},
        {"json": {"q": "À demain", **TO_ENGLISH, "format": None, "api_key": "", "secret": "x"}},
        {"data": {"q": "À demain", **TO_ENGLISH}},
        {"params": {"q": "À demain", **TO_ENGLISH}},
        {"data": {"q": "À demain", **TO_ENGLISH}, "files": {"no": b"file"}},
        {"params": TO_ENGLISH, "data": {"q": "À demain"}},
        {"json": {"q": "À demain", "source": "FR", "target": "EN", "alternatives": -1}},
    ],
)
def test_fields_are_read_in_every_encoding(client: TestClient, sent: dict[str, Any]) -> None:
    """JSON, a form, the query, or a mixture say the same; unknown fields are no options."""
    response = client.post("/translate", **sent)
    assert (response.status_code, response.json()) == (200, {"translatedText": "Bye"})


def test_texts_of_one_call_are_one_call_of_the_engine(
    client: TestClient, engine: ScriptedEngine
) -> None:
    """An array is translated together and comes back in order, blank texts too."""
    texts = ["Bonjour", "", "Merci beaucoup", " \n", "À demain"]
    answer = translate(client, q=texts).json()
    assert answer == {"translatedText": ["Hello", "", "Thank you", " \n", "Bye"]}
    assert sorted(engine.history[0]) == ["Bonjour", "Merci beaucoup", "À demain"]
    assert len(engine.history) == 1


def test_html_is_translated_in_place(client: TestClient, engine: ScriptedEngine) -> None:
    """Tags stay, names are right inside them, entities stay what they are; one call for all."""
    texts = [
        '<p>M. <a href="/p?a=1&amp;b">Poutine</a> reçoit <b>Bachar Al-Assad</b> à Sotchi.</p>',
        "Bonjour",
        "<br>",
        "",
        "<p>Merci beaucoup</p>\n<p>Bonjour",
        "1 &lt; 2",
    ]
    answer = translate(client, q=texts, format="html").json()["translatedText"]
    assert answer == [
        '<p>Mr <a href="/p?a=1&amp;b">Putin</a> receives <b>Bashar al-Assad</b> in Sochi.</p>',
        "Hello",
        "<br>",
        "",
        "<p>Thank you</p>\n<p>Hello",
        "1 &lt; 2",
    ]
    assert len(engine.history) == 1


def test_html_of_no_words_and_of_another_language(client: TestClient) -> None:
    """Markup is no language; the text in it is looked at alone, and comes back with its markup."""
    nothing = translate(client, q="<div class='bonjour'></div>", format="html", source="auto")
    assert nothing.json()["translatedText"] == "<div class='bonjour'></div>"
    assert nothing.json()["detectedLanguage"]["confidence"] == 0.0
    english = translate(client, q=f"<p>{AMERICAN}</p>", format="HTML", source="auto")
    assert english.json()["translatedText"] == f"<p>{AMERICAN}</p>"
    refused = translate(client, q=f"<p>{GERMAN}</p>", format="HTML", source="auto")
    assert (refused.status_code, refused.json()["error"][:26]) == (
        400,
        "the text looks like German",
    )


def test_names_are_the_same_in_all_texts_of_a_call() -> None:
    """What one text says of a person holds for the short form in the next."""
    texts = ["Bachar Al-Assad parle.", "M. Assad se tait."]
    answers = dict(zip(texts, ["Bashar al-Assad speaks.", "Mr Asad is silent."], strict=True))
    with TestClient(create_app(scripted_pipeline(answers))) as client:
        translated = translate(client, q=texts).json()["translatedText"]
    assert translated == ["Bashar al-Assad speaks.", "Mr Assad is silent."]


@pytest.mark.parametrize("text", [" ", "\n\n", "42", "* * *", "1 200 – 3,5"])
def test_what_is_not_language_comes_back_unchanged(
    client: TestClient, engine: ScriptedEngine, text: str
) -> None:
    """There is nothing to translate, and no language."""
    answer = translate(client, q=text, source="auto").json()
    nothing = {"confidence": 0.0, "language": "en"}
    assert answer == {"translatedText": text, "detectedLanguage": nothing}
    assert engine.history == []
    assert client.post("/detect", json={"q": text}).json() == [nothing]


def test_the_detected_language_is_told_only_of_auto(client: TestClient) -> None:
    """Its confidence is on a scale of 100; an array has the one detection, repeated."""
    one = translate(client, q=FRENCH, source="auto").json()
    assert one["translatedText"] == MENDED
    assert one["detectedLanguage"]["language"] == "fr"
    assert 50 < one["detectedLanguage"]["confidence"] <= 100
    two = translate(client, q=["Bonjour", "À demain"], source="auto").json()
    assert len(two["detectedLanguage"]) == 2
    assert two["detectedLanguage"][0] == two["detectedLanguage"][1]


def test_two_words_are_taken_for_french(client: TestClient) -> None:
    """A text that is too short to tell is not refused, and the doubt is told."""
    answer = translate(client, q="Paris", source="auto").json()
    assert answer["detectedLanguage"]["language"] == "fr"
    assert answer["detectedLanguage"]["confidence"] < 50


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"q": ""}, "Invalid request: missing q parameter"),
        ({"q": None}, "Invalid request: missing q parameter"),
        ({"q": []}, "Invalid request: missing q parameter"),
        ({"q": "a", "source": ""}, "Invalid request: missing source parameter"),
        ({"q": "a", "target": ""}, "Invalid request: missing target parameter"),
        ({"q": 5}, "Invalid request: q parameter"),
        ({"q": ["a", 5]}, "Invalid request: q parameter"),
        ({"q": "a", "source": "zz"}, "zz is not supported"),
        ({"q": "a", "target": "zz"}, "zz is not supported"),
        ({"q": "a", "target": "auto"}, "auto is not supported"),
        (
            {"q": "a", "source": "en"},
            "English (en) is not available as a target language from English (en)",
        ),
        (
            {"q": "a", "source": "auto", "target": "fr"},
            "French (fr) is not available as a target language from French (fr)",
        ),
        ({"q": "a", "format": "markdown"}, "markdown format is not supported"),
        (
            {"q": "a", "alternatives": "abc"},
            "Invalid request: alternatives parameter is not a number",
        ),
        ({"q": "a", "alternatives": 1}, "Invalid request: alternatives parameter must be <= 0"),
        ({"q": "a" * 201}, "the text has 201 characters, and the limit is 200"),
        ({"q": ["a" * 101] * 2}, "the text has 204 characters, and the limit is 200"),
        ({"q": "a\0b"}, "the text holds U+0000"),
        ({"q": "a", "source": "auto", "target": "auto"}, "auto is not supported"),
        ({"q": GERMAN, "source": "auto"}, "the text looks like German, not French"),
        ({"q": [GERMAN, AMERICAN], "source": "auto"}, "the text looks like German, not French"),
        ({"q": ["Bonjour", AMERICAN], "source": "auto"}, "the text looks like English, not French"),
    ],
)
def test_bad_input_is_a_400_that_says_why(
    client: TestClient, body: dict[str, Any], message: str
) -> None:
    """The error is a string, in LibreTranslate's own words where it has them."""
    response = translate(client, **body)
    assert response.status_code == 400
    assert response.json().keys() == {"error"}
    assert response.json()["error"].startswith(message)


@pytest.mark.parametrize(
    ("content", "media_type", "message"),
    [
        (b"", "", "Invalid request: missing q parameter"),
        (b'{"q": ', "application/json", "the body is not JSON"),
        (b"[1]", "application/json", "the body is not a JSON object"),
        (b"[" * 100_000, "application/json", "the body is not JSON"),
        (b'{"q": "\\ud800"}', "application/json", "the body is not JSON"),
        (b'{"q": "\xe9"}', "application/json", "the text is not UTF-8"),
        (b"q=%E9t%E9", "application/x-www-form-urlencoded", "the form is not UTF-8"),
        (b"q&" * 1001, "application/x-www-form-urlencoded", "the form has over 1,000 fields"),
        (b"q=" + b"x" * 5_000_000, "application/x-www-form-urlencoded", "the body is over"),
    ],
)
def test_bad_bytes_are_a_400_that_says_why(
    client: TestClient, content: bytes, media_type: str, message: str
) -> None:
    """A body that is not what it says it is has the same shape of error."""
    response = client.post("/translate", content=content, headers={"content-type": media_type})
    assert response.status_code == 400
    assert response.json()["error"].startswith(message)


def test_a_text_in_another_language_can_be_forced(client: TestClient) -> None:
    """The error says how, and it works."""
    refused = translate(client, q=GERMAN, source="auto")
    assert refused.json()["error"].endswith("send source=fr to translate it all the same")
    assert translate(client, q=GERMAN).status_code == 200


@pytest.mark.parametrize(
    "q",
    [
        AMERICAN,
        "Hello my dear friend, how are you today?",
        ["It was all quiet in the streets.\n", "42", ""],
    ],
)
def test_english_comes_back_as_it_is(
    client: TestClient, engine: ScriptedEngine, q: str | list[str]
) -> None:
    """As LibreTranslate does where it finds the target language; the engine never sees it."""
    answer = translate(client, q=q, source="auto").json()
    assert answer["translatedText"] == q
    found = answer["detectedLanguage"]
    assert (found if isinstance(q, str) else found[0])["language"] == "en"
    assert (found if isinstance(q, str) else found[0])["confidence"] > 99
    assert engine.history == []


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (Overloaded("too much is waiting", 2.5), 429, "3"),
        (Late("not done in time", 2.5), 503, "3"),
        (Draining("the service is stopping"), 503, "5"),
        (EngineFailed("the engine gave up"), 503, None),
    ],
)
def test_trouble_of_ours_has_the_shape_of_the_dialect(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    retry_after: str | None,
) -> None:
    """A client can tell when to come again."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("service.engines.scheduler.Scheduler.lane", refuse)
    response = translate(client, q="Bonjour")
    assert response.status_code == status
    assert response.json() == {"error": str(error)}
    assert response.headers.get("retry-after") == retry_after


def test_an_engine_that_gives_up_is_a_503() -> None:
    """It is never the source text that comes back."""
    with TestClient(create_app(scripted_pipeline(engine=FailingEngine()))) as client:
        response = translate(client, q="Bonjour")
    assert response.status_code == 503
    assert response.json() == {"error": "the engine gave up; try again"}


def test_health_is_exactly_one_word_and_only_to_be_got(client: TestClient) -> None:
    """Probes compare the body; a wrong method is told in the dialect too."""
    assert client.get("/health").json() == {"status": "ok"}
    wrong = client.post("/health")
    assert (wrong.status_code, wrong.json()) == (405, {"error": "Method Not Allowed"})
    assert client.get("/translate").headers["allow"] == "POST"


def test_frontend_settings_say_what_there_is(client: TestClient) -> None:
    """A page learns the limit, which files may be sent, and that there are no keys."""
    settings = client.get("/frontend/settings").json()
    assert settings == {
        "charLimit": 200,
        "frontendTimeout": 500,
        "apiKeys": False,
        "keyRequired": False,
        "suggestions": False,
        "filesTranslation": True,
        "supportedFilesFormat": sorted(filter(None, READERS)),
        "language": {
            "source": {"code": "auto", "name": "Auto Detect"},
            "target": {"code": "en", "name": "English"},
        },
    }


def test_what_is_off_is_a_403(client: TestClient) -> None:
    """LibreTranslate's own status for suggestions that are off."""
    response = client.post("/suggest", data={"q": "a"})
    assert response.status_code == 403
    assert response.json() == {"error": "/suggest is disabled on this server"}


def test_openapi_describes_both_encodings(client: TestClient) -> None:
    """The description is enough to write a client."""
    operation = client.get("/openapi.json").json()["paths"]["/translate"]["post"]
    bodies = operation["requestBody"]["content"]
    assert bodies.keys() == {"application/json", "application/x-www-form-urlencoded"}
    assert set(bodies["application/json"]["schema"]["required"]) == {"q", "source", "target"}
