"""What operators read: numbers for Prometheus, traces, the model and its languages."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from service.api import create_app
from tests.fakes import ScriptedEngine, scripted_pipeline

FRENCH = "Vladimir Poutine est à Sotchi. Moscou dément."
ANSWERS = {
    "Vladimir Poutine est à Sotchi.": "Vladimir Poutine is in Sochi.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "It is denied.",
}
SECRETS = ("Poutine", "Sochi", "testclient", "s3cret")
STAGES = ["split", "find", "translate", "mend", "settle", "judge", "summarise"]


class BrokenEngine(ScriptedEngine):
    """Counts in a way that nobody foresaw, and quotes what it was given."""

    def count_tokens(self, segment: str) -> int:
        """Fail."""
        raise RuntimeError(segment)


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a scripted service."""
    with TestClient(create_app(scripted_pipeline(ANSWERS))) as client:
        yield client


def samples(client: TestClient) -> dict[str, float]:
    """Read every number, as `name{label=value}`."""
    text = client.get("/metrics").text
    return {
        f"{one.name}{{{','.join(f'{k}={v}' for k, v in sorted(one.labels.items()))}}}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    """A route is a template: who asks for what does not exist makes no new row."""
    client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    client.post("/v1/articles", json={"text": ""})
    client.get("/nothing/1")
    client.request("BREW", "/nothing/2")
    told = samples(client)
    counted = {k: v for k, v in told.items() if k.startswith("interligne_requests_total")}
    assert counted == {
        "interligne_requests_total{method=POST,route=/v1/articles,status=200}": 1,
        "interligne_requests_total{method=POST,route=/v1/articles,status=400}": 1,
        "interligne_requests_total{method=GET,route=none,status=404}": 1,
        "interligne_requests_total{method=other,route=none,status=404}": 1,
    }
    assert told["interligne_request_seconds_count{route=/v1/articles}"] == 2


def test_stages_flags_and_names_are_told(client: TestClient) -> None:
    """An operator sees where the time goes, and how often names had to be put right."""
    before = samples(client)
    assert before["interligne_mentions_total{how=unresolved}"] == 0
    client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    told = samples(client)
    assert {told[f"interligne_stage_seconds_count{{stage={name}}}"] for name in STAGES} == {1}
    assert told["interligne_articles_total{}"] == 1
    assert told["interligne_characters_total{}"] == len(FRENCH)
    assert told["interligne_sentences_total{}"] == 2
    assert told["interligne_mentions_total{how=repaired}"] == 1
    assert told["interligne_mentions_total{how=unresolved}"] == 1
    assert told["interligne_flags_total{kind=name,severity=amber}"] >= 1


def test_the_queue_and_its_batches_are_told(client: TestClient) -> None:
    """Queue depth in tokens and batch fill come from the scheduler itself."""
    client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    told = samples(client)
    assert told["interligne_queued_tokens{}"] == 0
    assert told["interligne_lanes{}"] == 0
    assert told["interligne_batches_total{}"] >= 1
    assert 0 < told["interligne_batch_fill{}"] <= 1
    assert told["process_resident_memory_bytes{}"] > 0


def test_a_probe_is_no_article(client: TestClient) -> None:
    """`/readyz` translates, but tells nothing of the articles."""
    client.get("/readyz")
    told = samples(client)
    assert told["interligne_articles_total{}"] == 0
    assert "interligne_stage_seconds_count{stage=split}" not in told


def test_no_number_is_labelled_with_what_was_sent(client: TestClient) -> None:
    """No text, no key, no address, wherever a client may put them."""
    query = {"q": FRENCH, "source": "fr", "target": "en", "api_key": "s3cret"}
    client.post("/translate", params=query)
    client.post("/v1/articles", json={"text": FRENCH}, headers={"authorization": "Bearer s3cret"})
    client.get("/Poutine/s3cret")
    text = client.get("/metrics").text
    assert not [secret for secret in SECRETS if secret in text]


def test_the_model_and_its_languages_are_told(client: TestClient) -> None:
    """A client can ask what translates before it sends anything."""
    assert client.get("/v1/model").json() == {
        "name": "scripted",
        "sha256": "0" * 64,
        "licence": "",
        "source": "fr",
        "target": "en",
        "engine": "scripted",
        "settings": "beam_size=4",
        "max_tokens": 100,
    }
    assert client.get("/v1/languages").json() == [{"source": "fr", "target": "en"}]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of a service that exports them."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)
        yield exporter


def test_traces_show_the_stages_and_nothing_of_the_text(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    """With OpenTelemetry set up, the stages are spans inside that of their request."""
    client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
    finished = {span.name: span for span in spans.get_finished_spans()}
    assert set(STAGES) < set(finished)
    request = finished["POST /v1/articles"]
    assert request.context is not None
    for stage in STAGES:
        context = finished[stage].context
        assert context is not None
        assert context.trace_id == request.context.trace_id
    assert "Poutine" not in "".join(span.to_json() for span in finished.values())


def test_a_request_with_its_text_in_the_query_is_not_traced(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    """The span of a request shows its query, where some clients put texts and keys."""
    query = {"q": FRENCH, "source": "fr", "target": "en", "api_key": "s3cret"}
    assert client.post("/translate", params=query).status_code == 200
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert not [secret for secret in SECRETS if secret in told]
