"""A service that runs, and clients that load it."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import httpx2

INTERLIGNE = Path(sys.executable).with_name("interligne")
PATIENCE = 60.0  # seconds until a service that is not ready has failed
ANSWERED_IN = 600.0  # seconds until a request that has no answer hangs
NO_MEMORY = {"INTERLIGNE_CACHE_SEGMENTS": "0"}  # or the second run costs nothing
PLAIN = {"content-type": "text/plain"}
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its address, process id and seconds from start to ready."""

    address: str
    pid: int
    start: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a request.

    Attributes:
        status: 0 for no answer.
        at: when it was sent.
        seconds: how long it took.
        retry_after: seconds after which one that was refused may be sent again.
    """

    status: int
    at: float
    seconds: float
    retry_after: float = 0.0


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    command: Sequence[str | Path], address: str, ready: str, settings: Mapping[str, str]
) -> Iterator[Service]:
    """Start a program, wait until `ready` answers 200, stop it at the end."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(f"{address}{ready}", begin + PATIENCE, process)
        yield Service(address, process.pid, time.perf_counter() - begin)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def interligne(model: str = "fr-en", **settings: str) -> Iterator[Service]:
    """Run `interligne serve` with further settings, such as `INTERLIGNE_DEADLINE="5"`."""
    port = free_port()
    command: list[str | Path] = [INTERLIGNE, "serve", "--port", str(port), "--model", model]
    with running(command, f"http://127.0.0.1:{port}", "/readyz", NO_MEMORY | settings) as service:
        yield service


def wait_until_ready(url: str, deadline: float, process: "subprocess.Popen[bytes]") -> None:
    """Ask until the answer is 200.

    Raises:
        RuntimeError: it was not in time, or the program has ended.
    """
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            if httpx2.get(url, timeout=PATIENCE).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"{url} was not ready in {PATIENCE:.0f} s")


def resident_megabytes(pid: int) -> float:
    """Read the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no VmRSS for process {pid}")


def client(address: str) -> aiohttp.ClientSession:
    """Make a client with as many connections as are wanted, that takes little of the cores.

    Must be called inside a running event loop.
    """
    return aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=ANSWERED_IN),
    )


async def ask(http: aiohttp.ClientSession, text: str) -> Reply:
    """Have an article translated."""
    begin, status, retry_after = time.perf_counter(), 0, 0.0
    try:
        async with http.post("/v1/articles", data=text.encode(), headers=PLAIN) as response:
            await response.read()
            status, retry_after = response.status, float(response.headers.get("Retry-After", 0))
    except (aiohttp.ClientError, TimeoutError):
        pass
    return Reply(status, begin, time.perf_counter() - begin, retry_after)


async def insist(http: aiohttp.ClientSession, text: str) -> Reply:
    """Have an article translated; sent again when it is told to wait, which counts as its time."""
    begin = time.perf_counter()
    while (reply := await ask(http, text)).status == TOO_MANY:
        await asyncio.sleep(reply.retry_after)
    return replace(reply, at=begin, seconds=time.perf_counter() - begin)


async def closed_loop(address: str, texts: Iterable[str], clients: int) -> list[Reply]:
    """Let so many clients ask for one article after the other until all are done."""
    todo = iter(texts)
    replies: list[Reply] = []
    async with client(address) as http:

        async def one_client() -> None:
            for text in todo:
                replies.append(await insist(http, text))

        await asyncio.gather(*(one_client() for _ in range(clients)))
    return replies


def load(address: str, texts: Iterable[str], clients: int) -> tuple[float, list[Reply]]:
    """Run a closed loop; return the seconds it took and the replies.

    Raises:
        RuntimeError: an article was not translated.
    """
    begin = time.perf_counter()
    replies = asyncio.run(closed_loop(address, texts, clients))
    seconds = time.perf_counter() - begin
    if bad := [reply.status for reply in replies if reply.status != 200]:
        raise RuntimeError(f"{len(bad)} of {len(replies)} articles failed: status {bad[0]}")
    return seconds, replies


def percentile(values: Sequence[float], percent: int) -> float:
    """Interpolate a percentile."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
