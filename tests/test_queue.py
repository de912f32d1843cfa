"""Which segments go next."""

from collections.abc import Sequence

import pytest

from service.decoding import Decoding, Hypothesis
from service.engines.queue import (
    HURRY,
    LEAST_SHARE,
    SMALL,
    Key,
    Line,
    Recent,
    SegmentQueue,
    Task,
    fitting,
)

PLAIN = Decoding()


def key(segment: str, decoding: Decoding = PLAIN, prefix: str = "") -> Key:
    """Make a key."""
    return Key(segment, prefix, decoding)


def put(queue: SegmentQueue, line: Line, segments: Sequence[str], tokens: int = 10) -> None:
    """Queue segments of one length."""
    for segment in segments:
        queue.put(line, key(segment), tokens)


def numbered(letter: str, count: int) -> list[str]:
    """Name the segments of a line: a0, a1, ..."""
    return [f"{letter}{n}" for n in range(count)]


def texts(batch: Sequence[Task]) -> list[str]:
    """List the segments of a batch."""
    return [task.key.segment for task in batch]


def drained(queue: SegmentQueue) -> list[list[str]]:
    """Take and finish everything, batch by batch."""
    batches = []
    while queue:
        batch = queue.take()
        batches.append(texts(batch))
        for task in batch:
            queue.finish(task)
    return batches


def test_a_line_is_served_in_order_in_batches_within_the_budget() -> None:
    """Early paragraphs are done early, and no batch is larger than allowed."""
    queue = SegmentQueue(40)
    put(queue, Line(), numbered("a", 10))
    assert drained(queue) == [numbered("a", 10)[n : n + 4] for n in (0, 4, 8)]
    assert queue.tokens == 0


def test_the_budget_counts_padding() -> None:
    """Three segments padded to twenty tokens are sixty tokens, whatever they hold."""
    tasks = [Task(key(f"{n}"), n) for n in (20, 5, 5, 5)]
    assert [task.tokens for task in fitting(tasks, 60)] == [20, 5, 5]


def test_a_segment_longer_than_the_budget_goes_alone() -> None:
    """Nothing is too long to be served."""
    queue = SegmentQueue(40)
    line = Line()
    queue.put(line, key("long"), 90)
    queue.put(line, key("short"), 10)
    assert drained(queue) == [["long"], ["short"]]


def test_a_batch_holds_segments_of_like_length_and_the_first_in_turn() -> None:
    """Little is spent on padding, and nobody waits for it."""
    queue = SegmentQueue(40)
    line = Line()
    for n, tokens in enumerate([10, 40, 11, 39, 9, 38]):
        queue.put(line, key(f"{n}"), tokens)
    assert drained(queue) == [["4", "0", "2"], ["1"], ["3"], ["5"]]


def test_a_batch_is_shared_out_evenly_between_lines() -> None:
    """With equal needs, each of eight lines has its one segment in every batch of eight."""
    queue = SegmentQueue(80)
    for letter in "abcdefgh":
        put(queue, Line(), numbered(letter, 3))
    assert [sorted(batch) for batch in drained(queue)] == [
        [f"{letter}{n}" for letter in "abcdefgh"] for n in range(3)
    ]


def test_lines_with_long_segments_get_no_more_than_the_others() -> None:
    """Shares are counted in tokens, not in segments."""
    queue = SegmentQueue(60)
    long, short = Line(), Line()
    put(queue, long, numbered("l", 20), tokens=30)
    put(queue, short, numbered("s", 60), tokens=10)
    for _ in range(10):
        queue.take()
    assert abs(long.tokens - short.tokens) <= 60


def test_a_new_line_is_in_the_next_batch_whatever_is_queued() -> None:
    """A headline does not wait for a book."""
    queue = SegmentQueue(40)
    put(queue, Line(), numbered("book", 1000))
    for _ in range(20):
        queue.take()
    put(queue, Line(), ["headline"])
    assert texts(queue.take())[0] == "headline"


def test_a_short_new_line_goes_with_no_more_work_than_its_own() -> None:
    """A headline waits for one small batch, not for a full one of the book's."""
    queue = SegmentQueue(400)
    put(queue, Line(), numbered("book", 100))
    queue.take()
    put(queue, Line(), ["headline"])
    assert sorted(texts(queue.take())) == ["book40", "headline"]


def test_engines_with_nothing_to_do_share_what_there_is() -> None:
    """One request keeps all of them busy; what is too little to share goes to one."""
    queue = SegmentQueue(1000)
    put(queue, Line(), numbered("a", 40))
    assert [len(queue.take(sharers)) for sharers in (2, 1)] == [20, 20]
    put(queue, Line(), numbered("b", LEAST_SHARE // 10))
    assert len(queue.take(2)) == LEAST_SHARE // 10


def test_batches_are_small_for_a_while_after_someone_came_while_others_waited() -> None:
    """A book alone gets full batches; with headlines about, whoever comes next waits less."""
    queue = SegmentQueue(400)
    book = Line()
    put(queue, book, numbered("book", 7000))
    assert len(queue.take()) == 40
    put(queue, Line(), ["headline"])
    queue.take()
    sizes = []
    while book.tokens > 1000:
        sizes.append(len(queue.take()))
    small = HURRY * SMALL
    assert sizes[: small - 1] == [40 // SMALL] * (small - 1)
    assert set(sizes[small + 1 :]) == {40}


def test_endless_headlines_do_not_starve_a_book() -> None:
    """A newcomer for every batch goes first, and the book moves all the same."""
    queue = SegmentQueue(10)
    book = Line()
    put(queue, book, numbered("book", 100))
    for n in range(100):
        put(queue, Line(), [f"headline{n}"])
        queue.take()
    assert book.tokens <= 900


def test_a_line_that_comes_back_has_saved_nothing_up() -> None:
    """A line that was away while others were served gets its even share, not the whole engine."""
    queue = SegmentQueue(40)
    away, busy = Line(), Line()
    put(queue, away, numbered("first", 4))
    put(queue, busy, numbered("b", 400))
    for _ in range(100):
        queue.take()
    put(queue, away, numbered("later", 40))
    before = busy.tokens
    while away.tokens:
        queue.take()
    assert before - busy.tokens == pytest.approx(400, abs=40)


def test_the_beginning_of_a_watched_line_comes_in_a_small_batch_in_its_order() -> None:
    """Who reads along sees the first sentences soon; the rest goes in full batches."""
    queue = SegmentQueue(800)
    line = Line(watched=True)
    for n in range(60):
        queue.put(line, key(f"{n}"), (10, 20)[n % 2])
    first, second = queue.take(), queue.take()
    assert sorted(texts(first), key=int) == [f"{n}" for n in range(5)]
    assert len(second) >= 20


def test_decodings_are_not_mixed_but_prefixes_are() -> None:
    """A batch is one call of the engine."""
    queue = SegmentQueue(100)
    greedy = Decoding(beam_size=1)
    queue.put(Line(), key("a"), 10)
    queue.put(Line(), key("b", prefix="The"), 10)
    queue.put(Line(), key("c", greedy), 10)
    assert [sorted(batch) for batch in drained(queue)] == [["a", "b"], ["c"]]


def test_what_several_lines_wait_for_is_taken_once_at_the_turn_of_the_first() -> None:
    """A shared segment counts once and goes as soon as one of its lines is served."""
    queue = SegmentQueue(10)
    book, headline = Line(), Line()
    put(queue, book, [*numbered("book", 50), "shared"])
    queue.take()
    put(queue, headline, ["shared"])
    assert queue.tokens == 500
    batch = queue.take()
    assert texts(batch) == ["shared"]
    assert queue.finish(batch[0]) == [book, headline]
    assert all("shared" not in batch for batch in drained(queue))


def test_a_segment_that_is_being_translated_can_still_be_joined() -> None:
    """Who asks for it again waits for that same one."""
    queue = SegmentQueue(10)
    early, late = Line(), Line()
    put(queue, early, ["same"])
    (task,) = queue.take()
    put(queue, late, ["same"])
    assert not queue
    assert queue.finish(task) == [early, late]


def test_what_a_leaving_line_alone_waited_for_is_dropped() -> None:
    """What others wait for stays, and what is running ends without it."""
    queue = SegmentQueue(10)
    leaving, staying = Line(), Line()
    put(queue, leaving, ["running", "own", "shared"])
    put(queue, staying, ["shared"])
    running = queue.take()
    queue.leave(leaving)
    assert queue.tokens == 10
    assert queue.finish(running[0]) == []
    assert drained(queue) == [["shared"]]


@pytest.mark.parametrize(("size", "kept"), [(0, []), (1, ["c"]), (2, ["a", "c"]), (9, list("abc"))])
def test_recent_results_are_bounded_and_the_least_used_goes_first(
    size: int, kept: list[str]
) -> None:
    """Looking a result up keeps it."""
    recent = Recent(size)
    for segment in "ab":
        recent.put(key(segment), [Hypothesis(segment, 0.0)])
    recent.get(key("a"))
    recent.put(key("c"), [Hypothesis("c", 0.0)])
    assert [segment for segment in "abc" if recent.get(key(segment))] == kept
