"""The page for editors: the files of `service/web`, at `/` and under `/web`."""

import os
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parents[1] / "web"

# The page runs its own files and asks this service; no markup is made out of text, ever.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "cache-control": "no-cache",  # kept, but asked for each time: the files have no version
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

router = APIRouter(include_in_schema=False)


class Files(StaticFiles):
    """Files with the headers of the page, also where nothing has changed (304)."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with a file, or with 304."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(HEADERS)
        return response


files = Files(directory=WEB)


@router.api_route("/", methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """Answer with the page."""
    return await files.get_response("index.html", request.scope)


def install(app: FastAPI) -> None:
    """Serve the page and what it is made of."""
    app.include_router(router)
    app.mount("/web", files)
