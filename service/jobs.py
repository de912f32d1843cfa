"""Long work: kept in the store, done by whichever process has time, resumed where it stopped.

A job is a file and what is asked of it. A `Worker` leases the oldest job that nobody works on and
translates it through a `RecordingEngine`, which stores every segment as soon as it is done. The
lease is renewed while the work goes on; that of a process that died runs out, the next worker takes
the job over and finds the segments of the first in the record. Whatever a worker writes, it writes
on condition that the lease is still its own, so a result is stored once.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from service import formats
from service.article import Article, GlossaryVersion, Origin
from service.engines import Engine
from service.errors import (
    Cancelled,
    Draining,
    InterligneError,
    Overloaded,
    StoreError,
    UnresolvedNames,
)
from service.memory import Memory
from service.names.glossary import Glossary, Term, layered, of_terms
from service.pipeline import Pipeline, Wishes
from service.recording import RecordingEngine
from service.settings import SUMMARY_WORDS
from service.store.jobs import Failure
from service.store.leases import Claim, Leases
from service.store.memory import Memories
from service.store.shelf import Reference, Shelf

POLL = 1.0  # seconds between two looks for work that another process may have stored
PAUSE = 5.0  # seconds before the next try when the store or the engine cannot be had
RENEWALS = 3  # in the time of one lease
SWEEP = 600.0  # seconds between two looks for jobs to forget

OUR_FAULT = Failure("error", "the service failed on this file", "tell who runs the service")

OpenEngine = Callable[[], AbstractContextManager[Engine]]

_ARTICLE = TypeAdapter(Article)
_log = logging.getLogger(__name__)


def result_of(article: Article) -> bytes:
    """Write an article as the result of a job is stored."""
    return _ARTICLE.dump_json(article)


def article_of(result: bytes) -> Article:
    """Read what `result_of` wrote."""
    return _ARTICLE.validate_json(result)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a job; the fields of `Wishes`, in a form that can be stored."""

    title: str | None = None
    terms: tuple[Term, ...] = ()
    glossaries: tuple[GlossaryVersion, ...] = ()
    summary_words: int = SUMMARY_WORDS
    detect_language: bool = True
    strict: bool = False
    memory: bool = False

    def stored(self) -> dict[str, Any]:
        """Write it as JSON values."""
        order: dict[str, Any] = _ORDER.dump_python(self, mode="json")
        return order

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Order":
        """Read what `stored` wrote."""
        return _ORDER.validate_python(stored)

    def wishes(self, title: str | None, stored: Glossary, memory: Memory) -> Wishes:
        """Ask it of the pipeline.

        Args:
            title: the one that the file itself has.
            stored: the terms of `glossaries`.
            memory: of the owner, used if it is asked for.
        """
        return Wishes(
            title=self.title or title,
            glossary=layered(of_terms(self.terms, Origin.REQUEST), stored),
            glossaries=self.glossaries,
            summary_words=self.summary_words,
            detect_language=self.detect_language,
            strict=self.strict,
            memory=memory if self.memory else None,
        )


_ORDER = TypeAdapter(Order)


@dataclass(frozen=True, slots=True)
class Means:
    """What jobs are done with.

    Attributes:
        pipeline: translates; its engine is not used.
        open_engine: opens an engine for one job, as a lane of the scheduler.
        shelf: where stored glossaries are.
        memories: where confirmed sentences are.
    """

    pipeline: Pipeline
    open_engine: OpenEngine
    shelf: Shelf
    memories: Memories


class Worker:
    """A thread that does jobs, one after another, until it is stopped.

    Args:
        leases: where the jobs are.
        means: what they are done with.
        lease: seconds after which a job of a process that is gone is taken over.
    """

    def __init__(self, leases: Leases, means: Means, lease: float) -> None:
        self._leases = leases
        self._means = means
        self._lease = lease
        self._claim: Claim | None = None
        self._woken = threading.Event()
        self._stopping = False
        self._swept = -SWEEP
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Tell that a job has just been stored."""
        self._woken.set()

    def stop(self) -> None:
        """Leave the job at hand, after its current chunk, to whoever takes it up, and end."""
        self._stopping = True
        self._woken.set()
        if claim := self._claim:
            with suppress(StoreError):  # else the lease runs out by itself
                self._leases.release(claim)
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            pause = self._step()
            if pause:
                self._woken.wait(pause)
            self._woken.clear()

    def _step(self) -> float:
        """Do one job if there is one; return the seconds to wait before the next look."""
        try:
            self._sweep()
            claim = self._claim = self._leases.claim(self._lease)
            if claim is None:
                return POLL
            if self._stopping:  # told while it was claimed: `stop` saw nothing to give back
                self._leases.release(claim)
                return 0
            return self._work(claim)
        except Cancelled:
            return 0
        except StoreError as error:
            _log.warning("the store cannot be used: %s", error.message)
            return PAUSE
        except Exception:  # a fault of ours: without this thread no job would ever be done
            _log.exception("the worker failed between two jobs, and goes on")
            return PAUSE
        finally:
            self._claim = None

    def _sweep(self) -> None:
        """Forget old jobs now and then."""
        if time.monotonic() - self._swept > SWEEP:
            self._leases.sweep()
            self._swept = time.monotonic()

    def _work(self, claim: Claim) -> float:
        """Do a job, and store what came of it; return the seconds to wait before the next."""
        try:
            with self._renewing(claim), self._means.open_engine() as engine:
                article, characters = self._translate(claim, engine)
            self._leases.finish(claim, result_of(article), characters=characters)
        except (Cancelled, StoreError):
            raise
        except (Overloaded, Draining) as error:  # what is done of it is recorded
            self._leases.release(claim)
            return error.retry_after if isinstance(error, Overloaded) else PAUSE
        except UnresolvedNames as error:
            self._leases.fail(claim, failure(error), result_of(error.article))
        except InterligneError as error:
            self._leases.fail(claim, failure(error))
        except Exception:
            _log.exception("job %s failed by a fault of ours", claim.id)
            self._leases.fail(claim, OUR_FAULT)
        return 0

    def _translate(self, claim: Claim, engine: Engine) -> tuple[Article, int]:
        """Translate the file of a job; the same file gives the same article however often.

        The number is that of the characters in it, as requests count them.
        """
        document = formats.read(claim.payload, claim.name)
        means, order = self._means, Order.read(claim.order)
        recording = RecordingEngine(engine, means.pipeline.bundle.sha256, self._leases, claim)
        pipeline = replace(means.pipeline, engine=recording)
        wanted = [Reference(used.id, used.version) for used in order.glossaries]
        stored = means.shelf.take(wanted, claim.owner).glossary
        wishes = order.wishes(document.title, stored, means.memories.of(claim.owner))
        return pipeline.translate_article(document.text, wishes), len(document.text)

    @contextmanager
    def _renewing(self, claim: Claim) -> Iterator[None]:
        """Keep the lease while the block runs."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(self._lease / RENEWALS):
                try:
                    self._leases.renew(claim, self._lease)
                except InterligneError as error:  # the next write will tell
                    _log.warning("the lease of job %s was not renewed: %s", claim.id, error.message)

        thread = threading.Thread(target=renew, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def failure(error: InterligneError) -> Failure:
    """Say of an error what the user of a job may know."""
    return Failure(error.code, error.message, error.hint, error.where)
