"""`interligne serve`: the HTTP service."""

import argparse
import ctypes
from contextlib import suppress
from typing import Any

from service.cli.console import OK
from service.cli.options import add_settings, settings_from

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of <malloc.h>
LARGE_BLOCK = 4_000_000  # bytes
KEEP_ALIVE = 75  # seconds; shorter than its clients keep a connection, one would meet a closed door


def add(commands: Any) -> None:
    """Add `interligne serve`."""
    parser = commands.add_parser("serve", help="run the HTTP service")
    add_settings(parser, "host", "port", "open", "allowed_hosts", "allowed_origins", "log_format")
    add_settings(parser, "model", "engine", "device", "threads", "beam_size")
    add_settings(parser, "summariser", "summariser_language", "data_dir", "database_url")
    parser.add_argument(
        "--cluster",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="translate on a Ray cluster: the one at this address, or of this machine",
    )
    add_settings(parser, "replicas", "most_replicas", "replica_gpus")
    parser.set_defaults(run=serve)


def serve(args: argparse.Namespace) -> int:
    """Run the HTTP service until it is told to stop.

    Raises:
        Unprotected: everybody could reach it, and it was not told to be open.
    """
    import uvicorn

    from service.api import create_app, logs
    from service.api.security import require_protection
    from service.pipeline import load_pipeline
    from service.store import open_store
    from service.store.keys import Keys

    return_freed_memory()
    settings = settings_from(args)
    logs.configure(settings.log_format)
    require_protection(settings, Keys(open_store(settings.store_url)).exist)
    if args.cluster is not None:
        from service.cluster import serve_on

        serve_on(args.cluster, settings)
        return OK
    app = create_app(load_pipeline(settings))
    # No access log of the server's own: it would show texts and keys that come in the query.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )
    return OK


def return_freed_memory() -> None:
    """Make glibc give large freed blocks back to the system, as mallopt(3) says how.

    Left alone it learns to keep them, and the service grows by half over its first articles.
    """
    with suppress(OSError, AttributeError):  # another C library has its own ways
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        mallopt(M_TRIM_THRESHOLD, LARGE_BLOCK)
