"""An engine whose work is done by replicas: the same batch is sent again until one has done it.

Translation is pure, so nothing is lost with a replica or its node but a little time.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from service.cluster.replicas import About
from service.decoding import Decoding, Hypothesis
from service.errors import EngineFailed

PATIENCE = 120.0  # seconds for which a batch is sent again
LONGEST = 30.0  # seconds for an answer; then it is sent again: its node may be gone without a word
PAUSE = 0.2  # seconds between two tries


class RemoteEngine:
    """Sends batches to a deployment. Safe to share between threads.

    Args:
        handle: of the deployment.
        about: what its replicas are.
        calls: batches on their way at the same time.
    """

    def __init__(self, handle: Any, about: About, calls: int) -> None:
        self.name = about.engine
        self.max_tokens = about.max_tokens
        self.count_tokens: Callable[[str], int] = about.model.counter(about.bundle.sha256)
        self._handle = handle
        self._calls = calls
        self._lost = failures()

    @property
    def workers(self) -> list["RemoteEngine"]:
        """Once for each batch that may be on its way."""
        return [self] * self._calls

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each segment on its own; see `Engine`."""
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                return self._ask(segments, decoding, prefixes)
            except self._lost as error:
                if time.monotonic() > give_up:
                    raise EngineFailed(
                        f"no replica answers: {type(error).__name__}", hint="see `serve status`"
                    ) from error
                time.sleep(PAUSE)

    def _ask(
        self, segments: Sequence[str], decoding: Decoding, prefixes: Sequence[str] | None
    ) -> list[list[Hypothesis]]:
        response = self._handle.translate.remote(segments, decoding, prefixes)
        results: list[list[Hypothesis]] = response.result(timeout_s=LONGEST)
        return results


def failures() -> tuple[type[Exception], ...]:
    """List the errors that say nothing of the batch, only of who should have done it."""
    from ray import exceptions
    from ray.serve.exceptions import (
        BackPressureError,
        DeploymentUnavailableError,
        ReplicaUnavailableError,
        RequestCancelledError,
    )

    return (
        exceptions.RayActorError,
        exceptions.WorkerCrashedError,
        exceptions.NodeDiedError,
        exceptions.ObjectLostError,
        exceptions.RpcError,
        exceptions.TaskCancelledError,
        BackPressureError,
        DeploymentUnavailableError,
        ReplicaUnavailableError,
        RequestCancelledError,
        TimeoutError,
    )
