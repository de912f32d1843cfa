"""Workers: what they make of a job, and what they leave when they are stopped or cut off."""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from service.article import Article, How, NameType
from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.errors import Cancelled, EngineFailed, Overloaded
from service.jobs import Means, OpenEngine, Order, Worker
from service.memory import Pair
from service.names.glossary import Term
from service.recording import CHUNK, RecordingEngine
from service.store import Store, open_store
from service.store.glossaries import Glossaries
from service.store.jobs import Jobs, State, Submission
from service.store.leases import Claim, Leases
from service.store.memory import Memories
from service.store.shelf import Shelf
from service.store.tables import JobRow, now
from tests.fakes import FailingEngine, ScriptedEngine, scripted_pipeline
from tests.waiting import PATIENCE, until

KEEP = timedelta(days=1)
FRENCH = "Le président Vladimir Poutine est à Sotchi."
ENGLISH = "President Vladimir Poutine is in Sotchi."
MANY = [f"Phrase numéro {number} du texte." for number in range(5 * CHUNK)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """SQLite is enough here: what differs between databases is tested with the store."""
    return open_store(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.fixture
def jobs(store: Store) -> Jobs:
    """The jobs, as senders see them."""
    return Jobs(store, keep=KEEP, most=100)


def submission(text: str, **order: object) -> Submission:
    """A text as a job; the language is not looked at, for some texts here are none."""
    asked = Order(detect_language=False, **order)  # type: ignore[arg-type]
    return Submission(text.encode(), "article.txt", "text/plain", asked.stored())


def worker_on(
    store: Store, engine: Engine, lease: float = 60, leases: Leases | None = None
) -> Worker:
    """A worker with an engine of its own."""
    return opening(store, lambda: nullcontext(engine), lease, leases)


def opening(
    store: Store, open_engine: OpenEngine, lease: float = 60, leases: Leases | None = None
) -> Worker:
    """A worker that opens an engine for each job."""
    means = Means(scripted_pipeline(), open_engine, Shelf(Glossaries(store)), Memories(store))
    return Worker(leases or Leases(store, keep=KEEP), means, lease)


def done_by(worker: Worker, jobs: Jobs, id_: str) -> Article:
    """Let a worker do a job and give what came of it."""
    worker.start()
    until(lambda: jobs.get(id_).state.is_final)
    worker.stop()
    result = jobs.result(id_)[2]
    assert result is not None
    return TypeAdapter(Article).validate_json(result)


def test_a_job_gives_the_same_article_as_a_request(store: Store, jobs: Jobs) -> None:
    """Names are settled and all options hold; the answer says how far it came."""
    terms = (Term(("Sotchi",), ("Sotchi-sur-Mer",), NameType.PLACE),)
    order = submission(FRENCH, terms=terms, title="Titre", summary_words=0)
    id_ = jobs.submit(order)[0].id
    engine = ScriptedEngine({FRENCH: ENGLISH, "Titre": "Title"})
    article = done_by(worker_on(store, engine), jobs, id_)
    assert article.translation.startswith("Title\n\nPresident Vladimir Putin is in Sotchi-sur-Mer")
    assert article.summary is not None
    assert article.summary.pairs == ()
    job = jobs.get(id_)
    assert (job.state, job.done) == (State.DONE, job.total)


def test_a_job_may_use_confirmed_sentences(store: Store, jobs: Jobs) -> None:
    """What a person has confirmed stands as it is."""
    Memories(store).add([Pair(FRENCH, "Mr. Putin is in Sochi.")])
    id_ = jobs.submit(submission(FRENCH, memory=True))[0].id
    article = done_by(worker_on(store, ScriptedEngine()), jobs, id_)
    assert article.translation == "Mr. Putin is in Sochi."


def test_a_record_is_used_and_not_made_again(store: Store, jobs: Jobs) -> None:
    """The second worker asks its engine only for what the first had not done."""
    jobs.submit(submission("x"))
    leases = Leases(store, keep=KEEP)
    claim = leases.claim(60)
    assert claim is not None
    first, second = ScriptedEngine(), ScriptedEngine()
    RecordingEngine(first, "model", leases, claim).translate(MANY[:10], Decoding())
    answer = RecordingEngine(second, "model", leases, claim).translate(MANY[:15], Decoding())
    assert second.history == [MANY[10:15]]
    assert [hypotheses[0].text for hypotheses in answer] == [f"<{text}>" for text in MANY[:15]]


@pytest.mark.parametrize(
    ("model", "decoding", "prefixes"),
    [
        ("other", Decoding(), None),
        ("model", Decoding(beam_size=2), None),
        ("model", Decoding(), ["The"]),
    ],
    ids=["another model", "another search", "a prefix"],
)
def test_a_record_is_used_for_the_very_same_question_only(
    store: Store, jobs: Jobs, model: str, decoding: Decoding, prefixes: list[str] | None
) -> None:
    """A job that goes on with another model or setting mixes nothing."""
    jobs.submit(submission("x"))
    leases = Leases(store, keep=KEEP)
    claim = leases.claim(60)
    assert claim is not None
    RecordingEngine(ScriptedEngine(), "model", leases, claim).translate(MANY[:1], Decoding())
    engine = ScriptedEngine()
    RecordingEngine(engine, model, leases, claim).translate(MANY[:1], decoding, prefixes)
    assert engine.history == [MANY[:1]]


class Interrupted(ScriptedEngine):
    """Calls something before a chunk."""

    def __init__(self, chunk: int, act: Callable[[], None]) -> None:
        super().__init__()
        self.chunk = chunk
        self.act = act

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Act, or answer."""
        if len(self.history) == self.chunk:
            self.act()
        return super().translate(segments, decoding, prefixes)


def test_a_stopped_worker_leaves_its_job_for_the_next(store: Store, jobs: Jobs) -> None:
    """What is done is kept, the rest is done by who comes next, and no segment twice."""
    id_ = jobs.submit(submission("\n\n".join(MANY)))[0].id
    reached = threading.Event()

    def wait() -> None:
        reached.set()
        until(lambda: first._stopping)

    first = worker_on(store, Interrupted(2, wait))
    first.start()
    assert reached.wait(PATIENCE)
    first.stop()
    job = jobs.get(id_)
    assert (job.state, job.done) == (State.QUEUED, 2 * CHUNK)
    engine = ScriptedEngine()
    article = done_by(worker_on(store, engine), jobs, id_)
    asked = [segment for call in engine.history for segment in call]
    assert asked[: 3 * CHUNK] == MANY[2 * CHUNK :]
    assert article.translation == "\n\n".join(f"<{text}>" for text in MANY)


class Claiming(Leases):
    """Calls something when a job is claimed."""

    def __init__(self, store: Store, act: Callable[[], None]) -> None:
        super().__init__(store, keep=KEEP)
        self.act = act

    def claim(self, lease: float) -> Claim | None:
        """Claim a job, and act."""
        claim = super().claim(lease)
        self.act()
        return claim


def test_a_worker_that_is_stopped_while_it_claims_a_job_gives_it_back(
    store: Store, jobs: Jobs
) -> None:
    """It does not do the whole job first."""
    id_ = jobs.submit(submission(FRENCH))[0].id
    reached, engine = threading.Event(), ScriptedEngine()

    def wait() -> None:
        reached.set()
        until(lambda: worker._stopping)

    worker = worker_on(store, engine, leases=Claiming(store, wait))
    worker.start()
    assert reached.wait(PATIENCE)
    worker.stop()
    assert (jobs.get(id_).state, jobs.get(id_).attempts, engine.history) == (State.QUEUED, 0, [])


def test_a_fault_between_two_jobs_does_not_end_the_worker(
    store: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the next look finds the work."""
    monkeypatch.setattr("service.jobs.PAUSE", 0.01)
    faults = iter([ZeroDivisionError("of ours")])

    def stumble() -> None:
        if fault := next(faults, None):
            raise fault

    worker = worker_on(store, ScriptedEngine(), leases=Claiming(store, stumble))
    worker.start()
    until(lambda: "ZeroDivisionError: of ours" in caplog.text)
    id_ = jobs.submit(submission(FRENCH))[0].id
    until(lambda: jobs.get(id_).state is State.DONE)
    worker.stop()


def test_a_cancelled_job_stops_at_its_next_chunk(store: Store, jobs: Jobs) -> None:
    """The worker notices, drops the job and goes on with another."""
    id_ = jobs.submit(submission("\n\n".join(MANY)))[0].id
    other = jobs.submit(submission(FRENCH))[0].id

    def cancel() -> None:
        jobs.cancel(id_)

    engine = Interrupted(1, cancel)
    done_by(worker_on(store, engine), jobs, other)
    assert jobs.get(id_).state is State.CANCELLED
    assert engine.history[:2] == [MANY[:CHUNK], MANY[CHUNK : 2 * CHUNK]]
    assert {segment for call in engine.history[2:] for segment in call} == {FRENCH}


def test_a_failure_is_the_jobs_not_the_workers(store: Store, jobs: Jobs) -> None:
    """An engine that gives up fails the job, with its message, and the worker lives."""
    bad = jobs.submit(submission(FRENCH))[0].id
    worse = jobs.submit(submission("\x00"))[0].id
    worker = worker_on(store, FailingEngine())
    worker.start()
    until(lambda: jobs.get(worse).state.is_final)
    worker.stop()
    failures = [jobs.get(id_).failure for id_ in (bad, worse)]
    assert [failure.code for failure in failures if failure] == [
        EngineFailed.code,
        "control_character",
    ]


def test_a_strict_job_fails_with_its_translation(store: Store, jobs: Jobs) -> None:
    """Nothing is lost: the article is there to be read, and says what is unresolved."""
    terms = (Term(("Zorblax",), ("Zorblaxia",), NameType.PLACE),)
    id_ = jobs.submit(submission("Zorblax dort.", terms=terms, strict=True))[0].id
    engine = ScriptedEngine({"Zorblax dort.": "It sleeps."})
    article = done_by(worker_on(store, engine), jobs, id_)
    failure = jobs.get(id_).failure
    assert failure is not None
    assert failure.code == "unresolved_names"
    assert article.names[0].mentions[0].how is How.UNRESOLVED


def test_a_job_that_finds_the_service_busy_waits(store: Store, jobs: Jobs) -> None:
    """It is put back, costs no attempt, and is done when there is room."""
    id_ = jobs.submit(submission(FRENCH))[0].id
    refusals = iter([Overloaded("full", 0.05), Overloaded("full", 0.05)])

    def open_engine() -> nullcontext[Engine]:
        if refusal := next(refusals, None):
            raise refusal
        return nullcontext(ScriptedEngine())

    done_by(opening(store, open_engine), jobs, id_)
    assert (jobs.get(id_).state, jobs.get(id_).attempts) == (State.DONE, 1)


def test_a_slow_worker_keeps_its_lease(
    store: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk may take longer than the lease: it is renewed beside."""
    lease, clock = 0.3, now()
    monkeypatch.setattr("service.store.leases.now", lambda: clock)

    def is_renewed() -> bool:
        with store.reading() as session:
            return session.scalar(select(JobRow.lease_until)) == clock + timedelta(seconds=lease)

    id_ = jobs.submit(submission(FRENCH))[0].id
    enough = threading.Event()
    worker = worker_on(store, Interrupted(0, lambda: until(enough.is_set)), lease)
    worker.start()
    until(lambda: jobs.get(id_).state is State.RUNNING)
    for _ in range(5):
        clock += timedelta(seconds=0.2)
        until(is_renewed)
        assert Leases(store, keep=KEEP).claim(60) is None
    enough.set()
    until(lambda: jobs.get(id_).state is State.DONE)
    worker.stop()


def test_an_unforeseen_fault_fails_the_job_and_is_logged(
    store: Store, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug must not end the worker, nor try the same file for ever."""

    def stumble() -> None:
        raise ZeroDivisionError

    id_ = jobs.submit(submission(FRENCH))[0].id
    worker = worker_on(store, Interrupted(0, stumble))
    worker.start()
    until(lambda: jobs.get(id_).state.is_final)
    worker.stop()
    failure = jobs.get(id_).failure
    assert failure is not None
    assert failure.message == "the service failed on this file"
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_lease_stops_the_recording(store: Store, jobs: Jobs) -> None:
    """Who was taken over by mistake stores nothing more."""
    jobs.submit(submission("x"))
    leases = Leases(store, keep=KEEP)
    late = leases.claim(-1)
    assert isinstance(late, Claim)
    assert leases.claim(60) is not None
    with pytest.raises(Cancelled):
        RecordingEngine(ScriptedEngine(), "model", leases, late).translate(MANY, Decoding())


def test_a_worker_forgets_jobs_whose_time_is_over(tmp_path: Path) -> None:
    """Nobody has to clean up."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    jobs = Jobs(store, keep=timedelta(0), most=100)
    id_ = jobs.submit(submission(FRENCH))[0].id
    jobs.cancel(id_)
    worker = worker_on(store, ScriptedEngine())
    worker.start()
    until(lambda: jobs.page(size=1) == [])
    worker.stop()
