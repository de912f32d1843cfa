"""`POST /v1/articles/render`: an edited article as a file; no article makes it fail."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.formats import WRITERS
from tests.fakes import scripted_pipeline

TEXT = "Viktor Fetissov arrive à Sotchi.\n\nMoscou dément.\n"
ANSWERS = {"Viktor Fetissov arrive à Sotchi.": "Viktor Fetisov arrives in Sochi."}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """A client of an app whose engine knows one sentence."""
    pipeline = scripted_pipeline(ANSWERS, max_characters=1000)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def article(client: TestClient) -> Any:
    """An article as the service gives it."""
    return client.post("/v1/articles", json={"text": TEXT, "source": "fr"}).json()


def render(client: TestClient, article: Any, file_format: str) -> Any:
    """Ask for a file."""
    return client.post(f"/v1/articles/render?format={file_format}", json=article)


@pytest.mark.parametrize("file_format", sorted(WRITERS))
def test_every_format_can_be_had_and_is_listed(
    client: TestClient, article: Any, file_format: str
) -> None:
    """A file with the name, suffix and media type that the list of formats tells."""
    answer = render(client, article, file_format)
    assert answer.status_code == 200
    listed = {one["name"]: one for one in client.get("/v1/formats").json()}[file_format]
    assert answer.headers["content-type"] == listed["media_type"]
    name = f"article.en{listed['suffix']}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.content


def test_the_english_is_put_together_from_the_sentences(client: TestClient, article: Any) -> None:
    """Who edits a sentence need not move what comes after it."""
    sentence = article["paragraphs"][0]["sentences"][0]
    sentence["target"] = "Fetisov, Viktor, is in Sochi."
    article["names"], article["summary"] = [], None
    assert render(client, article, "text").text.startswith("Fetisov, Viktor, is in Sochi.\n\n<")
    written = json.loads(render(client, article, "json").text)
    second = written["paragraphs"][1]["sentences"][0]
    assert written["translation"][second["target_start"] : second["target_end"]] == second["target"]


def test_the_summary_cites_its_sentences_where_they_now_stand(
    client: TestClient, article: Any
) -> None:
    """An edit moves what comes after it, in the summary too."""
    english = "Fetisov, Viktor, is in Sochi."
    article["paragraphs"][0]["sentences"][0]["target"] = english
    article["summary"]["pairs"][0]["target"] = english
    article["names"] = []
    written = json.loads(render(client, article, "json").text)
    pairs = written["summary"]["pairs"]
    assert len(pairs) == 2
    for pair in pairs:
        assert written["translation"][pair["target_start"] : pair["target_end"]] == pair["target"]
        assert written["text"][pair["start"] : pair["end"]] == pair["source"]


def test_an_untouched_article_comes_back_as_it_was(client: TestClient, article: Any) -> None:
    """Nothing is lost on the way."""
    assert json.loads(render(client, article, "json").text) == article


def test_an_unknown_format_is_refused_with_those_that_exist(
    client: TestClient, article: Any
) -> None:
    """The hint lists them."""
    answer = render(client, article, "papyrus")
    assert answer.status_code == 400
    assert answer.json()["error"]["where"] == "format"
    assert "markdown" in answer.json()["error"]["hint"]


def sentence(article: Any) -> Any:
    """Pick the first sentence."""
    return article["paragraphs"][0]["sentences"][0]


def mention(article: Any) -> Any:
    """Pick the first mention."""
    return article["names"][0]["mentions"][0]


FAULTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "other text": ("paragraphs.0.sentences.0", lambda a: sentence(a).update(source="Autre.")),
    "outside": ("paragraphs.0.sentences.0", lambda a: sentence(a).update(end=10**9)),
    "before the start": ("paragraphs.0.sentences.0", lambda a: sentence(a).update(start=-5)),
    "the order": ("paragraphs.1.sentences.0", lambda a: a["paragraphs"].reverse()),
    "no sentences": ("paragraphs.0", lambda a: a["paragraphs"][0].update(sentences=[])),
    "wider": ("paragraphs.1", lambda a: a["paragraphs"][1].update(end=10**9)),
    "no such paragraph": ("names.0.mentions.0", lambda a: mention(a).update(paragraph=9)),
    "from the end": ("names.0.mentions.0", lambda a: mention(a).update(sentence=-1)),
    "other French": ("names.0.mentions.0", lambda a: mention(a).update(start=1)),
    "other English": ("names.0.mentions.0", lambda a: mention(a).update(target="Bob")),
    "half English": ("names.0.mentions.0", lambda a: mention(a).update(target_start=None)),
    "pair": ("summary.pairs.0", lambda a: a["summary"]["pairs"][0].update(target="Other.")),
}


@pytest.mark.parametrize("case", FAULTS)
def test_an_article_that_contradicts_itself_is_refused(
    client: TestClient, article: Any, case: str
) -> None:
    """400 that says where, whatever the writer would have made of it."""
    where, damage = FAULTS[case]
    damage(article)
    answer = render(client, article, "text")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert answer.json()["error"]["where"] == where


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 422), (b"\xff", 400), (b"[" * 5000, 400), (b'"' + b"a" * 5_000_000 + b'"', 413)],
    ids=["no article", "not UTF-8", "deep", "too long"],
)
def test_what_is_no_article_is_refused(client: TestClient, body: bytes, status: int) -> None:
    """Never a 500."""
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/articles/render?format=text", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
