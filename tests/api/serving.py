"""A real server for real clients."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from service.api import create_app
from service.pipeline import Pipeline
from tests.clusters import served

# With `pytest tests/api --cluster` the port of the proxy of Ray Serve.
CLUSTER: dict[str, int] = {}


@contextmanager
def serving(pipeline: Pipeline) -> Iterator[str]:
    """Serve a pipeline on a free port and give its address, without a slash at the end."""
    if CLUSTER:
        with served(pipeline, CLUSTER["port"]) as address:
            yield address
        return
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(create_app(pipeline), log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
