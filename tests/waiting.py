"""Waiting for what other threads and processes are about to do."""

import time
from collections.abc import Callable

PATIENCE = 20.0  # seconds before a test that hangs fails


def until(condition: Callable[[], bool], patience: float = PATIENCE, pause: float = 0.001) -> None:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(pause)
