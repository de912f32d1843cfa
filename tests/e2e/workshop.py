"""A process that does jobs until it is killed, with a slow engine that knows two words."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta

from service.decoding import Decoding, Hypothesis
from service.jobs import Means, Worker
from service.pipeline import Wishes
from service.store import open_store
from service.store.glossaries import Glossaries
from service.store.leases import Leases
from service.store.memory import Memories
from service.store.shelf import Shelf
from tests.fakes import ScriptedEngine, scripted_pipeline

LEASE = 1.0  # seconds; a worker on a busy machine may be late to renew it
SECONDS_PER_SEGMENT = 0.004


PIPELINE = scripted_pipeline()
# Rules and lists are loaded once, here, and not again by every process that is forked.
PIPELINE.translate_article("Bachar Al-Assad est à Sotchi.", Wishes(detect_language=False))


class SlowEngine(ScriptedEngine):
    """Takes its time over every segment."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer after a while."""
        time.sleep(SECONDS_PER_SEGMENT * len(segments))
        return [[Hypothesis(english(segment), -0.5)] * decoding.hypotheses for segment in segments]


def english(sentence: str) -> str:
    """Translate "Phrase 1 du texte 2."."""
    return sentence.replace("Phrase", "Sentence").replace("du texte", "of text")


def work(database_url: str) -> None:
    """Do jobs for ever."""
    store = open_store(database_url)
    leases = Leases(store, keep=timedelta(days=1))
    engine = SlowEngine()
    means = Means(PIPELINE, lambda: nullcontext(engine), Shelf(Glossaries(store)), Memories(store))
    worker = Worker(leases, means, LEASE)
    worker.start()
    while True:
        time.sleep(60)
