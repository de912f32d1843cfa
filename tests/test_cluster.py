"""The service on a Ray cluster of two nodes, one replica on each, and what needs no cluster."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import ray
import yaml
from fastapi.testclient import TestClient
from ray import exceptions, serve

from service.cluster import scaling, serving, translate_shards
from service.cluster.ingress import MODEL_HEADER, TRAFFIC, Traffic
from service.cluster.remote import RemoteEngine
from service.cluster.replicas import About, EngineReplica
from service.cluster.scaling import TOKENS, replicas_wanted
from service.corpus import Tally, open_plan
from service.decoding import Decoding, Hypothesis
from service.errors import EngineFailed
from service.pipeline import Pipeline, Wishes
from service.settings import Settings
from tests.clusters import (
    GatedEngine,
    PickledModel,
    ScriptedModel,
    ScriptedOrder,
    free_port,
    ray_cluster,
)
from tests.fakes import ScriptedEngine, scripted_pipeline
from tests.waiting import PATIENCE, until

FRENCH, ENGLISH = "Le chat dort.", "The cat sleeps."
ANOTHER_LANGUAGE = (
    "The ministers met on Monday to discuss the budget of the coming year again. "
    "Nobody in the house was awake, and nothing was decided before the end of the night."
)
OLD, NEW = "a" * 64, "b" * 64
CONFIG = Path(__file__).parents[1] / "scripts" / "deploy" / "serve.yaml"
CLIENTS = 6
BEFORE = 2.0  # seconds of load before something is killed
WELL = 60.0  # seconds to be well again; ten do where a new replica has a core of its own

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # those of Ray


@dataclass
class Service:
    """A running service, the cluster it is on and the nodes that replicas are on."""

    client: httpx2.Client
    cluster: Any

    def translate(self, text: str) -> httpx2.Response:
        """Send an article."""
        return self.client.post("/v1/articles", json={"text": text, "source": "fr"})


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of one CPU each, and a head."""
    with ray_cluster(1, 1) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def port() -> int:
    """Where Serve listens from its start to its end."""
    return free_port()


@pytest.fixture(scope="module")
def service(cluster: Any, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with a replica on each node."""
    settings = Settings(
        port=port,
        threads=1,
        replicas=2,
        most_replicas=2,
        data_dir=tmp_path_factory.mktemp("cluster"),
        max_characters=2000,
    )
    serving.start(settings, ScriptedModel(settings, {FRENCH: ENGLISH}))
    address = f"http://127.0.0.1:{settings.port}"
    with httpx2.Client(base_url=address, timeout=60) as client:
        yield Service(client, cluster)


@pytest.mark.usefixtures("cluster")
def test_a_corpus_is_translated_by_tasks(tmp_path: Path) -> None:
    """The shards are those that one machine would write."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": FRENCH}) + "\n{}\n" + "x\n")
    files = {"in.jsonl": tmp_path / "in.jsonl"}
    shards = open_plan(tmp_path, files, "", shard_articles=2).todo(tmp_path, files)
    order = ScriptedOrder(Settings(), Wishes(), 4, answers=((FRENCH, ENGLISH),))
    tallies = sorted(translate_shards("", order, shards), key=lambda tally: tally.number)
    assert tallies == [Tally(0, 2, failed=1), Tally(1, 1, failed=1)]
    first, second = (shard.output.read_text().splitlines() for shard in shards)
    assert json.loads(first[0])["translation"] == ENGLISH
    assert [json.loads(line)["place"] for line in first + second] == [
        "in.jsonl:1",
        "in.jsonl:2",
        "in.jsonl:3",
    ]


@pytest.mark.usefixtures("cluster")
def test_a_replica_is_added_while_much_waits(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long article is four times what one replica should have in hand: soon there are two."""
    monkeypatch.setattr(scaling, "UP", 0.5)
    settings = Settings(port=port, threads=1, replicas=1, most_replicas=2, data_dir=tmp_path)
    gate = tmp_path / "open"
    model = PickledModel(settings, GatedEngine(gate), scripted_pipeline().bundle)
    name = serving.start(settings, model)
    text = " ".join(f"Phrase {number}{' mot' * 60}." for number in range(TOKENS // 15))
    body = {"text": text, "source": "fr"}

    def running() -> int:
        states = serve.status().applications[name].deployments["engine"].replica_states
        return int(states.get("RUNNING", 0))

    with ThreadPoolExecutor(1) as pool:
        assert running() == 1
        address = f"http://127.0.0.1:{port}/v1/articles"
        answer = pool.submit(httpx2.post, address, json=body, timeout=WELL * 2)
        try:
            until(lambda: running() == 2, WELL, pause=0.1)
        finally:
            gate.touch()
        assert answer.result().status_code == 200
    serving.stop(name)


def test_an_article_is_translated_as_on_one_machine(service: Service) -> None:
    """The answer names the model that made it, in itself and in a header."""
    response = service.translate(f"{FRENCH} Vladimir Poutine est à Sotchi.")
    article = response.json()
    assert article["translation"].startswith(ENGLISH)
    assert article["provenance"]["sha256"] == "0" * 64
    assert response.headers[MODEL_HEADER] == "0" * 64
    assert response.headers.get_list("x-request-id") == [response.headers["x-request-id"]]
    assert service.client.get("/v1/model").json()["engine"] == "scripted"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 400, "empty_text"),
        ({"text": "a" * 2001}, 413, "too_long"),
        ({"text": 3}, 422, "invalid_request"),
        ({"text": ANOTHER_LANGUAGE}, 422, "not_french"),
    ],
)
def test_what_is_wrong_is_told_as_on_one_machine(
    service: Service, body: dict[str, Any], status: int, code: str
) -> None:
    """Errors keep their status and their shape."""
    response = service.client.post("/v1/articles", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_paragraphs_are_streamed(service: Service) -> None:
    """Events pass through the proxy."""
    asked = {"text": f"{FRENCH}\n\n{FRENCH}", "source": "fr"}
    headers = {"accept": "text/event-stream"}
    with service.client.stream("POST", "/v1/articles", json=asked, headers=headers) as response:
        events = [line for line in response.iter_lines() if line.startswith("event: ")]
    assert events.count("event: paragraph") == 2
    assert events[-1] == "event: done"


def test_jobs_are_done_by_the_replicas(service: Service) -> None:
    """A job is stored in the database, and its translation made on the cluster."""
    job = service.client.post("/v1/jobs", json={"text": FRENCH, "source": "fr"}).json()
    end = time.monotonic() + WELL
    while service.client.get(f"/v1/jobs/{job['id']}").json()["state"] != "done":
        assert time.monotonic() < end, "the job was not done"
        time.sleep(0.1)
    result = service.client.get(f"/v1/jobs/{job['id']}/result").json()
    assert result["translation"] == ENGLISH


def test_dialects_and_operations_are_there(service: Service) -> None:
    """LibreTranslate's and DeepL's clients, health and metrics find what they know."""
    asked = {"q": FRENCH, "source": "fr", "target": "en"}
    assert service.client.post("/translate", json=asked).json()["translatedText"] == ENGLISH
    wanted = {"text": [FRENCH], "target_lang": "EN-GB"}
    answer = service.client.post("/v2/translate", json=wanted).json()
    assert answer["translations"][0]["text"] == ENGLISH
    assert service.client.get("/healthz").json() == {"status": "ok"}
    assert "interligne_articles_total" in service.client.get("/metrics").text


@dataclass
class Load:
    """Clients that send one article after another; `answers` are (second, status, is right)."""

    service: Service
    answers: list[tuple[float, int, bool]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self, breakage: Callable[[], None]) -> tuple[float, float]:
        """Break something under load; give articles a second before, and when it is well again."""
        clients = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(BEFORE)
        before = self._rate()
        breakage()
        after = self._recovered(before)
        self._ended.set()
        for client in clients:
            client.join()
        return before, after

    def _recovered(self, before: float) -> float:
        """Wait until half as many articles are done as before, or too long."""
        end = time.monotonic() + WELL
        after = 0.0
        while after <= before / 2 and time.monotonic() < end:
            time.sleep(BEFORE)
            after = self._rate()
        return after

    def _rate(self) -> float:
        """Count articles a second, over the last second."""
        now = time.monotonic()
        return sum(now - 1 < at for at, _, _ in tuple(self.answers))

    def _client(self, client: int) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            response = self.service.translate(f"Client {client} numéro {number}.")
            expected = f"<Client {client} numéro {number}.>"
            right = response.status_code == 200 and response.json()["translation"] == expected
            self.answers.append((time.monotonic(), response.status_code, right))


def kill_a_replica(_: Service) -> None:
    """Kill the process of one replica at once."""
    named = ray.util.list_named_actors(all_namespaces=True)
    names = [actor for actor in named if "engine" in actor["name"]]
    ray.kill(ray.get_actor(names[0]["name"], namespace=names[0]["namespace"]))


def kill_a_node(service: Service) -> None:
    """Kill a node with its replica; another one is there for the replica to come back."""
    node = next(node for node in service.cluster.worker_nodes if node is not None)
    service.cluster.remove_node(node, allow_graceful=False)


@pytest.mark.parametrize("breakage", [kill_a_replica, kill_a_node])
def test_what_dies_costs_no_accepted_request(
    service: Service, breakage: Callable[[Service], None]
) -> None:
    """Every request is answered and right, and within seconds half as many as before are."""
    load = Load(service)
    before, after = load.run(lambda: breakage(service))
    assert {(status, right) for _, status, right in load.answers} == {(200, True)}
    assert after > before / 2


# What needs no cluster.


class Handle:
    """Stands in for a handle of Serve: fails as it is told, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.translate = SimpleNamespace(remote=self._remote)

    def _remote(self, segments: Sequence[str], *_: object) -> Any:
        return SimpleNamespace(result=lambda timeout_s: self._result(segments))

    def _result(self, segments: Sequence[str]) -> list[list[Hypothesis]]:
        if self.errors:
            raise self.errors.pop(0)
        return [[Hypothesis(segment.upper(), -1.0)] for segment in segments]


def remote(*errors: Exception) -> RemoteEngine:
    """Make an engine whose replicas fail so often."""
    model = ScriptedModel(Settings())
    return RemoteEngine(Handle(*errors), EngineReplica(model).about(), calls=2)


@pytest.mark.parametrize("error", [exceptions.ActorDiedError(), TimeoutError()])
def test_a_batch_is_sent_again_until_it_is_done(error: Exception) -> None:
    """A replica that died or fell silent says nothing of the batch."""
    engine = remote(error, error)
    assert engine.translate(["a", "b"], Decoding()) == [
        [Hypothesis("A", -1.0)],
        [Hypothesis("B", -1.0)],
    ]


def test_what_the_engine_says_of_a_batch_is_not_asked_again() -> None:
    """A segment that an engine gives up on would fail on every replica."""
    engine = remote(EngineFailed("too hard"))
    with pytest.raises(EngineFailed, match="too hard"):
        engine.translate(["a"], Decoding())


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no replica left for long, the request fails in our words."""
    monkeypatch.setattr("service.cluster.remote.PATIENCE", 0.0)
    with pytest.raises(EngineFailed, match="no replica answers: ActorDiedError"):
        remote(exceptions.ActorDiedError()).translate(["a"], Decoding())


def pipeline_of(name: str) -> Pipeline:
    """Give the pipeline of a model that signs its translations."""
    pipeline = scripted_pipeline({FRENCH: f"The {name} cat sleeps."}, jobs=0)
    sha256 = {"old": OLD, "new": NEW}[name]
    return replace(pipeline, bundle=replace(pipeline.bundle, sha256=sha256))


async def open_pipeline(name: str) -> Pipeline:
    """Do so as an ingress waits for it."""
    return pipeline_of(name)


def test_without_a_model_with_traffic_the_error_has_the_shape_of_every_error() -> None:
    """Whoever asks too soon reads what is missing."""
    response = TestClient(Traffic(open_pipeline)).get("/v1/model")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "no_model"


def test_traffic_moves_from_one_model_to_another_and_never_mixes() -> None:
    """Each answer is of one model, the one that it names; shares say how many are of which."""
    traffic = Traffic(open_pipeline)
    with TestClient(traffic) as client:

        def models(requests: int) -> set[str]:
            found = set()
            for _ in range(requests):
                response = client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})
                article = response.json()
                name = {OLD: "old", NEW: "new"}[article["provenance"]["sha256"]]
                assert article["translation"] == f"The {name} cat sleeps."
                assert response.headers[MODEL_HEADER] == article["provenance"]["sha256"]
                found.add(name)
            return found

        assert client.portal
        client.portal.call(traffic.move, {"old": 1})
        assert models(3) == {"old"}
        client.portal.call(traffic.move, {"old": 0.5, "new": 0.5})
        assert models(30) == {"old", "new"}
        client.portal.call(traffic.move, {"new": 1})
        assert models(5) == {"new"}


class WaitingEngine(ScriptedEngine):
    """Translates when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.told = threading.Event(), threading.Event()

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Wait."""
        self.asked.set()
        assert self.told.wait(PATIENCE)
        return super().translate(segments, decoding, prefixes)


def test_a_request_stays_with_its_model_while_the_traffic_moves() -> None:
    """What the old model has begun it ends, and only then it goes."""
    engine = WaitingEngine()

    async def open_pipeline(name: str) -> Pipeline:
        if name == "new":
            return pipeline_of(name)
        return replace(pipeline_of(name), engine=engine)

    traffic = Traffic(open_pipeline)
    with TestClient(traffic) as client, ThreadPoolExecutor(1) as pool:

        def ask() -> Any:
            return client.post("/v1/articles", json={"text": FRENCH, "source": "fr"})

        assert client.portal
        assert ask().status_code == 503
        client.portal.call(traffic.move, {"old": 1})
        slow = pool.submit(ask)
        assert engine.asked.wait(PATIENCE)
        client.portal.call(traffic.move, {"new": 1})
        assert ask().headers[MODEL_HEADER] == NEW
        engine.told.set()
        assert slow.result().json()["translation"] == f"<{FRENCH}>"
        assert slow.result().headers[MODEL_HEADER] == OLD


@pytest.mark.parametrize(
    ("tokens", "wanted"), [([0], 1), ([TOKENS, 1], 2), ([TOKENS * 3] * 2, 6), ([TOKENS * 99], 8)]
)
def test_replicas_follow_the_tokens_in_hand(tokens: list[int], wanted: int) -> None:
    """As many as it takes for each to have its measure, within the bounds."""
    context = SimpleNamespace(
        aggregated_metrics={"tokens": dict(enumerate(tokens))},
        capacity_adjusted_min_replicas=1,
        capacity_adjusted_max_replicas=8,
        policy_state={},
    )
    assert replicas_wanted(context) == (wanted, {})


def test_a_replica_tells_how_many_tokens_it_has_in_hand() -> None:
    """Which is nothing when it has nothing to do."""
    replica = EngineReplica(ScriptedModel(Settings()))
    assert isinstance(replica.about(), About)
    assert replica.record_autoscaling_stats() == {"tokens": 0.0}


def test_the_config_file_is_one_that_serve_takes() -> None:
    """Its applications can be imported and built, and its traffic goes to one of them."""
    from ray.serve.schema import ServeDeploySchema

    schema = ServeDeploySchema(**yaml.safe_load(CONFIG.read_text(encoding="utf-8")))
    engines, http = schema.applications
    assert engines.route_prefix is None
    assert http.deployments[0].user_config == {TRAFFIC: {engines.name: 1}}
    for application in schema.applications:
        module, name = application.import_path.split(":")
        assert module == serving.__name__
        getattr(serving, name)(application.args)
