"""The HTTP application in front of replicas, once for each model that has traffic.

Each model has an application of its own, wired by `create_app` as on one machine, and a request is
given to one of them as a whole: so none can mix models. To change models, start the replicas of the
new one, move the traffic over (`user_config` of the ingress), then remove the old ones: requests in
flight are finished by the application that has them.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from service.api import create_app, logs
from service.api.errors import Fault, answer
from service.api.security import require_protection
from service.api.watch import ID_HEADER
from service.cluster.remote import RemoteEngine
from service.cluster.replicas import About
from service.engines.summariser import load_summariser
from service.names.glossary import built_in
from service.pipeline import Pipeline
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys

MODEL_HEADER = "x-model-sha256"
CALLS = 3  # full batches on their way for each replica that there may be; `scaling` wants two
TRAFFIC = "traffic"
LOOK = 0.1  # seconds between two looks whether a model is still at work

NOT_YET = Fault(
    code="no_model", message="no model has traffic yet", hint="give one traffic, or come again"
)

OpenPipeline = Callable[[str], Awaitable[Pipeline]]


@dataclass(eq=False)
class Served:
    """A model that has traffic: its application, that one's state and end, its requests now."""

    app: Starlette
    state: Mapping[str, Any]
    sha256: str
    ending: AsyncExitStack
    requests: int = 0

    async def end(self) -> None:
        """End it when its last request is answered."""
        while self.requests:
            await asyncio.sleep(LOOK)
        await self.ending.aclose()


class Traffic:
    """An ASGI application that gives each request to that of a model.

    Args:
        open_pipeline: gives the pipeline of a model, by the name of its replicas' application.
    """

    def __init__(self, open_pipeline: OpenPipeline) -> None:
        self._open_pipeline = open_pipeline
        self._served: dict[str, Served] = {}
        self._shares: dict[str, float] = {}
        self._endings: set[asyncio.Task[None]] = set()

    async def move(self, shares: Mapping[str, float]) -> None:
        """Share the traffic out from now on; what is in flight stays where it is.

        Args:
            shares: weight of each model, by the name of its replicas' application.
        """
        for name in shares:
            if name not in self._served:
                self._served[name] = await self._begin(name)
        self._shares = {name: share for name, share in shares.items() if share > 0}
        for name in self._served.keys() - self._shares.keys():
            ending = asyncio.create_task(self._served.pop(name).end())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and say in a header which model did."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if not self._shares:
            await answer(503, NOT_YET)(scope, receive, send)
            return
        (name,) = random.choices(list(self._shares), list(self._shares.values()))
        served = self._served[name]

        async def send_with_model(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[MODEL_HEADER] = served.sha256
                del headers[ID_HEADER]  # Serve adds it, the same
            await send(message)

        served.requests += 1
        try:
            await served.app({**scope, "state": {**served.state}}, receive, send_with_model)
        finally:
            served.requests -= 1

    async def _begin(self, name: str) -> Served:
        pipeline = await self._open_pipeline(name)
        app = create_app(pipeline)
        ending = AsyncExitStack()
        state = await ending.enter_async_context(app.router.lifespan_context(app))
        return Served(app, state or {}, pipeline.bundle.sha256, ending)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Say that it is ready, and at the end finish what was accepted."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for served in self._served.values():
            await served.ending.aclose()
        await asyncio.gather(*self._endings)
        await send({"type": "lifespan.shutdown.complete"})


class Ingress:
    """The deployment: Serve calls `reconfigure` with its `user_config`, at the start and later.

    Args:
        settings: of the application; model and engine are told by the replicas.

    Raises:
        Unprotected: everybody could reach it, and it was not told to be open.
    """

    def __init__(self, settings: Settings) -> None:
        logs.configure(settings.log_format)
        require_protection(settings, Keys(open_store(settings.store_url)).exist)
        self._settings = settings
        self._traffic = Traffic(self._open_pipeline)

    async def __serve_build_asgi_app__(self) -> Traffic:
        """Give Serve the application."""
        return self._traffic

    async def reconfigure(self, user_config: Mapping[str, Any]) -> None:
        """Move the traffic."""
        await self._traffic.move(user_config[TRAFFIC])

    async def _open_pipeline(self, name: str) -> Pipeline:
        from ray import serve

        handle = serve.get_app_handle(name)
        about: About = await handle.about.remote()
        return await run_in_threadpool(self._pipeline, handle, about)

    def _pipeline(self, handle: Any, about: About) -> Pipeline:
        there = about.model.settings
        calls = CALLS * there.most_replicas
        told = {name: getattr(there, name) for name in ("model", "engine", "device", "beam_size")}
        # The scheduler shares this out between the calls: each is to be a full batch.
        told["batch_tokens"] = there.batch_tokens * calls
        settings = self._settings.model_copy(update=told)
        engine = RemoteEngine(handle, about, calls)
        summariser = load_summariser(settings)
        return Pipeline(
            engine, about.bundle, settings, built_in(), about.rare_words, summariser=summariser
        )
