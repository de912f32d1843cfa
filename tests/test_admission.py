"""Who may join the queue."""

from collections import Counter
from dataclasses import dataclass

import pytest

from service.engines.admission import (
    FALLING,
    LEAST_ERROR,
    MARGIN,
    MOST_ERROR,
    RISING,
    START,
    UNKNOWN_WAIT,
    Admission,
)
from service.errors import DeadlinePassed, Overloaded

HOLD = 100  # an eighth of the queue


def admission(speed: float = 0.0, engines: int = 1) -> Admission:
    """Make a queue of 800 tokens, at a known speed of each engine or none."""
    made = Admission(queue_tokens=800, batch_tokens=50, engines=engines, requests=256)
    if speed:
        made.measure(50, 50 / speed)
    return made


@pytest.mark.parametrize(
    ("tokens", "others"),
    [
        (0, []),
        (400, []),
        (1_000_000, []),
        (1_000_000, [1_000_000] * 4),
        (300, [1_000_000] * 5),
        (50, [50] * 15),
        (0, [HOLD] * 7 + [99]),
    ],
)
def test_there_is_room(tokens: int, others: list[int]) -> None:
    """A long text needs half the queue; long ones that are in leave room for short ones."""
    admission().require_room(tokens, others)


@pytest.mark.parametrize(
    ("tokens", "others", "seconds"),
    [
        (0, [HOLD] * 8, 0.01),
        (50, [HOLD] * 8, 0.5),
        (250, [1_000_000] * 6, 0.5),
        (1_000_000, [1_000_000] * 5, 1.0),
        (60, [50] * 15, 0.1),
    ],
)
def test_there_is_no_room_until_what_is_over_has_been_done(
    tokens: int, others: list[int], seconds: float
) -> None:
    """The time to come again after is the excess at the measured speed, here 100 a second."""
    with pytest.raises(Overloaded) as caught:
        admission(speed=100).require_room(tokens, others)
    assert caught.value.retry_after == pytest.approx(seconds)


def test_before_any_measurement_a_refused_request_may_come_again_soon() -> None:
    """An unknown speed is no reason to send someone away for long."""
    with pytest.raises(Overloaded) as caught:
        admission().require_room(50, [HOLD] * 8)
    assert caught.value.retry_after == UNKNOWN_WAIT


def test_a_request_that_can_be_done_in_time_beside_the_others_is_admitted() -> None:
    """Each other request takes at most as much as this one, however long it is."""
    admission(speed=100).require_time(50, [1_000_000, 20], 1.2 * MARGIN + 0.01)


def test_a_request_that_others_make_late_is_told_when_to_come_again() -> None:
    """50 + 50 + 20 tokens at 100 a second, a quarter more to be sure, are 0.5 s over a second."""
    with pytest.raises(Overloaded) as caught:
        admission(speed=100).require_time(50, [1_000_000, 20], 1.0)
    assert caught.value.retry_after == pytest.approx(1.2 * MARGIN - 1.0)


def test_a_request_alone_is_tried_if_it_may_be_in_time() -> None:
    """Nobody would have it done sooner, so to come again would not help."""
    admission(speed=100).require_time(100, [], 1.01)


def test_a_request_that_would_be_late_even_alone_is_hopeless() -> None:
    """To come again would not help."""
    with pytest.raises(DeadlinePassed, match=r"about 5\.0 s"):
        admission(speed=100).require_time(500, [], 4.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_deadline_that_has_passed_refuses_anything(seconds: float) -> None:
    """Also before the speed is known."""
    with pytest.raises(DeadlinePassed):
        admission().require_time(0, [], seconds)


def test_nothing_is_refused_for_an_unknown_speed() -> None:
    """The first requests of a service are tried."""
    admission().require_time(1_000_000, [1_000_000], 0.1)


def test_speed_is_that_of_all_engines_over_well_filled_batches() -> None:
    """A lone headline, slow for its length, does not make the service look slow."""
    measured = admission(speed=100, engines=2)
    measured.measure(5, 1.0)
    assert measured.speed == 200
    measured.measure(50, 0.25)
    assert measured.speed == pytest.approx(200 + RISING * (400 - 200))
    assert measured.batches == 3
    assert measured.fill == pytest.approx(1 + 0.2 * (0.1 - 1) + 0.2 * (1 - 0.82))


def test_speed_falls_quicker_than_it_rises() -> None:
    """Too much taken in is late; too little is only refused for a moment."""
    measured = admission(speed=100)
    measured.measure(50, 1.0)
    assert measured.speed == pytest.approx(100 - FALLING * 50)


def test_estimates_are_stretched_by_what_earlier_ones_were_short_of() -> None:
    """If requests take thrice as long as was thought, that is expected of the next."""
    made = admission(speed=100)
    made.require_time(50, [50], 1.3)
    for _ in range(50):
        made.judge(estimate=1.0, seconds=3 * (1.0 + START))
    assert made.error == pytest.approx(3)
    with pytest.raises(Overloaded) as caught:
        made.require_time(50, [50], 2.0)
    assert caught.value.retry_after == pytest.approx(3 * MARGIN - 2)


def test_errors_are_learnt_quickly_and_forgotten_slowly() -> None:
    """A request that is late was far out; ten that were quick do not make up for it."""
    made = admission(speed=100)
    made.judge(estimate=1.0, seconds=2.0, in_time=False)
    learnt = made.error
    assert learnt > 1.5
    for _ in range(10):
        made.judge(estimate=1.0, seconds=0.5)
    assert made.error > 1 + 0.8 * (learnt - 1)
    for _ in range(100):
        made.judge(estimate=1.0, seconds=1e9)
    assert made.error == pytest.approx(MOST_ERROR)


def test_what_was_admitted_before_the_speed_was_known_is_no_error() -> None:
    """Nothing was estimated; the first burst must not make all that follow it seem hopeless."""
    made = admission(speed=100)
    made.judge(estimate=0.0, seconds=18.0)
    assert made.error == LEAST_ERROR


def test_no_more_requests_are_in_than_may_be() -> None:
    """A thread waits for each of them; the place of the one with least left is free first."""
    made = Admission(queue_tokens=800, batch_tokens=50, engines=1, requests=3)
    made.measure(50, 0.5)
    made.require_room(1, [10, 20])
    with pytest.raises(Overloaded) as caught:
        made.require_room(1, [10, 20, 30])
    assert caught.value.retry_after == pytest.approx(0.3)


def test_what_requests_come_to_counts_in() -> None:
    """If repairs make a request half as long again, so much more time is needed."""
    made = admission(speed=100)
    made.require_time(100, [], 1.2)
    for _ in range(9):
        made.note(announced=100, came_to=150)
    assert made.effort == pytest.approx(1.5)
    with pytest.raises(DeadlinePassed):
        made.require_time(100, [], 1.2)
    made.require_time(100, [], 1.6)


def test_requests_whose_segments_were_remembered_make_nobody_hasty() -> None:
    """The next may be all new."""
    made = admission(speed=100)
    made.note(announced=100, came_to=0)
    assert made.effort == 1.0


@dataclass
class Inside:
    """A request that was admitted."""

    came: float
    left: float
    estimate: float


def flood(made: Admission, rate: float, deadline: float, seconds: float) -> Counter[str]:
    """Let ten times as many requests of 20 tokens come as can be done, and share the rate out.

    Args:
        made: who admits.
        rate: tokens a second that are done, whatever was measured.
        deadline: seconds that each may take.
        seconds: how long they come.
    """
    step, length = 0.01, 20
    inside: list[Inside] = []
    outcomes: Counter[str] = Counter()
    for tick in range(round(seconds / step)):
        now = tick * step
        for _ in range(round(10 * rate / length * step)):
            others = [length] * len(inside)
            try:
                made.require_time(length, others, deadline)
            except Overloaded:
                outcomes["refused"] += 1
            else:
                inside.append(Inside(now, length, made.estimate(length, others)))
        for one in list(inside):
            one.left -= rate * step / len(inside)
            in_time = now - one.came < deadline
            if one.left <= 0 or not in_time:
                inside.remove(one)
                outcomes["done" if in_time else "late"] += 1
                made.judge(one.estimate, now - one.came, in_time=in_time)
    return outcomes


@pytest.mark.parametrize("seen", [1.0, 1.5, 3.0])
def test_a_flood_leaves_the_engine_its_work_and_hardly_anyone_late(seen: float) -> None:
    """Also when what the engine was seen to do is thrice what is done beside all that refusing."""
    outcomes = flood(admission(speed=600 * seen), rate=600, deadline=2.0, seconds=60)
    assert outcomes["done"] * 20 >= 0.9 * 600 * 60
    assert outcomes["late"] <= 0.01 * outcomes.total()
