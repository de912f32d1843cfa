"""Jobs in the store, on both databases: submitted once, leased to one worker, ended once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from service.errors import Cancelled, Conflict, NotFound, Overloaded
from service.store import Store
from service.store.jobs import Failure, Jobs, State, Submission
from service.store.keys import Keys, Scope
from service.store.leases import MOST_ATTEMPTS, Leases
from service.store.tables import now

A_WEEK = timedelta(days=7)
FILE = Submission(b"Bonjour.", "article.txt", "text/plain", {"title": None})


@pytest.fixture
def jobs(store: Store) -> Jobs:
    """The jobs of an empty store, as senders see them."""
    return Jobs(store, keep=A_WEEK, most=100)


@pytest.fixture
def leases(store: Store) -> Leases:
    """The same, as workers see them."""
    return Leases(store, keep=A_WEEK)


def test_a_job_is_submitted_leased_recorded_and_done(jobs: Jobs, leases: Leases) -> None:
    """The whole life of a job, as its sender sees it at each step."""
    job, is_new = jobs.submit(FILE)
    assert is_new
    assert (job.state, job.done, job.total) == (State.QUEUED, 0, None)

    claim = leases.claim(60)
    assert claim is not None
    assert (claim.id, claim.payload, claim.name) == (job.id, b"Bonjour.", "article.txt")
    assert claim.order == {"title": None}
    leases.record(claim, {"a" * 64: "[1]", "b" * 64: "[2]"}, asked=3)
    running = jobs.get(job.id)
    assert (running.state, running.done, running.total) == (State.RUNNING, 2, 3)
    assert leases.recorded(claim, ["a" * 64, "c" * 64]) == {"a" * 64: "[1]"}

    assert leases.finish(claim, b"{}")
    done = jobs.get(job.id)
    assert (done.state, done.done, done.failure) == (State.DONE, 2, None)
    assert done.finished is not None
    assert done.expires == done.finished + A_WEEK
    assert jobs.result(job.id) == (b"Bonjour.", "article.txt", b"{}")
    assert leases.recorded(claim, ["a" * 64]) == {}, "the record is not needed any more"


def test_a_job_is_counted_for_its_key_when_its_result_is_stored(store: Store) -> None:
    """Once, by the worker that has it; a worker that lost it counts nothing."""
    keys, leases = Keys(store), Leases(store, keep=A_WEEK)
    known, _ = keys.create("Desk", [Scope.TRANSLATE])
    Jobs(store, keep=A_WEEK, most=100).submit(FILE, known.id)
    late, claim = leases.claim(-1), leases.claim(60)
    assert late is not None
    assert claim is not None
    assert not leases.finish(late, b"{}", characters=8)
    assert leases.finish(claim, b"{}", characters=8)
    assert not leases.finish(claim, b"{}", characters=8)
    (counted,) = keys.list()
    assert (counted.characters, counted.requests) == (8, 1)
    assert counted.last_used is not None


def test_the_same_key_makes_one_job(jobs: Jobs) -> None:
    """A client that does not know whether it was heard sends again, and gets the same job."""
    keyed = replace(FILE, key="k")
    first, _ = jobs.submit(keyed)
    assert jobs.submit(keyed) == (first, False)
    with pytest.raises(Conflict, match="belongs to another job"):
        jobs.submit(replace(keyed, payload=b"Bonsoir."))
    other, is_new = jobs.submit(keyed, owner="somebody")
    assert is_new
    assert other.id != first.id


def test_the_same_key_at_the_same_time_makes_one_job(jobs: Jobs) -> None:
    """Sixteen clients with one key are told of one job, of which one made it."""
    keyed = replace(FILE, key="k")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: jobs.submit(keyed), range(16)))
    assert len({job.id for job, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1


def test_the_oldest_job_goes_first_and_each_to_one_worker(jobs: Jobs, leases: Leases) -> None:
    """Eight workers take twenty jobs, and no job is taken twice."""
    ids = [jobs.submit(FILE)[0].id for _ in range(20)]
    first = leases.claim(60)
    assert first is not None
    assert first.id == ids[0]

    def take_all(_: int) -> list[str]:
        taken = []
        while claim := leases.claim(60):
            taken.append(claim.id)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [id_ for some in pool.map(take_all, range(8)) for id_ in some]
    # Those that meet at a row pass it over: who comes late may leave without it.
    while claim := leases.claim(60):
        taken.append(claim.id)
    assert sorted(taken) == sorted(ids[1:])


@pytest.mark.parametrize(
    "write",
    [
        lambda leases, claim: leases.renew(claim, 60),
        lambda leases, claim: leases.record(claim, {"a" * 64: "[]"}, asked=1),
    ],
    ids=["renew", "record"],
)
def test_a_lease_that_ran_out_is_taken_over_and_the_first_worker_is_told(
    jobs: Jobs, leases: Leases, write: Callable[[Leases, object], None]
) -> None:
    """The worker that was thought dead writes nothing more."""
    id_ = jobs.submit(FILE)[0].id
    slow = leases.claim(-1)
    quick = leases.claim(60)
    assert slow is not None
    assert quick is not None
    assert quick.id == slow.id == id_
    with pytest.raises(Cancelled):
        write(leases, slow)
    assert not leases.finish(slow, b"slow")
    leases.release(slow)
    assert jobs.get(id_).state is State.RUNNING
    assert leases.finish(quick, b"quick")
    assert not leases.fail(slow, Failure("late", "too late"))
    assert jobs.result(id_)[2] == b"quick"


def test_who_takes_over_finds_the_record(jobs: Jobs, leases: Leases) -> None:
    """What the first worker translated is not translated again, and nothing is stored for it."""
    jobs.submit(FILE)
    dead = leases.claim(-1)
    assert dead is not None
    leases.record(dead, {"a" * 64: "[1]"}, asked=2)
    alive = leases.claim(60)
    assert alive is not None
    assert leases.recorded(alive, ["a" * 64]) == {"a" * 64: "[1]"}
    with pytest.raises(Cancelled):
        leases.record(dead, {"b" * 64: "[2]"}, asked=2)
    assert leases.recorded(alive, ["b" * 64]) == {}


def test_a_renewed_lease_is_not_taken_over(jobs: Jobs, leases: Leases) -> None:
    """A worker that is slow but alive keeps its job."""
    jobs.submit(FILE)
    claim = leases.claim(-1)
    assert claim is not None
    leases.renew(claim, 60)
    assert leases.claim(60) is None


def test_a_released_job_goes_on_with_its_record_and_all_its_attempts(
    jobs: Jobs, leases: Leases
) -> None:
    """A service that stops in an orderly way costs a job nothing."""
    id_ = jobs.submit(FILE)[0].id
    for _ in range(MOST_ATTEMPTS + 2):
        claim = leases.claim(60)
        assert claim is not None
        leases.release(claim)
    assert jobs.get(id_).state is State.QUEUED
    claim = leases.claim(60)
    assert claim is not None
    leases.record(claim, {"a" * 64: "[1]"}, asked=2)
    leases.release(claim)
    again = leases.claim(60)
    assert again is not None
    assert leases.recorded(again, ["a" * 64]) == {"a" * 64: "[1]"}
    assert jobs.get(id_).done == 1


def test_a_job_whose_workers_die_fails_in_the_end(jobs: Jobs, leases: Leases) -> None:
    """A file that kills its worker must not kill all workers for ever."""
    id_ = jobs.submit(FILE)[0].id
    for _ in range(MOST_ATTEMPTS):
        assert leases.claim(-1) is not None
    assert leases.claim(60) is None
    job = jobs.get(id_)
    assert job.state is State.FAILED
    assert job.failure is not None
    assert job.failure.message == "the worker died 10 times on this job"


def test_a_job_that_gets_on_may_lose_any_number_of_workers(jobs: Jobs, leases: Leases) -> None:
    """Only deaths with nothing done between them count against a job."""
    id_ = jobs.submit(FILE)[0].id
    for number in range(2 * MOST_ATTEMPTS):
        claim = leases.claim(0.02)
        assert claim is not None
        leases.renew(claim, 60)
        leases.record(claim, {f"{number:064}": "[]"}, asked=20)
        leases.renew(claim, -1)
    assert jobs.get(id_).state is State.RUNNING


def test_a_cancelled_job_is_not_worked_on(jobs: Jobs, leases: Leases) -> None:
    """Whether it waits or runs; and what has ended stays as it ended."""
    waiting, running = jobs.submit(FILE)[0].id, jobs.submit(FILE)[0].id
    assert jobs.cancel(waiting).state is State.CANCELLED
    claim = leases.claim(60)
    assert claim is not None
    assert claim.id == running
    jobs.cancel(running)
    with pytest.raises(Cancelled):
        leases.record(claim, {}, asked=1)
    assert not leases.finish(claim, b"{}")
    assert jobs.cancel(running).state is State.CANCELLED


def test_a_failure_is_told_and_may_carry_a_result(jobs: Jobs, leases: Leases) -> None:
    """Strict mode fails, and its translation is there all the same."""
    id_ = jobs.submit(FILE)[0].id
    claim = leases.claim(60)
    assert claim is not None
    failure = Failure("unresolved_names", "1 mention(s) could not be put right", "read it", "names")
    assert leases.fail(claim, failure, b"{}")
    assert jobs.get(id_).failure == failure
    assert jobs.result(id_)[2] == b"{}"


def test_jobs_belong_to_their_owner(jobs: Jobs) -> None:
    """Nobody sees, cancels or removes the job of another key."""
    id_ = jobs.submit(FILE, owner="mine")[0].id
    for act in (jobs.get, jobs.result, jobs.cancel, jobs.remove):
        with pytest.raises(NotFound, match=id_):
            act(id_, "yours")
    assert jobs.page("yours", size=10) == []
    jobs.remove(id_, "mine")
    with pytest.raises(NotFound):
        jobs.get(id_, "mine")


def test_pages_list_every_job_once_newest_first(jobs: Jobs) -> None:
    """Paging by the last job seen misses none and repeats none."""
    ids = [jobs.submit(FILE)[0].id for _ in range(7)]
    seen: list[str] = []
    while page := jobs.page(size=3, after=seen[-1] if seen else ""):
        seen += [job.id for job in page]
    assert seen == ids[::-1]


def test_ended_jobs_are_forgotten_after_their_time(store: Store) -> None:
    """Retention holds for what has ended, never for what waits."""
    jobs, leases = (
        Jobs(store, keep=timedelta(0), most=100),
        Leases(store, keep=timedelta(0)),
    )
    ended, waiting = jobs.submit(FILE)[0].id, jobs.submit(FILE)[0].id
    jobs.cancel(ended)
    assert leases.sweep() == 1
    assert [job.id for job in jobs.page(size=10)] == [waiting]


def test_too_many_waiting_jobs_are_refused(store: Store) -> None:
    """The queue is bounded, also on disk."""
    jobs = Jobs(store, keep=A_WEEK, most=2)
    jobs.submit(FILE)
    jobs.submit(FILE)
    with pytest.raises(Overloaded) as refused:
        jobs.submit(FILE)
    assert refused.value.retry_after == 60


def test_time_left_is_told_from_the_segments_so_far(
    jobs: Jobs, leases: Leases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter done: three times as long as it took so far."""
    id_ = jobs.submit(FILE)[0].id
    begun = now()
    monkeypatch.setattr("service.store.leases.now", lambda: begun)
    monkeypatch.setattr("service.store.jobs.now", lambda: begun + timedelta(seconds=10))
    claim = leases.claim(60)
    assert claim is not None
    assert jobs.get(id_).seconds_left is None
    leases.record(claim, {"a" * 64: "[]"}, asked=4)
    assert jobs.get(id_).seconds_left == pytest.approx(30)
