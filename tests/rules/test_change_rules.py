"""Whom a change of an agreement touches: they are asked, and nobody else."""

from datetime import date

import pytest

from brokerage.engagements.change_rules import (
    CHANGE_LIFE,
    RULES,
    Asked,
    ChangeKind,
    ChangeState,
    check_days,
    check_end,
    check_until,
    in_words,
    may_read_why,
    to_ask,
)
from brokerage.errors import NotAllowed, RuleBroken
from brokerage.life import Part

R, H, L, C = Asked.RELEASER, Asked.HEAD, Asked.LEADER, Asked.COORDINATOR
K = ChangeKind
TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("kind", "asked_by", "asked"),
    [
        (K.MORE_DAYS, C, [R, H, L]),
        (K.MORE_DAYS, H, [R, L]),
        (K.MORE_DAYS, L, [R, H]),
        (K.FEWER_DAYS, C, [H, L]),
        (K.FEWER_DAYS, H, [L]),
        (K.DATES, L, [H]),
        (K.DATES, C, [H, L]),
        (K.PRICE, C, [R, H]),
        (K.PRICE, H, [R]),
        (K.PAUSE, H, [C]),
        (K.PAUSE, C, []),
        (K.STOP, L, [C]),
    ],
)
def test_those_whom_it_touches_are_asked_but_whoever_asks(
    kind: ChangeKind, asked_by: Asked, asked: list[Asked]
) -> None:
    assert asked_by in RULES[kind].proposed_by
    assert to_ask(kind, [asked_by]) == asked


def test_the_releaser_proposes_nothing_and_only_a_coordinator_swaps() -> None:
    assert all(R not in rule.proposed_by for rule in RULES.values())
    assert RULES[K.SWAP].proposed_by == (C,)
    assert RULES[K.PRICE].proposed_by == (H, C)
    assert {rule.kind for rule in RULES.values()} == set(ChangeKind)


@pytest.mark.parametrize(
    ("part", "reads"),
    [
        (Part.HEAD, set(K)),
        (Part.LEADER, set(K)),
        (Part.COORDINATOR, set(K)),
        (Part.RELEASER, {K.MORE_DAYS, K.PRICE}),
        (Part.SCHOOL, set()),
    ],
)
def test_why_is_for_those_who_work_in_it_and_whom_it_touches(part: Part, reads: set[K]) -> None:
    assert {kind for kind in K if may_read_why(kind, {part})} == reads


def test_pauses_and_ends_are_for_the_coordinator_to_decide_and_terms_are_not() -> None:
    alone = {rule.kind for rule in RULES.values() if rule.decided_alone}
    assert alone == {K.PAUSE, K.RESUME, K.STOP, K.SWAP}
    assert not any(RULES[kind].new_version for kind in alone)


def test_more_or_fewer_days_is_told_by_the_number() -> None:
    assert check_days(6, 4, 1) is K.MORE_DAYS
    assert check_days(2, 4, 1) is K.FEWER_DAYS
    for half_days, says in ((None, "in all"), (4, "2 days already"), (1, "Half a day of it is")):
        with pytest.raises(RuleBroken, match=says) as refused:
            check_days(half_days, 4, 1)
        assert refused.value.field == "half_days"


def test_an_end_and_a_pause_are_to_come() -> None:
    check_end(date(2027, 3, 26), None, TODAY)
    check_until(None, TODAY)
    check_until(date(2026, 11, 4), TODAY)
    for day in (None, TODAY, date(2026, 12, 18), date(2029, 1, 1)):
        with pytest.raises(RuleBroken):
            check_end(day, date(2026, 12, 18), TODAY)
    with pytest.raises(RuleBroken):
        check_until(TODAY, TODAY)


def test_a_change_reads_as_what_is_new_and_what_was() -> None:
    days = {"half_days": 8}, {"half_days": 4}
    assert in_words(K.MORE_DAYS, *days) == "4 days instead of 2 days"
    price = (
        {"pence_a_day": None, "who_pays": ""},
        {"pence_a_day": 35000, "who_pays": "The school", "half_days": 4},
    )
    assert in_words(K.PRICE, *price) == "no charge instead of £350 a day (paid by The school)"
    assert in_words(K.PAUSE, {"until": "2026-12-01"}, {}) == "a pause until 1 Dec 2026"


def test_a_change_that_is_over_is_neither_answered_nor_taken_back() -> None:
    for state in set(ChangeState) - {ChangeState.PROPOSED}:
        for event in ("agree", "refuse", "withdraw"):
            with pytest.raises(RuleBroken, match="not being asked any more"):
                CHANGE_LIFE.after(state, event, {Part.HEAD, Part.COORDINATOR})
    with pytest.raises(NotAllowed):
        CHANGE_LIFE.after(ChangeState.PROPOSED, "refuse", {Part.SCHOOL})
    refused = CHANGE_LIFE.after(ChangeState.PROPOSED, "refuse", {Part.RELEASER})
    assert CHANGE_LIFE.after(refused, "undo_refuse", {Part.RELEASER}) is ChangeState.PROPOSED
