"""DeepL's own client against our glossaries, versions 2 and 3."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import deepl
import pytest
from deepl.api_data import MultilingualGlossaryDictionaryEntries as Entries
from fastapi.testclient import TestClient

from service.api import create_app
from tests.api.serving import serving
from tests.fakes import scripted_pipeline

FRENCH = "Vladimir Poutine est à Sotchi avec Tartempion."
ANSWERS = {FRENCH: "Vladimir Poutine is in Sotchi with Tartempion."}
WORDS = {"Tartempion": "John Doe", "château|fort": "castle, “strong”"}
NEW = {"name": "a", "source_lang": "fr", "target_lang": "en"}


@pytest.fixture
def server(database_url: str) -> Iterator[str]:
    """The address of a running service with an empty store."""
    with serving(scripted_pipeline(ANSWERS, database_url=database_url, jobs=0)) as address:
        yield address


@pytest.fixture
def translator(server: str) -> Iterator[deepl.DeepLClient]:
    """DeepL's client."""
    with closing(deepl.DeepLClient("key", server_url=server)) as translator:
        yield translator


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client that shows what goes over the wire."""
    with TestClient(create_app(scripted_pipeline(jobs=0)), raise_server_exceptions=False) as client:
        yield client


def test_a_glossary_of_version_2_lives_and_dies(translator: deepl.DeepLClient) -> None:
    """Create, get, entries, list, delete, as the client reads them."""
    made = translator.create_glossary("desk", "FR", "EN-GB", WORDS)
    assert (made.name, made.source_lang, made.target_lang) == ("desk", "FR", "EN")
    assert (made.entry_count, made.ready) == (2, True)
    assert abs(made.creation_time - datetime.now(UTC)) < timedelta(minutes=5)
    assert vars(translator.get_glossary(made.glossary_id)) == vars(made)
    assert translator.get_glossary_entries(made) == WORDS
    other = translator.create_glossary("other", "FR", "EN", {"a": "b"})
    assert [one.glossary_id for one in translator.list_glossaries()] == [
        other.glossary_id,
        made.glossary_id,
    ]
    translator.delete_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        translator.get_glossary(made.glossary_id)


def test_a_glossary_of_version_3_lives_and_dies(translator: deepl.DeepLClient) -> None:
    """Create, merge, replace, rename, entries, list, delete, as the client reads them."""
    made = translator.create_multilingual_glossary("desk", [Entries("FR", "EN", WORDS)])
    assert [(one.source_lang, one.target_lang, one.entry_count) for one in made.dictionaries] == [
        ("FR", "EN", 2)
    ]
    merged = translator.update_multilingual_glossary_dictionary(
        made, Entries("FR", "EN", {"Tartempion": "Joe Bloggs", "chat": "cat"})
    )
    assert merged.dictionaries[0].entry_count == 3
    there = translator.get_multilingual_glossary_entries(made, "FR", "EN")
    entries: Any = there.dictionaries[0].entries  # which the client leaves as they came
    assert entries == "Tartempion\tJoe Bloggs\nchâteau|fort\tcastle, “strong”\nchat\tcat"
    replaced = translator.replace_multilingual_glossary_dictionary(
        made, Entries("FR", "EN", {"chien": "dog"})
    )
    assert replaced.entry_count == 1
    renamed = translator.update_multilingual_glossary_name(made, "house")
    assert (renamed.name, renamed.glossary_id) == ("house", made.glossary_id)
    assert [one.name for one in translator.list_multilingual_glossaries()] == ["house"]
    translator.delete_multilingual_glossary_dictionary(made, source_lang="FR", target_lang="EN")
    assert translator.get_multilingual_glossary(made.glossary_id).dictionaries == []
    translator.delete_multilingual_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        translator.get_multilingual_glossary(made.glossary_id)


def test_deepl_translates_with_a_glossary(translator: deepl.DeepLClient) -> None:
    """The same glossary serves both versions; without it the text reads as before."""
    made = translator.create_glossary("desk", "FR", "EN", WORDS)
    both = translator.get_multilingual_glossary(made.glossary_id)
    options: dict[str, Any] = {"source_lang": "FR", "target_lang": "EN-GB"}
    mended = "Vladimir Putin is in Sochi with John Doe."
    for wish in (
        {"glossary": made},
        {"glossary": both},
        {"glossary": made.glossary_id},
        {"extra_body_parameters": {"glossary_ids": [made.glossary_id]}},
    ):
        result = translator.translate_text(FRENCH, **options, **wish)
        assert isinstance(result, deepl.TextResult)
        assert result.text == mended
    plain = translator.translate_text(FRENCH, **options)
    assert isinstance(plain, deepl.TextResult)
    assert plain.text == "Vladimir Putin is in Sochi with Tartempion."


def test_a_changed_glossary_is_used_at_once(translator: deepl.DeepLClient) -> None:
    """An equal request of a moment ago is no answer to this one."""
    made = translator.create_multilingual_glossary("desk", [Entries("FR", "EN", WORDS)])
    for name in ("John Doe", "Joe Bloggs"):
        words = Entries("FR", "EN", {"Tartempion": name})
        translator.replace_multilingual_glossary_dictionary(made, words)
        result = translator.translate_text(
            FRENCH, source_lang="FR", target_lang="EN-GB", glossary=made
        )
        assert isinstance(result, deepl.TextResult)
        assert name in result.text


def test_a_table_with_commas_can_be_sent(translator: deepl.DeepLClient) -> None:
    """Quoted cells and the optional columns of languages are read."""
    table = io.StringIO()
    csv.writer(table).writerows([["Tartempion", "Doe, John", "FR", "EN"], ['le "chat"', "cat"]])
    made = translator.create_glossary_from_csv("desk", "FR", "EN", table.getvalue())
    assert translator.get_glossary_entries(made) == {"Tartempion": "Doe, John", 'le "chat"': "cat"}


def test_only_french_to_english_is_there(translator: deepl.DeepLClient) -> None:
    """The pairs are listed, and another is refused with a 400 that the client shows."""
    pairs = [(one.source_lang, one.target_lang) for one in translator.get_glossary_languages()]
    assert pairs == [("fr", "en")]
    with pytest.raises(deepl.DeepLException, match="source_lang") as caught:
        translator.create_glossary("desk", "DE", "EN", {"a": "b"})
    assert caught.value.http_status_code == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**NEW, "entries": "a\n", "entries_format": "tsv"}, "line 1 needs a source and a target"),
        ({**NEW, "entries": "a\tb\tc", "entries_format": "tsv"}, "line 1 needs"),
        ({**NEW, "entries": "a\tb\n\nc\t \n", "entries_format": "tsv"}, "line 3 needs"),
        ({**NEW, "entries": "a\tb\na\tc", "entries_format": "tsv"}, "“a” gives “c”"),
        ({**NEW, "entries": "a\tb\x00", "entries_format": "tsv"}, "no text contains"),
        ({**NEW, "entries": "a\tb", "entries_format": "xls"}, "'entries_format' not supported"),
        ({**NEW, "entries_format": "tsv"}, "Missing or invalid argument: entries"),
        ({**NEW, "name": " ", "entries": "a\tb", "entries_format": "tsv"}, "a name needs"),
    ],
)
def test_what_is_wrong_is_a_400_in_the_shape_of_deepl(
    client: TestClient, body: dict[str, Any], message: str
) -> None:
    """422 would be unexpected; `detail` is a string or not there."""
    response = client.post("/v2/glossaries", json=body)
    assert response.status_code == 400, response.text
    assert message in response.json()["message"]
    assert isinstance(response.json().get("detail", ""), str)


def test_times_have_a_fraction_and_a_zone(client: TestClient) -> None:
    """The client cannot read a time without either."""
    body = {**NEW, "entries": "a\tb", "entries_format": "tsv"}
    time = client.post("/v2/glossaries", json=body).json()["creation_time"]
    assert datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%f%z").tzinfo == UTC


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"source_lang": "FR", "glossary_id": "nonesuch"}, 404),
        ({"source_lang": "FR", "glossary_id": "a", "glossary_ids": ["b"]}, 400),
        ({"source_lang": "FR", "glossary_ids": ["a"] * 6}, 400),
        ({"glossary_id": "a"}, 400),
    ],
)
def test_a_glossary_that_cannot_be_used_is_told(
    client: TestClient, wish: dict[str, Any], status: int
) -> None:
    """No text is translated without the glossary that was meant."""
    body = {"text": ["Bonjour"], "target_lang": "EN-GB", **wish}
    response = client.post("/v2/translate", json=body)
    assert response.status_code == status
    assert response.json()["message"]


def test_ours_with_many_forms_is_one_entry_for_each(client: TestClient) -> None:
    """What our own API stored can be read as DeepL's."""
    terms = [{"french": ["Sotchi", "Sot\tchy"], "english": ["Sochi", "Sotchi"]}]
    made = client.post("/v1/glossaries", json={"name": "a", "terms": terms}).json()
    response = client.get(f"/v2/glossaries/{made['id']}/entries")
    assert response.headers["content-type"].startswith("text/tab-separated-values")
    assert response.text == "Sotchi\tSochi\nSot chy\tSochi"
