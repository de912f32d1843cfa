"""Logs: a line for each request, with its id; as text, or as JSON for machines.

No line holds a text, a key or an address of a client. A route is logged as its template, for some
clients send texts and keys in the query; of an exception its type and place, for its message may
quote what was sent.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import format_tb
from typing import Any, Literal

ACCESS = logging.getLogger("interligne.access")
request_id: ContextVar[str] = ContextVar("request_id", default="")


class TextFormatter(logging.Formatter):
    """A line such as `2026-01-31T12:00:00.000+00:00 INFO interligne.access answered status=200`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line, and the place of an exception below it."""
        facts = facts_of(record)
        stack = facts.pop("exception", "")
        head = [str(facts.pop(name)) for name in ("time", "level", "logger", "message")]
        line = " ".join([*head, *(f"{name}={value}" for name, value in facts.items())])
        return f"{line}\n{stack}" if stack else line


class JsonFormatter(logging.Formatter):
    """One JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        return json.dumps(facts_of(record), ensure_ascii=False, default=str)


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """List what is known of a record; `extra={"facts": {...}}` adds to it."""
    facts = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage(),
        **getattr(record, "facts", {}),
    }
    if identity := request_id.get():
        facts["request_id"] = identity
    if record.exc_info:
        facts["exception"] = place_of(record.exc_info[1])
    return facts


def place_of(error: BaseException | None) -> str:
    """Tell where an exception and those behind it were raised, without their messages."""
    told = []
    while error is not None:
        told.append("".join(format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or error.__context__
    return "\ncaused by\n".join(told)


def configure(style: Literal["text", "json"]) -> None:
    """Write our logs and the server's to standard error, and warnings of all others."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for ours in ("interligne", "uvicorn"):
        logging.getLogger(ours).setLevel(logging.INFO)
