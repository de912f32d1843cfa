"""A Ray cluster of several nodes on this machine, and models for it."""

import os
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, overload
from uuid import uuid4

from service.cluster import Order, serving
from service.cluster.replicas import Model
from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.models.bundle import Bundle, Record
from service.names.glossary import built_in
from service.pipeline import Pipeline
from service.settings import Settings
from service.wording.rare_words import NONE, rare_words_of
from tests.fakes import ScriptedEngine, scripted_pipeline
from tests.waiting import until

GATE_PATIENCE = 120.0  # seconds
ROOT = Path(__file__).parents[1]
ENVIRONMENT = {  # for the processes of Ray: they inherit what is set before they start
    "PYTHONPATH": str(ROOT),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "1",
}


@dataclass(frozen=True)
class ScriptedModel(Model):
    """A model that answers from a table, in its replicas."""

    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    sha256: str = "0" * 64

    def load(self) -> Pipeline:
        """Wire it as a real pipeline is wired."""
        bundle = Bundle(Path("nowhere"), Record(name="scripted"), sha256=self.sha256)
        return Pipeline(ScriptedEngine(self.answers), bundle, self.settings, built_in(), NONE)

    def counter(self, sha256: str) -> Callable[[str], int]:
        """Count words, as the engine does."""
        return ScriptedEngine().count_tokens


@dataclass(frozen=True)
class PickledModel(Model):
    """Any engine that can be sent to a replica."""

    engine: Engine
    bundle: Bundle

    def load(self) -> Pipeline:
        """Wire it as a real pipeline is wired."""
        return Pipeline(
            self.engine, self.bundle, self.settings, built_in(), rare_words_of(self.bundle)
        )

    def counter(self, sha256: str) -> Callable[[str], int]:
        """Count as the engine does."""
        return self.engine.count_tokens


class GatedEngine(ScriptedEngine):
    """Translates nothing until there is a file, which can be seen from every process."""

    def __init__(self, gate: Path) -> None:
        super().__init__()
        self._gate = gate

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Wait for the file."""
        until(self._gate.exists, GATE_PATIENCE, pause=0.05)
        return super().translate(segments, decoding, prefixes)


@dataclass(frozen=True)
class ScriptedOrder(Order):
    """A corpus that is translated from a table."""

    answers: tuple[tuple[str, str], ...] = ()

    def load(self) -> Pipeline:
        """Wire it as a real pipeline is wired."""
        return scripted_pipeline(dict(self.answers))


class Keeper:
    """An actor that knows what engines were asked, wherever they were."""

    def __init__(self) -> None:
        self._asked: defaultdict[str, list[list[str]]] = defaultdict(list)

    def add(self, engine: str, segments: list[str]) -> None:
        """Take note of a call."""
        self._asked[engine].append(segments)

    def all(self, engine: str) -> list[list[str]]:
        """List the calls."""
        return self._asked[engine]


@cache
def keeper() -> Any:
    """Start the one that is enough for a run."""
    import ray

    return ray.remote(num_cpus=0)(Keeper).remote()


class SharedHistory(Sequence[list[str]]):
    """The history of an engine of which there are copies in other processes."""

    def __init__(self) -> None:
        self._engine, self._keeper = uuid4().hex, keeper()

    def append(self, segments: list[str]) -> None:
        """Take note of a call."""
        import ray

        ray.get(self._keeper.add.remote(self._engine, segments))

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[str]]: ...
    def __getitem__(self, index: int | slice) -> list[str] | list[list[str]]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == other

    def __hash__(self) -> int:
        return hash(self._engine)

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> list[list[str]]:
        import ray

        asked: list[list[str]] = ray.get(self._keeper.all.remote(self._engine))
        return asked


def share_history(engine: Engine) -> None:
    """Let the copies of a scripted engine remember together what they are asked."""
    if isinstance(engine, ScriptedEngine) and isinstance(engine.history, list):
        engine.history = SharedHistory()  # type: ignore[assignment]


_serving: list[tuple[Settings, Model]] = []  # Serve has one port: the last one has it


@contextmanager
def served(pipeline: Pipeline, port: int) -> Iterator[str]:
    """Serve a pipeline on the cluster that this process is in, and give its address."""
    settings = pipeline.settings.model_copy(
        update={"port": port, "threads": 1, "replicas": 1, "most_replicas": 1}
    )
    share_history(pipeline.engine)
    _serving.append((settings, PickledModel(settings, pipeline.engine, pipeline.bundle)))
    name = serving.start(*_serving[-1])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.stop(name)
        _serving.pop()
        if _serving:
            serving.start(*_serving[-1])


@contextmanager
def ray_cluster(*cpus: int) -> Iterator[Any]:
    """Run a cluster: a head without CPUs of its own, and a node with each number of CPUs."""
    os.environ.update(ENVIRONMENT)
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        for number in cpus:
            cluster.add_node(num_cpus=number)
        ray.init(cluster.address, logging_level="warning", log_to_driver=False)
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
