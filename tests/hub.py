"""A small hub on this machine that speaks the part of the Hugging Face HTTP interface we use."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

COMMIT = "c0ffee" + "0" * 34
LARGE = (".bin", ".safetensors", ".spm", ".h5")  # stored apart and named by their SHA-256


@dataclass
class Hub:
    """What the server serves, how it misbehaves, and what it was asked.

    Attributes:
        models: folder of each model id.
        breaks_off: files that come half, and then no more.
        spoils: files that come whole, with one byte changed.
        served: paths of the files sent, in order.
    """

    models: dict[str, Path]
    breaks_off: set[str] = field(default_factory=set)
    spoils: set[str] = field(default_factory=set)
    served: list[str] = field(default_factory=list)
    url: str = ""

    def content(self, file: Path) -> bytes:
        """Give what is sent for a file."""
        content = file.read_bytes()
        if file.name in self.spoils:
            return content[:-1] + bytes([content[-1] ^ 1])
        return content


@contextmanager
def running(models: dict[str, Path]) -> Iterator[Hub]:
    """Serve models until the block ends."""
    hub = Hub(models)

    class BoundHandler(Handler):
        """A handler that knows its hub."""

        state = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), BoundHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers about a model, its files, and with its files."""

    state: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        """Answer with headers only."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer."""
        path = self.path.split("?")[0]
        if about := re.fullmatch(
            r"/api/models/([^/]+/[^/]+)(?:/revision/[^/]+|(/tree/[^/]+))?", path
        ):
            self._about(about[1], bool(about[2]))
        elif file := re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/([^/]+)", path):
            self._file(file[1], file[2])
        else:
            self._fail(404, "EntryNotFound")

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""

    def _about(self, model: str, tree: bool) -> None:
        folder = self.state.models.get(model)
        if folder is None:
            return self._fail(404, "RepoNotFound")
        files = sorted(folder.iterdir())
        siblings = [{"rfilename": file.name} for file in files]
        answer = (
            [entry(file) for file in files]
            if tree
            else {
                "id": model,
                "sha": COMMIT,
                "siblings": siblings,
            }
        )
        return self._send(json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _file(self, model: str, name: str) -> None:
        file = self.state.models[model] / name
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{digest(file)}"', "Accept-Ranges": "bytes"}
        if self.command == "HEAD":
            return self._send(file.read_bytes(), headers)
        broken = name in self.state.breaks_off
        if broken and name in self.state.served:
            return self._fail(503, "")
        self.state.served.append(name)
        return self._send(self.state.content(file), headers, half=broken)

    def _send(self, content: bytes, headers: dict[str, str], half: bool = False) -> None:
        self.send_response(200)
        for key, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content[: len(content) // 2] if half else content)
        if half:
            self.close_connection = True

    def _fail(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


def entry(file: Path) -> dict[str, Any]:
    """Describe a file as the tree of a repository does."""
    size = file.stat().st_size
    described = {"type": "file", "path": file.name, "size": size, "oid": git_hash(file)}
    if file.suffix in LARGE:
        described["lfs"] = {"oid": digest(file), "size": size, "pointerSize": 134}
    return described


def digest(file: Path) -> str:
    """Give the name under which the hub stores a file's content."""
    if file.suffix in LARGE:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return git_hash(file)


def git_hash(file: Path) -> str:
    """Hash a file as git does."""
    content = file.read_bytes()
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
