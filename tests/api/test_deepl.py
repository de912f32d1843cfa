"""DeepL's own client, unchanged, and its wire format by hand."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import deepl
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.decoding import Decoding, Hypothesis
from service.errors import Draining, EngineFailed, Late, Overloaded
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys, Scope
from tests.api.serving import serving
from tests.fakes import ScriptedEngine, scripted_pipeline

FRENCH = "M. Poutine reçoit Bachar Al-Assad à Sotchi."
ENGLISH = "Mr Poutine receives Bachar Al-Assad in Sotchi."
MENDED = "Mr Putin receives Bashar al-Assad in Sochi."
ANSWERS = {FRENCH: ENGLISH, "Bonjour": "Hello", "Au revoir": "Goodbye", "Un chat. Il dort.": "x"}
AMERICAN = (
    "The president said on Monday that he would not attend the summit in Geneva next week, "
    "and gave no reason for it."
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a running service."""
    with serving(scripted_pipeline(ANSWERS)) as address:
        yield address


@pytest.fixture
def translator(server: str) -> Iterator[deepl.DeepLClient]:
    """DeepL's client."""
    with closing(deepl.DeepLClient("key", server_url=server)) as translator:
        yield translator


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a service that takes 200 characters."""
    pipeline = scripted_pipeline(ANSWERS, max_characters=200)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


def translate(client: TestClient, **body: Any) -> Any:
    """Post JSON."""
    return client.post("/v2/translate", json={"target_lang": "EN-GB", **body})


def test_deepl_translates_with_names_right(translator: deepl.DeepLClient) -> None:
    """One text gives one result, with the language and the characters billed."""
    result = translator.translate_text(FRENCH, target_lang="EN-GB")
    assert isinstance(result, deepl.TextResult)
    assert result.text == MENDED
    assert (result.detected_source_lang, result.billed_characters) == ("FR", len(FRENCH))


def test_deepl_translates_several_texts_in_order(translator: deepl.DeepLClient) -> None:
    """A list gives a list, repetitions and blanks included."""
    results = translator.translate_text(
        ["Bonjour", " ", "Au revoir", "Bonjour"], source_lang="FR", target_lang="en-us"
    )
    assert isinstance(results, list)
    assert [result.text for result in results] == ["Hello", " ", "Goodbye", "Hello"]


def test_deepl_lists_the_languages_of_both_sides(translator: deepl.DeepLClient) -> None:
    """The client asks for targets in the body of a GET; each must say if it can be formal."""
    sources = translator.get_source_languages()
    assert [(one.code, one.name) for one in sources] == [("FR", "French")]
    targets = translator.get_target_languages()
    assert [one.code for one in targets] == ["EN-GB", "EN-US"]
    assert [one.supports_formality for one in targets] == [False, False]


def test_deepl_reads_the_usage() -> None:
    """Characters are counted, and both numbers are there."""
    with (
        serving(scripted_pipeline(ANSWERS)) as server,
        closing(deepl.DeepLClient("key", server_url=server)) as translator,
    ):
        translator.translate_text(["Bonjour", "Au revoir"], target_lang="EN-GB")
        usage = translator.get_usage()
    assert usage.character.valid
    assert usage.character.count == len("Bonjour") + len("Au revoir")
    assert not usage.any_limit_reached


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"target_lang": "DE"}, "Value for 'target_lang' not supported"),
        ({"source_lang": "DE"}, "Value for 'source_lang' not supported"),
        ({"formality": "more"}, "Value for 'formality' not supported"),
        ({"model_type": "quality_optimized"}, "Value for 'model_type' not supported"),
        ({"tag_handling": "markdown"}, "Value for 'tag_handling' not supported"),
        ({"ignore_tags": ["x"]}, "Parameters for tags require 'tag_handling'"),
        ({"outline_detection": False}, "Parameters for tags require 'tag_handling'"),
        (
            {"tag_handling": "html", "outline_detection": False},
            "only supported for tag_handling=xml",
        ),
        ({"extra_body_parameters": {"glossary_id": "g1"}}, "requires 'source_lang'"),
        ({"custom_instructions": ["Be brief."]}, "'custom_instructions' is not supported"),
        ({"extra_body_parameters": {"new": 1}}, "Parameter 'new' is not supported"),
    ],
)
def test_deepl_is_told_what_is_not_supported(
    translator: deepl.DeepLClient, wish: dict[str, Any], message: str
) -> None:
    """What would change the translation is refused at once, in words that the client shows."""
    begun = time.monotonic()
    with pytest.raises(deepl.DeepLException, match=message) as caught:
        translator.translate_text("Bonjour", **{"target_lang": "EN-GB", **wish})
    assert caught.value.http_status_code == 400
    assert time.monotonic() - begun < 8  # from 500 up it asks five times more, for 17 seconds


def test_deepl_is_told_of_another_language(translator: deepl.DeepLClient) -> None:
    """Status 422 would be unexpected, and a detail that is no string would be a TypeError."""
    with pytest.raises(deepl.DeepLException, match=r"looks like English.*source_lang=FR") as caught:
        translator.translate_text(["Bonjour", AMERICAN], target_lang="EN-GB")
    assert caught.value.http_status_code == 400


@pytest.mark.parametrize("how", ["html", "xml"])
def test_deepl_translates_markup_in_place(translator: deepl.DeepLClient, how: str) -> None:
    """Tags stay, names are right inside them, and only words are billed."""
    marked = "M. <b>Poutine</b> reçoit <i>Bachar Al-Assad</i> à Sotchi."
    results = translator.translate_text(
        [f"<p>{marked}</p>", "<p>Bonjour</p><p>Au revoir</p>", "<br/>"],
        source_lang="FR",
        target_lang="EN-GB",
        tag_handling=how,
    )
    assert isinstance(results, list)
    assert [result.text for result in results] == [
        "<p>Mr <b>Putin</b> receives <i>Bashar al-Assad</i> in Sochi.</p>",
        "<p>Hello</p><p>Goodbye</p>",
        "<br/>",
    ]
    billed = [result.billed_characters for result in results]
    assert billed == [len(FRENCH), len("Bonjour\n\nAu revoir"), 0]


def test_deepl_keeps_placeholders(translator: deepl.DeepLClient) -> None:
    """As programs for localising send them: elements that stand for something else."""
    result = translator.translate_text(
        'Bonjour <x id="7"></x>',
        source_lang="FR",
        target_lang="EN-GB",
        tag_handling="xml",
        ignore_tags=["x"],
    )
    assert str(result) == 'Hello <x id="7"></x>'


def test_deepl_is_told_of_bad_xml_and_not_of_bad_html(translator: deepl.DeepLClient) -> None:
    """What is no XML is refused; browsers read any HTML, and so do we."""

    def translate(how: str) -> str:
        return str(translator.translate_text("Bonjour <b>", target_lang="EN-GB", tag_handling=how))

    with pytest.raises(deepl.DeepLException, match="not well formed: mismatched tag") as caught:
        translate("xml")
    assert caught.value.http_status_code == 400
    assert translate("html") == "Hello <b>"


def test_the_address_may_end_with_a_slash(server: str) -> None:
    """The client keeps a path before ours only if it ends so, hence people write it."""
    with closing(deepl.DeepLClient("key", server_url=f"{server}/")) as translator:
        assert str(translator.translate_text("Bonjour", target_lang="EN-GB")) == "Hello"


class SlowEngine(ScriptedEngine):
    """Needs a while for each batch."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Sleep, then answer from the table."""
        time.sleep(0.6)
        return super().translate(segments, decoding, prefixes)


def test_deepl_hangs_up_and_its_retry_finds_the_result(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gives up after some seconds to ask again; the work goes on meanwhile."""
    monkeypatch.setattr(deepl.http_client, "min_connection_timeout", 0.5)  # 10 s by default
    words = " ".join(map(chr, range(ord("a"), ord("z")))).split()
    sentences = [f"Le chat {' '.join(words[n:] + words[:n])} dort." for n in range(6)]
    engine = SlowEngine(dict.fromkeys(sentences, "The cat sleeps all day and all night."))
    # Without a memory of recent segments, so that work given up is work to do again.
    pipeline = scripted_pipeline(engine=engine, batch_tokens=64, cache_segments=0)
    with (
        serving(pipeline) as server,
        closing(deepl.DeepLClient("key", server_url=server)) as translator,
        caplog.at_level("INFO", "deepl"),
    ):
        results = translator.translate_text(sentences, source_lang="FR", target_lang="EN-GB")
    assert "Starting retry 1" in caplog.text
    assert isinstance(results, list)
    assert len(results) == len(sentences)
    asked = [segment for batch in engine.history for segment in batch]
    assert sorted(set(asked)) == sorted(asked)


def test_equal_requests_at_once_are_worked_on_once() -> None:
    """Six copies of a request cost what one does."""
    engine = SlowEngine(ANSWERS)
    pipeline = scripted_pipeline(engine=engine, cache_segments=0)
    with TestClient(create_app(pipeline)) as client, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: translate(client, text=["Bonjour"]).json(), range(6)))
        assert answers == [answers[0]] * 6
        assert engine.history == [["Bonjour"]]
        translate(client, text=["Bonjour"])
    assert len(engine.history) == 2  # what was taken is not kept


def test_equal_requests_of_two_keys_are_counted_for_both(tmp_path: Path) -> None:
    """Each key has what it asked for in its usage, also at the same time."""
    keys = Keys(open_store(Settings(data_dir=tmp_path).store_url))
    sent = [keys.create(name, [Scope.TRANSLATE])[1] for name in ("Desk", "Web")]
    pipeline = scripted_pipeline(engine=SlowEngine(ANSWERS), data_dir=tmp_path)
    with TestClient(create_app(pipeline)) as client, ThreadPoolExecutor(2) as pool:

        def ask(key: str) -> int:
            headers = {"authorization": f"DeepL-Auth-Key {key}"}
            body = {"text": ["Bonjour"], "target_lang": "EN", "source_lang": "FR"}
            return client.post("/v2/translate", json=body, headers=headers).status_code

        assert list(pool.map(ask, sent)) == [200, 200]
    assert [key.characters for key in keys.list()] == [len("Bonjour")] * 2


class MoodyEngine(ScriptedEngine):
    """Gives up on what it is asked first."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer from the table, but for the first time."""
        answers = super().translate(segments, decoding, prefixes)
        if len(self.history) == 1:
            raise EngineFailed("the engine gave up")
        return answers


def test_a_failure_is_not_kept() -> None:
    """Who asks again after a failure may have more luck."""
    with TestClient(create_app(scripted_pipeline(engine=MoodyEngine()))) as client:
        refused = translate(client, text=["Bonjour"])
        assert (refused.status_code, refused.json()["message"]) == (503, "the engine gave up")
        assert translate(client, text=["Bonjour"]).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"text": ["Bonjour", "Au revoir"], "target_lang": "EN"}},
        {"json": {"text": ["Bonjour", "Au revoir"], "target_lang": "en", "source_lang": "fr"}},
        {"data": {"text": ["Bonjour", "Au revoir"], "target_lang": "EN-US", "auth_key": "K"}},
        {"data": {"text": ["Bonjour", "Au revoir"], "target_lang": "EN", "formality": ""}},
        {
            "json": {
                "text": ["Bonjour", "Au revoir"],
                "target_lang": "EN-GB",
                "split_sentences": 0,
                "preserve_formatting": "1",
                "formality": "prefer_more",
                "model_type": None,
                "show_billed_characters": False,
            }
        },
    ],
)
def test_fields_are_read_as_json_and_as_a_form(client: TestClient, sent: dict[str, Any]) -> None:
    """A text may be repeated in a form; options that change nothing are taken; no key is needed."""
    response = client.post("/v2/translate", **sent)
    assert response.status_code == 200
    assert response.json() == {
        "translations": [
            {"detected_source_language": "FR", "text": "Hello", "billed_characters": 7},
            {"detected_source_language": "FR", "text": "Goodbye", "billed_characters": 9},
        ]
    }


def test_the_model_type_is_told_who_asks_for_one(client: TestClient) -> None:
    """Best quality if possible is answered by what there is."""
    answer = translate(client, text=["Bonjour"], model_type="prefer_quality_optimized").json()
    assert answer["translations"][0]["model_type_used"] == "latency_optimized"


def test_the_context_tells_who_a_name_is(client: TestClient) -> None:
    """It is read for its names, and neither returned nor billed."""
    answers = {
        "Bachar Al-Assad parle.": "Bashar al-Assad speaks.",
        "M. Assad se tait.": "Mr Asad is silent.",
    }
    with TestClient(create_app(scripted_pipeline(answers))) as client:
        context, text = answers
        (translation,) = translate(client, text=[text], context=context).json()["translations"]
    assert translation["text"] == "Mr Assad is silent."
    assert translation["billed_characters"] == len(text)


@pytest.mark.parametrize(
    ("how", "text", "message"),
    [
        ("0", "Un chat. Il dort.", "split_sentences=0 is only supported for single sentences."),
        (
            "nonewlines",
            "Un chat\nIl dort.",
            "split_sentences=nonewlines is only supported for single lines.",
        ),
        ("2", "Un chat", "Value for 'split_sentences' not supported."),
    ],
)
def test_a_text_is_not_split_where_it_shall_not_be(
    client: TestClient, how: str, text: str, message: str
) -> None:
    """Where the splitting asked for is not ours, it is refused; where it is the same, done."""
    response = translate(client, text=[text], split_sentences=how)
    assert (response.status_code, response.json()) == (400, {"message": message})
    single = translate(client, text=["Un chat dort.\n"], split_sentences="nonewlines")
    assert single.status_code == 200


def test_markup_is_told_from_its_context_and_its_options(client: TestClient) -> None:
    """The context is no markup, lists may be parted by commas, and line ends split nothing."""
    answer = client.post(
        "/v2/translate",
        data={
            "text": "<x>Bonjour</x>\n<y>Bonjour</y>",
            "context": "1 < 2 & <b>",
            "target_lang": "EN",
            "tag_handling": "html",
            "ignore_tags": "X,z",
            "splitting_tags": "y",
            "split_sentences": "nonewlines",
        },
    )
    assert answer.json()["translations"][0]["text"] == "<x>Bonjour</x>\n<y>Hello</y>"
    many = translate(client, text=["<p>Un chat.</p><p>Il dort.</p>"], tag_handling="html")
    assert many.status_code == 200
    single = translate(
        client, text=["<p>Un chat. Il dort.</p>"], tag_handling="html", split_sentences="0"
    )
    assert single.json()["message"] == "split_sentences=0 is only supported for single sentences."


def test_equal_texts_with_other_markup_are_other_requests() -> None:
    """An answer that was kept is for the very same question."""
    with TestClient(create_app(scripted_pipeline({"Bonjour": "Hello"}))) as client:
        texts = [
            translate(client, text=["<b>Bonjour</b>"], **options).json()["translations"][0]["text"]
            for options in (
                {"tag_handling": "html"},
                {"tag_handling": "html", "ignore_tags": ["b"]},
                {"tag_handling": "xml"},
                {},
            )
        ]
    assert texts[:3] == ["<b>Hello</b>", "<b>Bonjour</b>", "<b>Hello</b>"]
    assert texts[3] == "<<b>Bonjour</b>>"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "Missing or invalid argument: text"),
        ({"text": []}, 400, "Missing or invalid argument: text"),
        ({"text": "Bonjour"}, 400, "Missing or invalid argument: text: Input should be a valid"),
        ({"text": [3]}, 400, "Missing or invalid argument: text: Input should be a valid"),
        ({"text": ["a"], "target_lang": None}, 400, "Missing or invalid argument: target_lang"),
        ({"text": ["a"], "preserve_formatting": "x"}, 400, "Missing or invalid argument: preserve"),
        ({"text": ["a\0b"]}, 400, "the text holds U+0000"),
        ({"text": ["<a\0b"], "tag_handling": "xml"}, 400, "the XML is not well formed"),
        ({"text": ["a"], "tag_handling": "xml", "ignore_tags": "x"}, 400, "Missing or invalid"),
        ({"text": ["a"], "tag_handling": "xml", "ignore_tags": [1]}, 400, "Missing or invalid"),
        ({"text": ["a" * 201]}, 413, "the text has 201 characters"),
    ],
)
def test_bad_input_gets_a_message(
    client: TestClient, body: dict[str, Any], status: int, message: str
) -> None:
    """Message and detail are strings, which is all that the client can read."""
    response = translate(client, **body)
    assert response.status_code == status
    assert response.json()["message"].startswith(message)
    assert all(isinstance(value, str) for value in response.json().values())


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (Overloaded("too much is waiting", 2.5), 429, "3"),
        (Late("not done in time", 2.5), 503, "3"),
        (Draining("the service is stopping"), 503, "5"),
    ],
)
def test_trouble_of_ours_has_the_shape_of_the_dialect(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    retry_after: str,
) -> None:
    """A client can tell when to come again."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("service.engines.scheduler.Scheduler.lane", refuse)
    response = translate(client, text=["Bonjour"])
    assert (response.status_code, response.json()) == (status, {"message": str(error)})
    assert response.headers["retry-after"] == retry_after


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ({"method": "GET"}, ["FR"]),
        ({"method": "GET", "params": {"type": "target"}}, ["EN-GB", "EN-US"]),
        ({"method": "GET", "data": {"type": "target"}}, ["EN-GB", "EN-US"]),
        ({"method": "POST", "json": {"type": "target"}}, ["EN-GB", "EN-US"]),
        ({"method": "POST", "data": {"type": "source"}}, ["FR"]),
    ],
)
def test_the_side_of_the_languages_is_read_anywhere(
    client: TestClient, sent: dict[str, Any], codes: list[str]
) -> None:
    """In the query or the body, of a GET or a POST."""
    answer = client.request(url="/v2/languages", **sent).json()
    assert [language["language"] for language in answer] == codes


def test_a_strange_side_is_refused(client: TestClient) -> None:
    """There are two sides."""
    response = client.get("/v2/languages?type=x")
    assert (response.status_code, response.json()["message"]) == (
        400,
        "Value for 'type' not supported.",
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v2/translate"), ("POST", "/v2/nothing"), ("DELETE", "/v3/nothing/else")],
)
def test_what_is_not_there_is_a_404_with_a_message(
    client: TestClient, method: str, path: str
) -> None:
    """Unknown paths answer in DeepL's shape under its prefixes."""
    response = client.request(method, path)
    assert (response.status_code, response.json()) == (404, {"message": "no such resource"})


def test_openapi_describes_both_encodings(client: TestClient) -> None:
    """The description is enough to write a client."""
    operation = client.get("/openapi.json").json()["paths"]["/v2/translate"]["post"]
    bodies = operation["requestBody"]["content"]
    assert bodies.keys() == {"application/json", "application/x-www-form-urlencoded"}
    assert set(bodies["application/json"]["schema"]["required"]) == {"text", "target_lang"}
