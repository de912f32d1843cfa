"""The service against its own description, and against requests that no description allows."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scripts import fuzz
from service.api import create_app
from service.decoding import Decoding, Hypothesis
from tests.api.serving import serving
from tests.fakes import ScriptedEngine, scripted_pipeline

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6  # for each operation
BAD_REQUESTS = 300  # scripts.fuzz throws more


class AgreeableEngine(ScriptedEngine):
    """Answers whatever it is asked, so that the service is ready."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Say that the president said so."""
        answers = (Hypothesis(f"The president said {segment}", -0.5) for segment in segments)
        return [[answer] * decoding.hypotheses for answer in answers]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service."""
    pipeline = scripted_pipeline(
        engine=AgreeableEngine(), data_dir=tmp_path_factory.mktemp("data"), max_characters=2000
    )
    with serving(pipeline) as address:
        yield address


schema = schemathesis.openapi.from_dict(create_app(scripted_pipeline()).openapi())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_gives(
    case: schemathesis.Case[Any], server: str
) -> None:
    """No 5xx, no status, media type, header or field that is not described."""
    case.call_and_validate(base_url=server, checks=CHECKS, timeout=30)


def test_no_bad_request_is_a_fault_of_the_service(server: str) -> None:
    """Whatever is thrown at it, it is the caller who is told off, and soon."""
    with httpx2.Client(base_url=server, timeout=60) as client:
        tally = fuzz.throw(client, BAD_REQUESTS, 1)
    assert tally.faults == []
    assert tally.statuses.total() >= BAD_REQUESTS
    assert {200, 400, 404, 405, 422} <= set(tally.statuses)


@pytest.mark.parametrize("path", sorted(fuzz.ROUTES))
def test_brackets_without_end_are_no_fault_of_the_service(server: str, path: str) -> None:
    """A parser that runs out of stack says so to the caller."""
    brackets = "[" * 100_000
    with httpx2.Client(base_url=server, timeout=60) as client:
        as_json = client.post(path, content=brackets, headers={"content-type": fuzz.JSON})
        as_form = client.post(path, data={"glossary": brackets, "text": "x"}, files={"file": b"x"})
    assert 400 <= as_json.status_code < 500
    assert as_form.status_code < 500
