"""Jobs whose workers are killed, as real processes on real databases."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import pytest
from pydantic import TypeAdapter

from service.article import Article
from service.jobs import Order
from service.store import Store
from service.store.jobs import Jobs, State, Submission
from tests.e2e.workshop import english, work
from tests.waiting import until

KILLS = 20
SENTENCES, JOBS = 130, 12
PATIENCE = 120  # seconds
ORDER = Order(detect_language=False, summary_words=0)

PROCESSES = get_context("forkserver")  # each worker is born with everything imported
PROCESSES.set_forkserver_preload(["tests.e2e.workshop", "service.store.leases", "alembic.command"])


@contextmanager
def worker_on(database_url: str) -> Iterator[BaseProcess]:
    """Run a worker process; `kill` is SIGKILL, and so is the end of the block."""
    process = PROCESSES.Process(target=work, args=(database_url,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def submitted(store: Store) -> dict[str, list[str]]:
    """Submit some jobs; return the sentences of each."""
    jobs = Jobs(store, keep=timedelta(days=1), most=100)
    sent: dict[str, list[str]] = {}
    for number in range(JOBS):
        sentences = [f"Phrase {n} du texte {number}." for n in range(SENTENCES)]
        payload = "\n\n".join(sentences).encode()
        job, _ = jobs.submit(Submission(payload, "a.txt", "text/plain", ORDER.stored()))
        sent[job.id] = sentences
    return sent


def written(store: Store, sent: dict[str, list[str]]) -> int:
    """Count the segments that were ever stored."""
    jobs = Jobs(store, keep=timedelta(days=1), most=100)
    return sum(jobs.get(id_).done for id_ in sent)


def has_grown(store: Store, sent: dict[str, list[str]], before: int) -> bool:
    """Whether more is stored than before, or all there is."""
    return written(store, sent) > before or before == JOBS * SENTENCES


def require_done(store: Store, sent: dict[str, list[str]]) -> None:
    """Wait for the jobs, and look at every sentence of their results."""
    jobs = Jobs(store, keep=timedelta(days=1), most=100)
    until(lambda: all(jobs.get(id_).state.is_final for id_ in sent), PATIENCE)
    for id_, sentences in sent.items():
        assert jobs.get(id_).state is State.DONE
        article = TypeAdapter(Article).validate_json(jobs.result(id_)[2] or b"")
        assert article.translation == "\n\n".join(map(english, sentences))


@pytest.mark.parametrize("seed", [20])
def test_twenty_kills_lose_and_repeat_nothing(store: Store, database_url: str, seed: int) -> None:
    """However often and whenever workers are killed, every job ends with every sentence once."""
    moments = random.Random(seed)
    sent = submitted(store)
    for _ in range(KILLS):
        before = written(store, sent)
        with worker_on(database_url):
            if moments.random() < 0.7:  # else it is killed before it may have done anything
                until(partial(has_grown, store, sent, before), PATIENCE)
            time.sleep(moments.uniform(0, 0.2))
    with worker_on(database_url):
        require_done(store, sent)


def test_the_job_of_a_dead_worker_is_taken_over_by_a_living_one(
    store: Store, database_url: str
) -> None:
    """Two workers share a database; one is killed at work, and the other ends all jobs."""
    sent = submitted(store)
    jobs = Jobs(store, keep=timedelta(days=1), most=100)
    with worker_on(database_url), worker_on(database_url) as victim:
        until(lambda: sum(jobs.get(id_).state is State.RUNNING for id_ in sent) == 2, PATIENCE)
        victim.kill()
        require_done(store, sent)
