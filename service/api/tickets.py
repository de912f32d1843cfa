"""Tickets: who has the one of a job may fetch its file, as dialects of other services want it.

A ticket is made of chance and given out once. The job keeps a hash of it where jobs keep the key
that clients choose, so nobody can read it there.
"""

import secrets
from hashlib import sha256

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from service.api.jobs import jobs_of
from service.errors import NotFound

TICKET_BYTES = 32


def new_ticket() -> str:
    """Make a ticket."""
    return secrets.token_hex(TICKET_BYTES)


def key_of(ticket: str) -> str:
    """Make the key of the job that a ticket is for."""
    return f"ticket-{sha256(ticket.encode(errors='surrogatepass')).hexdigest()}"


async def holder(request: Request, job_id: str, ticket: str) -> str:
    """Tell whose a job is to who has its ticket.

    Raises:
        NotFound: there is no such job, or it has another ticket.
        StoreUnavailable: nobody can say.
    """
    try:
        return await run_in_threadpool(jobs_of(request).owner, job_id, key_of(ticket))
    except NotFound:
        hint = "it is forgotten after a while; send it again"
        raise NotFound("there is no such document, or the key is wrong", hint=hint) from None
