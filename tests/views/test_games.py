"""The games, without a browser: what a click does, and who is told to have won."""

from __future__ import annotations

import pytest

from wingslib.views import dispatcher, key_holder, keys_played
from wingslib.views.games import CAPACITIES, CAPTIONS, hand_out, let_in, told

CARDS = [3, 3, 2, 2, 2]


def dealt(*workers: int):
    """Return a game on two workers in which the cards went to these."""
    box = dispatcher(CARDS, workers=2)
    for worker in workers:
        box.hands[worker].click()
    return box


def test_a_click_deals_the_next_card() -> None:
    """The reading names the cards that are left and the bound; the chart asks for the next one."""
    box = dealt()
    assert "Still to deal: 3 s, 3 s, 2 s, 2 s, 2 s. No hand ends before 6 s." in box.reading.value
    before = box.chart.value
    box.hands[1].click()
    assert box.dealt == [1]
    assert "Still to deal: 3 s, 2 s, 2 s, 2 s." in box.reading.value
    assert box.chart.value.startswith("<img ")
    assert box.chart.value != before


def test_largest_first_can_be_beaten() -> None:
    """Both long ones to one worker end at the bound, where largest first takes 7 s."""
    box = dealt(0, 0, 1, 1, 1)
    assert "You took 6 s with 2 workers; the bound is 6 s, largest first takes 7 s. You have beaten it." in box.reading.value
    assert all(hand.disabled for hand in box.hands)


@pytest.mark.parametrize(
    ("hand", "words"),
    [((0, 1, 0, 1, 0), "You took 7 s"), ((0, 1, 0, 1, 0), "A draw."), ((0, 0, 0, 1, 1), "It has beaten you.")],
)
def test_a_hand_is_compared_with_largest_first(hand: tuple[int, ...], words: str) -> None:
    """A chart cannot let you lose; this can."""
    assert words in told(CARDS, hand, 2)


def test_undo_takes_back_one_card_and_reset_all() -> None:
    """Undo with nothing dealt is harmless."""
    box = dealt(0, 1, 1)
    box.undo.click()
    assert box.dealt == [0, 1]
    box.reset.click()
    box.undo.click()
    assert box.dealt == []


def test_another_crew_begins_anew() -> None:
    """Only the workers that there are can be given cards, and the bound is theirs."""
    box = dealt(0, 1)
    assert [hand.disabled for hand in box.hands] == [False, False, True, True]
    box.crew.value = 4
    assert box.dealt == []
    assert not any(hand.disabled for hand in box.hands)
    assert "No hand ends before 3 s." in box.reading.value


def test_a_worker_does_its_cards_in_turn() -> None:
    """No two at the same time, and the makespan is the largest sum."""
    line = hand_out(CARDS, [0, 1, 1, 0, 1], 2)
    assert [(span.worker, span.started, span.finished) for span in line.spans] == [
        (0, 0, 3),
        (1, 0, 3),
        (1, 3, 5),
        (0, 3, 5),
        (1, 5, 7),
    ]
    assert line.wall == 7


def test_as_many_keys_as_capacity_lose_nothing() -> None:
    """Who follows the service has all captions answered, with nobody waiting inside."""
    steps = let_in(CAPACITIES)
    assert sum(step.answered for step in steps) == CAPTIONS
    assert {(step.inside, step.refused) for step in steps} == {(0, 0)}


@pytest.mark.parametrize("keys", [4, 8, 12])
def test_every_caption_is_answered_inside_or_lost(keys: int) -> None:
    """Nothing is counted twice, and no more than twice the capacity is ever let in."""
    for count in range(1, 13):
        steps = let_in([keys] * count)
        gone = sum(step.answered + step.refused for step in steps)
        assert gone + steps[-1].inside <= CAPTIONS
        assert all(step.inside + step.answered <= 2 * capacity for step, capacity in zip(steps[:3], CAPACITIES, strict=False))


def test_the_board_shows_each_step() -> None:
    """A row a step, and how it stands."""
    assert keys_played([4, 9]) == " 4 keys  ●●●●\n 9 keys  ●●●●○○○○×\n8 of 36 answered, 1 lost, 2 steps."


def test_a_game_of_keys_ends_with_both_scores() -> None:
    """When all captions are gone the button is off, and the unchanging semaphore stands beside it; reset begins anew."""
    box = key_holder()
    for keys in CAPACITIES[:11]:
        assert not box.step.disabled
        box.slider.value = keys
        box.step.click()
    assert box.step.disabled
    assert "You: 36 answered, 0 lost in 11 steps. A semaphore of 4 in as many: 32 answered, 4 lost." in box.reading.value
    box.reset.click()
    assert (box.played, box.step.disabled) == ([], False)
