"""What would be refused anyway is refused before it is understood.

For to understand it takes the time to do what can be done ("Site Reliability Engineering", 2016,
ch. 21). What comes through has a lane of the scheduler (`lanes`).
"""

from fastapi import Request
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.bodies import is_json, preceded
from service.api.errors import handle
from service.api.lanes import tokens_of
from service.engines.scheduler import Scheduler
from service.errors import Overloaded
from service.pipeline import Pipeline

BYTES_PER_TOKEN = 8  # at most, so that the door takes no body for longer than it is
DOORS = {"/v1/articles"}  # other dialects refuse in words of their own, later


class Door:
    """Refuses articles that there is no time for, as soon as their bodies are there.

    Not sooner: a body often comes a moment after its head, and in a crowd that moment is long. All
    whose heads came in it would pass, for only who is through the door has a lane that counts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in DOORS:
            request = Request(scope)
            try:
                first = await receive()
                receive = preceded(first, receive)
                require_chance(request, first)
            except Overloaded as error:
                await handle(request, error)(scope, receive, send)
                return
            except HTTPException as error:  # the reader has words of its own for it
                receive = failing(error)
        await self._app(scope, receive, send)


def failing(error: HTTPException) -> Receive:
    """Make a body whose reading fails."""

    async def receive() -> Message:
        raise error

    return receive


def require_chance(request: Request, first: Message) -> None:
    """Refuse an article if no such article can be done in time.

    Args:
        request: its head.
        first: what has come of its body.

    Raises:
        Overloaded: too much is waiting.
    """
    scheduler: Scheduler | None = getattr(request.app.state, "scheduler", None)
    pipeline: Pipeline = request.app.state.pipeline
    if scheduler is not None:
        scheduler.require_chance(pipeline.settings.deadline, tokens_in(request, first))


def tokens_in(request: Request, first: Message) -> int:
    """Estimate an article as `in_lane` will; at least, if not all of it has come."""
    if first.get("more_body"):
        length = request.headers.get("content-length", "")
        return int(length) // BYTES_PER_TOKEN + 1 if length.isdecimal() else 1
    return tokens_of(text_in(request, first.get("body", b"")))


def text_in(request: Request, body: bytes) -> str:
    """Read the text in a body; "" where there is none, which is told later."""
    if not is_json(request):
        return body.decode(errors="replace")
    try:
        fields = from_json(body)
    except ValueError:
        return ""
    text = fields.get("text") if isinstance(fields, dict) else None
    return text if isinstance(text, str) else ""
