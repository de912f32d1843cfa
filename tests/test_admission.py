"""Who may join the queue."""

import pytest

from service.engines.admission import UNKNOWN_WAIT, Admission
from service.errors import DeadlinePassed, Overloaded

HOLD = 100  # an eighth of the queue


def admission(speed: float = 0.0, engines: int = 1) -> Admission:
    """Make a queue of 800 tokens, at a known speed of each engine or none."""
    made = Admission(queue_tokens=800, batch_tokens=50, engines=engines)
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
    admission(speed=100).require_time(50, [1_000_000, 20], 1.3)


def test_a_request_that_others_make_late_is_told_when_to_come_again() -> None:
    """50 + 50 + 20 tokens at 100 a second are 0.2 s over a second."""
    with pytest.raises(Overloaded) as caught:
        admission(speed=100).require_time(50, [1_000_000, 20], 1.0)
    assert caught.value.retry_after == pytest.approx(0.2)


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
    assert measured.speed == pytest.approx(200 + 0.2 * (400 - 200))
    assert measured.batches == 3
    assert measured.fill == pytest.approx(1 + 0.2 * (0.1 - 1) + 0.2 * (1 - 0.82))


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
