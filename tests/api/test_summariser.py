"""A model that writes summaries, behind the service."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

from fastapi.testclient import TestClient

from service.api import create_app
from tests.fakes import scripted_pipeline

PAIRS = {
    "Le ministre a reçu lundi les syndicats.": "The minister received the unions on Monday.",
    "Un accord est attendu avant la fin du mois.": "A deal is expected before the month ends.",
}
WRITTEN = "The minister received the unions on Monday."


class Slow:
    """Writes a summary as soon as it is let."""

    name, sha256, language, max_tokens = "slow", "5" * 64, "en", 500

    def __init__(self) -> None:
        self.is_asked, self.may_go = Event(), Event()

    def count_tokens(self, text: str) -> int:
        """Count words."""
        return len(text.split())

    def write(self, texts: Sequence[str], words: int) -> list[str]:
        """Wait, then write."""
        self.is_asked.set()
        assert self.may_go.wait(60)
        return [WRITTEN for _ in texts]


def test_a_written_summary_is_in_the_answer_and_keeps_nobody_waiting() -> None:
    """While the model writes, the service goes on answering others."""
    summariser = Slow()
    app = create_app(replace(scripted_pipeline(PAIRS), summariser=summariser))
    body = {"text": " ".join(PAIRS), "source": "fr", "summary_words": 10}
    with TestClient(app) as client, ThreadPoolExecutor() as pool:
        answer = pool.submit(client.post, "/v1/articles", json=body)
        assert summariser.is_asked.wait(60)
        assert client.get("/healthz").status_code == 200
        assert not answer.done()
        summariser.may_go.set()
        summary = answer.result().json()["summary"]
    told = {"text": WRITTEN, "language": "en", "model": "slow", "sha256": "5" * 64}
    assert summary["written"] == told
    assert summary["aligned"] is False
    assert summary["note"] == ""
    assert [pair["target"] for pair in summary["pairs"]] == [WRITTEN]
