"""Batches across requests, with threads."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

import pytest

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.admission import MARGIN, UNKNOWN_WAIT
from service.engines.lane import Lane
from service.engines.scheduler import Scheduler
from service.errors import Cancelled, DeadlinePassed, Draining, EngineFailed, Late, Overloaded
from tests.fakes import ScriptedEngine
from tests.waiting import PATIENCE, until

PLAIN = Decoding()


class HeldEngine(ScriptedEngine):
    """Holds every batch until the test lets it go; fails on the word `poison`."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived = threading.Semaphore(0)
        self._free = threading.Semaphore(0)

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer when allowed to."""
        translated = super().translate(segments, decoding, prefixes)
        self._arrived.release()
        if not self._free.acquire(timeout=PATIENCE):
            self.let_go(1000)  # the test has failed: end it soon
        if "poison" in segments:
            raise EngineFailed("no")
        return translated

    def holds(self) -> list[str]:
        """Wait for the next batch."""
        assert self._arrived.acquire(timeout=PATIENCE)
        return self.history[-1]

    def let_go(self, batches: int = 1) -> None:
        """Let so many batches go."""
        self._free.release(batches)


class TimedEngine(ScriptedEngine):
    """Takes a second for every hundred tokens, on a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer and move the clock on."""
        self.time += sum(self.count_tokens(segment) + 1 for segment in segments) / 100
        return super().translate(segments, decoding, prefixes)


@pytest.fixture
def engine() -> Iterator[HeldEngine]:
    """Make an engine that the test holds back, and free it at the end."""
    held = HeldEngine()
    yield held
    held.let_go(1000)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Make threads for clients; they end with the scheduler."""
    threads = ThreadPoolExecutor(200)
    yield threads
    threads.shutdown(wait=False)


def scheduler_of(
    *engines: Engine,
    batch_tokens: int = 16,
    queue_tokens: int = 10_000,
    cache_segments: int = 0,
    now: Callable[[], float] = time.monotonic,
) -> Scheduler:
    """Make a scheduler whose batches hold eight segments of one word."""
    return Scheduler(
        engines,
        batch_tokens=batch_tokens,
        queue_tokens=queue_tokens,
        requests=256,
        cache_segments=cache_segments,
        now=now,
    )


@pytest.fixture
def scheduler(engine: HeldEngine) -> Iterator[Scheduler]:
    """Make a scheduler of one held engine."""
    made = scheduler_of(engine)
    yield made
    engine.let_go(1000)
    made.close()


def numbered(letter: str, count: int) -> list[str]:
    """Name the segments of a lane: a0, a1, ..."""
    return [f"{letter}{n}" for n in range(count)]


def texts(results: Sequence[Sequence[Hypothesis]]) -> list[str]:
    """List the best translations."""
    return [hypotheses[0].text for hypotheses in results]


def answers(segments: Sequence[str]) -> list[str]:
    """Say what the engine makes of segments."""
    return [f"<{segment}>" for segment in segments]


def queued(
    scheduler: Scheduler, pool: ThreadPoolExecutor, lane: Lane, segments: Sequence[str]
) -> Future[list[list[Hypothesis]]]:
    """Translate in a thread, and wait until the segments, of one word each, are in the queue."""
    wanted = scheduler.stats().queued_tokens + 2 * len(segments)
    future = pool.submit(lane.translate, segments, PLAIN)
    until(lambda: scheduler.stats().queued_tokens == wanted)
    return future


def occupied(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> Future[list[list[Hypothesis]]]:
    """Give the engine a segment to hold, so that what follows waits."""
    future = pool.submit(scheduler.lane().translate, ["first"], PLAIN)
    assert engine.holds() == ["first"]
    return future


def test_a_lane_is_an_engine_with_the_results_of_the_engine() -> None:
    """Order, duplicates, prefixes and the number of hypotheses are as without it."""
    bare = ScriptedEngine()
    with scheduler_of(bare) as scheduler, scheduler.lane() as lane:
        engine: Engine = lane
        segments = ["b b", "a", "", "b b", "c c c c c c c c c c c", "a"]
        decoding = Decoding(hypotheses=2, max_segment_tokens=7)
        assert engine.translate(segments, decoding) == bare.translate(segments, decoding)
        assert texts(engine.translate(["a"], PLAIN, ["The"])) == ["<a>"]
        assert engine.translate([], PLAIN) == []
        assert (engine.name, engine.max_tokens) == ("scripted", 100)
        assert engine.count_tokens("a b") == 2


def test_the_longest_piece_wanted_does_not_part_batches(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Engines never cut, so sentences cut smaller go with the others."""
    occupied(scheduler, engine, pool)
    queued(scheduler, pool, scheduler.lane(), ["a"])
    pool.submit(scheduler.lane().translate, ["b"], Decoding(max_segment_tokens=9))
    until(lambda: scheduler.stats().queued_tokens == 4)
    engine.let_go()
    assert sorted(engine.holds()) == ["a", "b"]


def test_an_idle_engine_starts_at_once_and_what_comes_meanwhile_goes_together(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Nothing waits for a batch to fill; segments of different lanes share one."""
    first = occupied(scheduler, engine, pool)
    futures = [queued(scheduler, pool, scheduler.lane(), [letter]) for letter in "abcd"]
    engine.let_go()
    assert sorted(engine.holds()) == list("abcd")
    engine.let_go()
    assert texts(first.result(PATIENCE)) == ["<first>"]
    assert [texts(future.result(PATIENCE)) for future in futures] == [[f"<{x}>"] for x in "abcd"]


def test_a_new_lane_is_in_the_next_batch_however_much_is_queued(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """A headline does not wait for a book."""
    occupied(scheduler, engine, pool)
    queued(scheduler, pool, scheduler.lane(), numbered("book", 500))
    engine.let_go()
    engine.holds()
    headline = queued(scheduler, pool, scheduler.lane(), ["headline"])
    engine.let_go()
    assert "headline" in engine.holds()
    engine.let_go()
    assert texts(headline.result(PATIENCE)) == ["<headline>"]


def test_segments_are_reported_in_order_as_soon_as_they_are_done(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """The reader has the first ones while the rest waits."""
    segments = ["a", "b b b", "c", "d", "e", "f"]
    seen: list[tuple[int, str]] = []
    lane = scheduler.lane()
    lane.on_progress = lambda place, hypotheses: seen.append((place, hypotheses[0].text))
    future = pool.submit(lane.translate, segments, PLAIN)
    first = engine.holds()
    assert first == ["a"]
    engine.let_go()
    engine.holds()
    until(lambda: seen == [(0, "<a>")])
    engine.let_go(10)
    assert texts(future.result(PATIENCE)) == answers(segments)
    assert seen == list(enumerate(answers(segments)))


def test_an_error_of_the_listener_ends_the_call_and_frees_its_segments(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Nobody translates for a client that cannot be written to."""
    lane = scheduler.lane()

    def broken(place: int, hypotheses: list[Hypothesis]) -> None:
        raise BrokenPipeError

    lane.on_progress = broken
    future = pool.submit(lane.translate, numbered("a", 100), PLAIN)
    engine.holds()
    engine.let_go()
    with pytest.raises(BrokenPipeError):
        future.result(PATIENCE)
    assert scheduler.stats().queued_tokens == 0


def test_equal_segments_in_flight_are_translated_once(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Waiting or running, they are shared; another prefix or decoding is another segment."""
    running = occupied(scheduler, engine, pool)
    again = pool.submit(scheduler.lane().translate, ["first", "twin"], PLAIN)
    until(lambda: scheduler.stats().queued_tokens == 2)
    twin = pool.submit(scheduler.lane().translate, ["twin"], PLAIN)
    prefixed = pool.submit(scheduler.lane().translate, ["twin"], PLAIN, ["The"])
    greedy = pool.submit(scheduler.lane().translate, ["twin"], Decoding(beam_size=1))
    until(lambda: scheduler.stats().queued_tokens == 6)
    until(lambda: scheduler.stats().lanes == 5)
    engine.let_go(10)
    for future, wanted in [
        (running, ["first"]),
        (again, ["first", "twin"]),
        (twin, ["twin"]),
        (prefixed, ["twin"]),
        (greedy, ["twin"]),
    ]:
        assert texts(future.result(PATIENCE)) == answers(wanted)
    assert sorted(chain.from_iterable(engine.history[1:])) == ["twin"] * 3


def test_recent_results_are_remembered_but_not_for_ever() -> None:
    """The engine is not asked again for the latest segments, and is for older ones."""
    engine = ScriptedEngine()
    with scheduler_of(engine, cache_segments=2) as scheduler:
        for segment in ["a", "b", "c", "b", "c", "a"]:
            with scheduler.lane() as lane:
                assert texts(lane.translate([segment], PLAIN)) == answers([segment])
    assert engine.history == [["a"], ["b"], ["c"], ["a"]]


def test_a_caller_that_changes_its_result_changes_nobody_elses() -> None:
    """What is remembered stays as the engine gave it."""
    with scheduler_of(ScriptedEngine(), cache_segments=9) as scheduler, scheduler.lane() as lane:
        lane.translate(["a"], PLAIN)[0].clear()
        assert texts(lane.translate(["a"], PLAIN)) == ["<a>"]


def test_a_failing_batch_fails_only_the_lanes_with_the_segment_at_fault(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Its neighbours are served, and the engine goes on."""
    occupied(scheduler, engine, pool)
    good = queued(scheduler, pool, scheduler.lane(), ["a", "b"])
    bad = queued(scheduler, pool, scheduler.lane(), ["poison"])
    worse = pool.submit(scheduler.lane().translate, ["c", "poison"], PLAIN)
    until(lambda: scheduler.stats().queued_tokens == 8)
    engine.let_go(100)
    assert texts(good.result(PATIENCE)) == ["<a>", "<b>"]
    for future in (bad, worse):
        with pytest.raises(EngineFailed) as caught:
            future.result(PATIENCE)
        assert (caught.value.message, caught.value.where) == ("no", "poison")
    with scheduler.lane() as lane:
        assert texts(lane.translate(["d"], PLAIN)) == ["<d>"]


def test_a_lane_that_failed_can_go_on() -> None:
    """A failed call leaves nothing behind that the next would trip over."""
    engine = HeldEngine()
    engine.let_go(1000)
    with scheduler_of(engine, cache_segments=9) as scheduler, scheduler.lane() as lane:
        for _ in range(2):
            with pytest.raises(EngineFailed):
                lane.translate([*numbered("a", 20), "poison", *numbered("b", 20)], PLAIN)
            assert texts(lane.translate(["a0", "z"], PLAIN)) == ["<a0>", "<z>"]
        assert scheduler.stats().queued_tokens == 0


def filled(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor, lanes: int
) -> list[Future[list[list[Hypothesis]]]]:
    """Let so many lanes wait with fifty segments, a hundred tokens, each."""
    occupied(scheduler, engine, pool)
    return [
        queued(scheduler, pool, scheduler.lane(), numbered(f"lane{n}-", 50)) for n in range(lanes)
    ]


@pytest.mark.parametrize("announced", [100, 0])
def test_a_full_queue_refuses_and_serves_what_it_has(
    engine: HeldEngine, pool: ThreadPoolExecutor, announced: int
) -> None:
    """Eight hundred tokens wait; a ninth hundred is refused, before or at its first call."""
    with scheduler_of(engine, queue_tokens=850) as scheduler:
        futures = filled(scheduler, engine, pool, 8)
        with pytest.raises(Overloaded) as caught, scheduler.lane(tokens=announced) as lane:
            lane.translate(numbered("late", 50), PLAIN)
        assert caught.value.retry_after == UNKNOWN_WAIT
        engine.let_go(1000)
        for n, future in enumerate(futures):
            assert texts(future.result(PATIENCE)) == answers(numbered(f"lane{n}-", 50))
        with scheduler.lane(tokens=100) as lane:
            assert len(lane.translate(numbered("late", 50), PLAIN)) == 50


def test_what_is_announced_takes_up_room_at_once_and_frees_it_when_closed() -> None:
    """Two requests are not admitted to the same place while neither has begun."""
    with scheduler_of(ScriptedEngine(), queue_tokens=100) as scheduler:
        lanes = [scheduler.lane(tokens=12) for _ in range(8)]
        with pytest.raises(Overloaded):
            scheduler.lane(tokens=12)
        lanes[0].cancel()
        scheduler.lane(tokens=12)


def test_time_to_come_again_and_time_needed_follow_from_the_measured_speed() -> None:
    """At a hundred tokens a second, 20 too many are 0.2 s, and 500 tokens are 5 s."""
    engine = TimedEngine()
    with scheduler_of(engine, queue_tokens=800, now=lambda: engine.time) as scheduler:
        with scheduler.lane() as lane:
            lane.translate(numbered("a", 80), PLAIN)
        assert scheduler.stats().tokens_per_second == pytest.approx(100)
        assert engine.time == pytest.approx(1.6)
        for _ in range(8):
            scheduler.lane(tokens=90)
        with pytest.raises(Overloaded) as caught:
            scheduler.lane(tokens=100)
        assert caught.value.retry_after == pytest.approx(0.2)
        with pytest.raises(Overloaded) as caught:
            scheduler.lane(engine.time + 3, tokens=50)
        assert caught.value.retry_after == pytest.approx(50 * 9 / 100 * MARGIN - 3)
        with pytest.raises(DeadlinePassed):
            scheduler.lane(engine.time + 0.4, tokens=50)
        scheduler.lane(engine.time + 5.7, tokens=50)


def test_an_admitted_lane_is_not_refused_later(
    engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Its repairs go through although the queue has filled up meanwhile."""
    with scheduler_of(engine, queue_tokens=850) as scheduler:
        early = scheduler.lane()
        first = pool.submit(early.translate, ["early"], PLAIN)
        engine.holds()
        engine.let_go()
        first.result(PATIENCE)
        filled(scheduler, engine, pool, 8)
        repair = pool.submit(early.translate, numbered("r", 60), PLAIN)
        until(lambda: scheduler.stats().queued_tokens > 900)
        engine.let_go(1000)
        assert texts(repair.result(PATIENCE)) == answers(numbered("r", 60))


def test_a_text_longer_than_the_queue_goes_through_in_portions(
    engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """It has an eighth of the queue at a time, and a headline still finds room."""
    most = 0
    with scheduler_of(engine, queue_tokens=800) as scheduler:
        book = pool.submit(scheduler.lane().translate, numbered("b", 2000), PLAIN)
        for n in range(60):
            engine.holds()
            most = max(most, scheduler.stats().queued_tokens)
            if n == 20:
                headline = pool.submit(scheduler.lane(tokens=2).translate, ["headline"], PLAIN)
            engine.let_go()
        engine.let_go(1000)
        assert texts(headline.result(PATIENCE)) == ["<headline>"]
        assert texts(book.result(PATIENCE)) == answers(numbered("b", 2000))
    assert 80 <= most <= 102


def test_a_deadline_takes_waiting_segments_out_of_the_queue(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """Late work is not done, and nobody waits for it."""
    occupied(scheduler, engine, pool)
    deadline = time.monotonic() + 0.3
    late = pool.submit(scheduler.lane(deadline).translate, numbered("late", 50), PLAIN)
    until(lambda: scheduler.stats().queued_tokens == 100 or late.done())
    with pytest.raises(DeadlinePassed):
        late.result(PATIENCE)
    assert scheduler.stats().queued_tokens == 0
    other = queued(scheduler, pool, scheduler.lane(), ["other"])
    engine.let_go()
    assert engine.holds() == ["other"]
    engine.let_go()
    assert texts(other.result(PATIENCE)) == ["<other>"]


def test_who_was_admitted_and_is_late_beside_others_may_come_again() -> None:
    """It is no fault of the text: alone it would have been in time."""
    engine = TimedEngine()
    with scheduler_of(engine, now=lambda: engine.time) as scheduler:
        with scheduler.lane() as lane:
            lane.translate(numbered("a", 80), PLAIN)
        other, late = scheduler.lane(tokens=50), scheduler.lane(engine.time + 2, tokens=50)
        engine.time += 2
        with pytest.raises(Late) as caught:
            late.translate(["late"], PLAIN)
        assert caught.value.retry_after == pytest.approx(1.0)
        other.cancel()
        late.cancel()
        alone = scheduler.lane(engine.time + 2, tokens=50)
        engine.time += 2
        with pytest.raises(DeadlinePassed):
            alone.translate(["late"], PLAIN)


def test_cancelling_takes_waiting_segments_out_of_the_queue(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """What another lane waits for as well is still done; a closed lane does nothing more."""
    occupied(scheduler, engine, pool)
    gone = scheduler.lane()
    cancelled = queued(scheduler, pool, gone, [*numbered("a", 50), "shared"])
    other = pool.submit(scheduler.lane().translate, ["shared", "own"], PLAIN)
    until(lambda: scheduler.stats().queued_tokens == 104)
    gone.cancel()
    with pytest.raises(Cancelled):
        cancelled.result(PATIENCE)
    assert scheduler.stats().queued_tokens == 4
    with pytest.raises(Cancelled):
        gone.translate(["more"], PLAIN)
    engine.let_go(10)
    assert texts(other.result(PATIENCE)) == ["<shared>", "<own>"]


def test_leaving_the_lane_closes_it() -> None:
    """A request that ends, well or not, is no longer in flight."""
    with scheduler_of(ScriptedEngine()) as scheduler:
        with scheduler.lane() as lane:
            lane.translate(["a"], PLAIN)
            assert scheduler.stats().lanes == 1
        assert scheduler.stats().lanes == 0
        with pytest.raises(Cancelled):
            lane.translate(["a"], PLAIN)


def test_draining_refuses_new_lanes_and_waits_for_the_open_ones(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """An accepted request finishes, with all its calls."""
    lane = scheduler.lane()
    first = pool.submit(lane.translate, ["a"], PLAIN)
    engine.holds()
    assert not scheduler.drain(timeout=0)
    with pytest.raises(Draining):
        scheduler.lane()
    drained = pool.submit(scheduler.drain)
    engine.let_go(2)
    assert texts(first.result(PATIENCE)) == ["<a>"]
    assert texts(lane.translate(["b"], PLAIN)) == ["<b>"]
    assert not drained.done()
    lane.cancel()
    assert drained.result(PATIENCE)


def test_closing_cancels_what_is_left_and_ends_the_threads(pool: ThreadPoolExecutor) -> None:
    """Nothing hangs and no thread is left behind."""
    before = set(threading.enumerate())
    engines = [HeldEngine(), HeldEngine()]
    scheduler = scheduler_of(*engines)
    workers = set(threading.enumerate()) - before
    assert sorted(worker.name for worker in workers) == ["engine-0", "engine-1"]
    future = pool.submit(scheduler.lane().translate, numbered("a", 50), PLAIN)
    for engine in engines:
        engine.holds()
    closed = pool.submit(scheduler.close)
    with pytest.raises(Cancelled):
        future.result(PATIENCE)
    for engine in engines:
        engine.let_go()
    closed.result(PATIENCE)
    assert not any(worker.is_alive() for worker in workers)
    with pytest.raises(Draining):
        scheduler.lane()


def test_several_engines_work_at_the_same_time(pool: ThreadPoolExecutor) -> None:
    """Each device has its own batch."""
    engines = [HeldEngine(), HeldEngine()]
    with scheduler_of(*engines) as scheduler:
        future = pool.submit(scheduler.lane().translate, numbered("a", 16), PLAIN)
        held = [engine.holds() for engine in engines]
        assert set(chain.from_iterable(held)) == set(numbered("a", 16))
        for engine in engines:
            engine.let_go()
        assert texts(future.result(PATIENCE)) == answers(numbered("a", 16))


class ParallelEngine(ScriptedEngine):
    """An engine of two workers that the test holds back."""

    def __init__(self) -> None:
        super().__init__()
        self.workers = [HeldEngine(), HeldEngine()]


@pytest.mark.parametrize(("segments", "in_a_batch"), [(200, 100), (1000, 250)])
def test_an_engine_that_runs_batches_side_by_side_gets_them_so(
    pool: ThreadPoolExecutor, segments: int, in_a_batch: int
) -> None:
    """Each of its workers has half of what one request asks for, and of the budget of a batch."""
    engine = ParallelEngine()
    wanted = numbered("a", segments)
    with scheduler_of(engine, batch_tokens=1000) as scheduler:
        future = pool.submit(scheduler.lane().translate, wanted, PLAIN)
        held = [worker.holds() for worker in engine.workers]
        for worker in engine.workers:
            worker.let_go(1000)
        assert [len(batch) for batch in held] == [in_a_batch] * 2
        assert texts(future.result(PATIENCE)) == answers(wanted)
    assert engine.history == []


def test_figures_say_whether_there_is_room_and_when_anything_was_last_done() -> None:
    """What a readiness probe wants to know without asking for anything."""
    engine = TimedEngine()
    with scheduler_of(engine, queue_tokens=96, now=lambda: engine.time) as scheduler:
        stats = scheduler.stats()
        assert (stats.full, stats.idle_seconds) == (False, float("inf"))
        with scheduler.lane() as lane:
            lane.translate(["a"], PLAIN)
        engine.time += 3
        lanes = [scheduler.lane(tokens=12) for _ in range(8)]
        stats = scheduler.stats()
        assert stats.full
        assert stats.idle_seconds == pytest.approx(3)
        lanes[0].cancel()
        assert not scheduler.stats().full


def test_what_finished_requests_came_to_is_expected_of_new_ones() -> None:
    """A request that asks thrice for what it announced makes the next one's time thrice as long."""
    engine = TimedEngine()
    with scheduler_of(engine, now=lambda: engine.time) as scheduler:
        with scheduler.lane(tokens=32) as lane:
            for letter in "abc":
                lane.translate(numbered(letter, 16), PLAIN)
        scheduler.lane(engine.time + 3.1, tokens=100)
        with pytest.raises(DeadlinePassed):
            scheduler.lane(engine.time + 2.9, tokens=100)


def test_what_need_not_be_read_is_refused_as_a_lane_would_be() -> None:
    """Eight articles of 90 tokens are in: 50 more take 4.5 s and a quarter."""
    engine = TimedEngine()
    with scheduler_of(engine, now=lambda: engine.time) as scheduler:
        with scheduler.lane() as lane:
            lane.translate(numbered("a", 80), PLAIN)
        for _ in range(8):
            scheduler.lane(tokens=90)
        scheduler.require_chance(5.7, tokens=50)
        with pytest.raises(Overloaded):
            scheduler.require_chance(5.5, tokens=50)
        scheduler.require_chance(0.1, tokens=50_000)  # hopeless, if it is that long: it is read


def test_a_request_counts_until_it_is_done() -> None:
    """What the engine has read may come back with second opinions."""
    engine = TimedEngine()
    with scheduler_of(engine, now=lambda: engine.time) as scheduler:
        lanes = [scheduler.lane(tokens=160) for _ in range(10)]
        for n, lane in enumerate(lanes):
            lane.translate(numbered(f"w{n} ", 80), PLAIN)
        needed = (16 + 10 * 16) / 100 * MARGIN
        scheduler.lane(engine.time + needed + 0.01, tokens=16).cancel()
        with pytest.raises(Overloaded):
            scheduler.lane(engine.time + needed - 0.01, tokens=16)


def test_figures_say_what_is_queued_and_how_full_batches_are(
    scheduler: Scheduler, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    """One batch of one segment, two tokens of sixteen; then three segments wait."""
    first = occupied(scheduler, engine, pool)
    queued(scheduler, pool, scheduler.lane(), ["a", "b", "c"])
    stats = scheduler.stats()
    assert (stats.queued_tokens, stats.lanes, stats.batches) == (6, 2, 0)
    engine.let_go()
    first.result(PATIENCE)
    stats = scheduler.stats()
    assert (stats.batches, stats.batch_fill, stats.tokens_per_second) == (1, 0.125, 0.0)


def test_two_hundred_lanes_at_once_all_get_what_is_theirs(pool: ThreadPoolExecutor) -> None:
    """Shared, poisonous and cancelled segments do not disturb anybody else's."""
    engines = [HeldEngine(), HeldEngine()]
    for engine in engines:
        engine.let_go(1_000_000)
    dice = random.Random(7)
    vocabulary = [" ".join(["w"] * (n % 7 + 1)) + str(n) for n in range(150)]
    wanted = [dice.choices(vocabulary, k=dice.randint(1, 60)) for _ in range(200)]

    with scheduler_of(*engines, queue_tokens=100_000, cache_segments=20) as scheduler:

        def client(n: int) -> str:
            segments = [*wanted[n], "poison"] if n % 10 == 1 else wanted[n]
            with scheduler.lane() as lane:
                if n % 10 == 2:
                    threading.Timer(0.001 * (n % 7), lane.cancel).start()
                try:
                    assert texts(lane.translate(segments, PLAIN)) == answers(segments)
                    assert texts(lane.translate(segments[:3], PLAIN)) == answers(segments[:3])
                except (Cancelled, EngineFailed) as error:
                    return error.code
            return "done"

        results = list(pool.map(client, range(200), timeout=PATIENCE))
        stats = scheduler.stats()
    assert {results[n] for n in range(200) if n % 10 == 1} == {"engine_failed"}
    assert {results[n] for n in range(200) if n % 10 == 2} <= {"done", "cancelled"}
    assert {results[n] for n in range(200) if n % 10 not in (1, 2)} == {"done"}
    assert (stats.queued_tokens, stats.lanes) == (0, 0)
