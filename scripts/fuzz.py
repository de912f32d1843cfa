"""Throw bad requests at a running service, and see that it stands.

    python -m scripts.fuzz http://127.0.0.1:8000 --requests 10000

Bodies that are nearly right, JSON of any shape, broken JSON, forms, multipart and noise, under
right and wrong media types, at every route that reads one. Prints how many came back with which
status, the slowest answer, and the memory of the service. Ends with 1 if any answer was a 5xx or
took too long, or the memory grew. What is thrown depends on the seed alone.

The service should be one to play with: what is right by chance is kept in its store.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SLOWEST = 10.0  # seconds that an answer may take, on a machine that does nothing else
MOST_GROWTH = 16_000_000  # bytes by which the memory may grow after a warm-up
WARM_UP = 1_000  # requests before memory is read for the first time
SERVER_ERROR, NO_ANSWER = 500, 599

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MEDIA_TYPES = (
    JSON,
    FORM,
    "",
    "application/vnd.api+json; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain; charset=klingon",
    "application/octet-stream",
    ";;;",
)
# Routes that read a body, and their fields.
ROUTES = {
    "/v1/articles": "text title source target glossary summary_words strict",
    "/v1/articles/render": "text paragraphs translation names summary provenance",
    "/v1/jobs": "text title glossary summary_words file",
    "/v1/glossaries": "name terms entries",
    "/v2/translate": (
        "text source_lang target_lang context split_sentences formality tag_handling ignore_tags"
    ),
    "/v2/languages": "type",
    "/v2/glossaries": "name source_lang target_lang entries entries_format",
    "/v2/document": "file source_lang target_lang glossary_ids output_format",
    "/v2/document/x": "document_key",
    "/v2/document/x/result": "document_key",
    "/v3/glossaries": "name dictionaries",
    "/translate": "q source target format alternatives api_key",
    "/translate_file": "file source target api_key",
    "/detect": "q api_key",
    "/nothing": "x",
}
METHODS = ("POST", "POST", "POST", "GET", "PUT", "PATCH", "DELETE")
WORDS = ("fr", "en", "FR", "EN-GB", "auto", "html", "target", "Un chat dort.", "M. Poutine", "0")
PARTS = (b"--x\r\n", b"--x--", b'Content-Disposition: form-data; name="file"', b"\r\n\r\n", b"\xff")

characters = st.one_of(st.characters(), st.sampled_from("\x00\ud800\u202f\ufeff«»’é\n\r\t\x1b"))
strings = st.one_of(st.sampled_from(WORDS), st.text(characters, max_size=60))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), strings, st.just(10**400))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=4)
    ),
    max_leaves=8,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A request."""

    method: str
    path: str
    media_type: str
    body: bytes


@dataclass
class Tally:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[Shot, int]] = field(default_factory=list)
    slowest: float = 0.0


@st.composite
def shots(draw: st.DrawFn) -> Shot:
    """Draw a request that is wrong in some way, most likely."""
    path = draw(st.sampled_from(sorted(ROUTES)))
    names = st.one_of(st.sampled_from(ROUTES[path].split()), strings)
    fields = st.dictionaries(names, values, max_size=6)
    body = st.one_of(
        fields.map(as_json),
        values.map(as_json),
        st.tuples(fields.map(as_json), st.integers(0, 200), st.binary(max_size=3)).map(broken),
        fields.map(as_form),
        st.integers(1, 100_000).map(lambda depth: b"[" * depth),
        st.lists(st.one_of(st.sampled_from(PARTS), st.binary(max_size=20))).map(b"\r\n".join),
        st.binary(max_size=400),
    )
    query = draw(st.one_of(st.just({}), fields))
    return Shot(
        method=draw(st.sampled_from(METHODS)),
        path=f"{path}?{as_form(query).decode()}" if query else path,
        media_type=draw(st.sampled_from(MEDIA_TYPES)),
        body=draw(body),
    )


def as_json(value: Any) -> bytes:
    """Write JSON, lone surrogates and infinities included."""
    return json.dumps(value).encode()


def as_form(fields: dict[str, Any]) -> bytes:
    """Write a form, with each item of a list as a field."""
    return urlencode(fields, doseq=True, errors="replace").encode()


def broken(parts: tuple[bytes, int, bytes]) -> bytes:
    """Write noise over a place of a body."""
    body, place, noise = parts
    return body[:place] + noise + body[place + len(noise) :]


def throw(client: httpx2.Client, count: int, number: int) -> Tally:
    """Throw so many requests and tell what came back.

    Args:
        client: of a service; waits as long as an answer may take.
        count: how many.
        number: the seed.
    """
    tally = Tally()

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(shots())
    def fire(shot: Shot) -> None:
        started = time.perf_counter()
        status = status_of(client, shot)
        tally.slowest = max(tally.slowest, time.perf_counter() - started)
        tally.statuses[status] += 1
        if status >= SERVER_ERROR:
            tally.faults.append((shot, status))

    fire()
    return tally


def status_of(client: httpx2.Client, shot: Shot) -> int:
    """Send a request and tell the status, or that no answer came in time."""
    headers = {"content-type": shot.media_type} if shot.media_type else {}
    try:
        return client.request(
            shot.method, shot.path, content=shot.body, headers=headers
        ).status_code
    except httpx2.TimeoutException:
        return NO_ANSWER


def memory_of(client: httpx2.Client) -> int:
    """Read the resident memory of a service, in bytes."""
    lines = client.get("/metrics").text.splitlines()
    line = next(line for line in lines if line.startswith("process_resident_memory_bytes"))
    return int(float(line.split()[1]))


def main() -> int:
    """Throw, and print what came back."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("address", help="of a running service, as http://127.0.0.1:8000")
    parser.add_argument("--requests", type=int, default=10_000, metavar="N")
    parser.add_argument("--seconds", type=float, default=SLOWEST, help="an answer may take")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    args = parser.parse_args()

    with httpx2.Client(base_url=args.address, timeout=args.seconds) as client:
        throw(client, WARM_UP, args.seed)
        before = memory_of(client)
        tally = throw(client, args.requests, args.seed + 1)
        growth = memory_of(client) - before
    print(f"statuses  {dict(sorted(tally.statuses.items()))}")
    print(f"slowest   {tally.slowest:.2f} s")
    print(f"memory    {before / 1e6:.0f} MB, grown by {growth / 1e6:.1f} MB")
    for shot, status in tally.faults[:5]:
        print(f"{status}  {shot}")
    return 1 if tally.faults or growth > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
