"""Around every request: its id, a line in the log, its numbers, and an answer when all fails."""

import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import logs
from service.api.errors import Fault, answer
from service.api.metrics import NO_ROUTE, Metrics

ID_HEADER = "x-request-id"
GOOD_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)  # what cannot break a line of the log
FAILED = 500
CLIENT_GONE = 499  # nginx's number for a client that did not wait for its answer


class Watch:
    """Gives each request an id, or takes that of the caller, and tells what became of it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what the app did not foresee becomes a 500 in our shape."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        identity = given if GOOD_ID.fullmatch(given) else uuid4().hex
        logs.request_id.set(identity)
        started = time.perf_counter()
        status = CLIENT_GONE

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = identity
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:  # in the middle of its body: there is nobody to answer
            pass
        except Exception:
            logs.ACCESS.exception("a request failed in a way that nobody foresaw")
            if status != CLIENT_GONE:
                raise  # half an answer is out: the server must break the connection
            await unforeseen(identity)(scope, receive, send_with_id)
        finally:
            self._tell(scope, status, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], getattr(scope.get("route"), "path", NO_ROUTE)
        self._metrics.request(method, route, status, seconds)
        facts = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
        logs.ACCESS.info("answered", extra={"facts": facts})


def unforeseen(identity: str) -> ASGIApp:
    """Make the answer when a fault of ours ended a request."""
    hint = f"tell the operator; the log has more under {identity}"
    return answer(FAILED, Fault(code="internal", message="a fault of the service", hint=hint))
