"""`pytest tests/api --cluster` runs the same tests against a Ray cluster of a head and two nodes.

It takes eight minutes, and two without `--cluster` (2 cores that had other work as well).

Where a test has a server, it is the whole of Ray Serve, proxy included. Where it has the
application, the engine of that is asked for through a replica, unless it cannot be sent to one.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

import service.api
from service.cluster.remote import RemoteEngine
from service.cluster.replicas import About
from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.pipeline import Pipeline
from tests.api.serving import CLUSTER
from tests.clusters import PickledModel, free_port, ray_cluster, share_history

CALLS = 4
create_app = service.api.create_app


class AnyEngine:
    """A deployment that works for whatever engine it is sent."""

    def translate(
        self,
        engine: bytes,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None,
    ) -> list[list[Hypothesis]]:
        """Translate with it."""
        from ray import cloudpickle

        loaded: Engine = cloudpickle.loads(engine)
        return loaded.translate(segments, decoding, prefixes)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--cluster", action="store_true", help="test the API on a Ray cluster")


def pytest_configure(config: pytest.Config) -> None:
    """Put another `create_app` where the tests will import it from."""
    if config.getoption("--cluster"):
        service.api.create_app = create_app_on_cluster


@pytest.fixture(scope="session", autouse=True)
def on_cluster(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a cluster, if that was asked for."""
    if not request.config.getoption("--cluster"):
        yield
        return
    with ray_cluster(1, 1):
        from ray import serve

        port = free_port()
        serve.start(proxy_location="HeadOnly", http_options={"host": "127.0.0.1", "port": port})
        serve.run(serve.deployment(AnyEngine).bind(), name="any", route_prefix=None)
        CLUSTER["port"] = port
        yield


def create_app_on_cluster(pipeline: Pipeline) -> FastAPI:
    """Wire a pipeline whose engine is on the cluster, if it can be sent there."""
    if CLUSTER:
        share_history(pipeline.engine)
        with suppress(TypeError):  # it holds a lock, or waits for the test
            pipeline = replace(pipeline, engine=sent(pipeline))
    return create_app(pipeline)


def sent(pipeline: Pipeline) -> Engine:
    """Send an engine to the cluster."""
    from ray import cloudpickle, serve

    engine = pipeline.engine
    data = cloudpickle.dumps(engine)
    handle = serve.get_app_handle("any")

    def remote(*asked: Any) -> Any:
        return handle.translate.remote(data, *asked)

    model = PickledModel(pipeline.settings, engine, pipeline.bundle)
    about = About(model, pipeline.bundle, pipeline.rare_words, engine.name, engine.max_tokens)
    return RemoteEngine(SimpleNamespace(translate=SimpleNamespace(remote=remote)), about, CALLS)
