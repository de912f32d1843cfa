"""A service that is told to stop while it works, as a real process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from service.models import Bundle, convert

INTERLIGNE = Path(sys.executable).with_name("interligne")
ARTICLES = 24
IN_FLIGHT = 8  # lanes that are open when the signal comes, at least
PATIENCE = 120.0  # seconds


@contextmanager
def serving(cache: Path, data: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run the service until it ends by itself, or the test does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [INTERLIGNE, "serve", "--port", str(port), "--threads", "1"],
        env={
            "INTERLIGNE_CACHE_DIR": str(cache),
            "INTERLIGNE_DATA_DIR": str(data),
            "INTERLIGNE_OPEN": "true",
            "PATH": os.environ["PATH"],
        },
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def articles() -> list[str]:
    """Make articles of which no two share a sentence."""
    return [
        " ".join(f"Le maire du village {n} a inauguré {m} écoles en mars." for m in range(2, 8))
        for n in range(ARTICLES)
    ]


async def ask(client: httpx2.AsyncClient, text: str) -> str:
    """Say what became of an article: its translation, `refused`, or `lost`."""
    try:
        response = await client.post("/v1/articles", json={"text": text, "source": "fr"})
    except httpx2.ConnectError:
        return "refused"
    except httpx2.TransportError:
        return "lost"
    if response.status_code in (429, 503):
        return "refused"
    assert response.status_code == 200
    return str(response.json()["translation"])


async def until(client: httpx2.AsyncClient, line: str, least: float) -> None:
    """Wait until a number among the metrics is so high."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            told = (await client.get("/metrics")).text.splitlines()
        except httpx2.TransportError:
            told = []
        values = [float(one.split()[1]) for one in told if one.startswith(f"{line} ")]
        if values and values[0] >= least:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{line} never came to {least}")


def test_a_service_that_is_told_to_stop_finishes_what_it_accepted(
    bundle: Bundle, model_cache: Path, tmp_path: Path
) -> None:
    """Every article in flight is answered in full, what comes later is refused, and it ends."""

    async def scene(address: str, process: "subprocess.Popen[bytes]") -> list[str]:
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits) as client:
            await until(client, "interligne_lanes", 0)
            asked = [asyncio.create_task(ask(client, text)) for text in articles()]
            await until(client, "interligne_lanes", IN_FLIGHT)
            process.send_signal(signal.SIGTERM)
            early = await asyncio.gather(*asked)
            late = await ask(client, "Il pleut.")
        return [*early, late]

    convert(bundle, model_cache)
    with serving(model_cache, tmp_path) as (address, process):
        *early, late = asyncio.run(scene(address, process))
        assert process.wait(PATIENCE) == -signal.SIGTERM
    assert "lost" not in early
    translated = [text for text in early if text != "refused"]
    assert len(translated) >= IN_FLIGHT
    assert all(text.count(".") >= 6 for text in translated)
    assert late == "refused"
