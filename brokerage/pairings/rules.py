"""Rules about pairings: their life in each of the three orders. Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from itertools import pairwise

from brokerage.life import Life, Part, Row, row
from brokerage.partnerships.rules import PairingOrder


class PairingState(StrEnum):
    SUGGESTED = "suggested"
    PROPOSED = "proposed"
    RELEASED = "released"
    CHOSEN = "chosen"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    NOT_RELEASED = "not released"
    NOT_CHOSEN = "not chosen"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DISPLACED = "displaced"


class Step(StrEnum):
    """What one of the three is asked."""

    RELEASE = "release"
    CHOOSE = "choose"
    ACCEPT = "accept"


STANDING_RELEASE = "standing release"
"""How an answer came that a standing release gave: nobody was asked."""

UNDER_WAY = frozenset(
    {
        PairingState.PROPOSED,
        PairingState.RELEASED,
        PairingState.CHOSEN,
        PairingState.ACCEPTED,
    }
)
"""Somebody is being asked, or the coordinator is to confirm."""

OVER = frozenset(PairingState) - UNDER_WAY - {PairingState.SUGGESTED, PairingState.CONFIRMED}

CAME_TO_NOTHING = OVER - {PairingState.DISPLACED}
"""Whoever was tried so is not suggested again for the same need; a coordinator still may."""

IN_WORDS = {
    PairingState.SUGGESTED: "Suggested, not sent",
    PairingState.PROPOSED: "Being asked",
    PairingState.RELEASED: "Released",
    PairingState.CHOSEN: "Chosen by the school",
    PairingState.ACCEPTED: "Accepted",
    PairingState.CONFIRMED: "Confirmed",
    PairingState.NOT_RELEASED: "Not released",
    PairingState.NOT_CHOSEN: "Not chosen",
    PairingState.DECLINED: "Declined",
    PairingState.LAPSED: "No answer in time",
    PairingState.WITHDRAWN: "Taken back",
    PairingState.DISPLACED: "Somebody else was confirmed",
}

STEPS: dict[PairingOrder, tuple[Step, Step, Step]] = {
    PairingOrder.RELEASE_CHOOSE_ACCEPT: (Step.RELEASE, Step.CHOOSE, Step.ACCEPT),
    PairingOrder.CHOOSE_RELEASE_ACCEPT: (Step.CHOOSE, Step.RELEASE, Step.ACCEPT),
    PairingOrder.RELEASE_ACCEPT_CHOOSE: (Step.RELEASE, Step.ACCEPT, Step.CHOOSE),
}
AFTER_YES = {
    Step.RELEASE: PairingState.RELEASED,
    Step.CHOOSE: PairingState.CHOSEN,
    Step.ACCEPT: PairingState.ACCEPTED,
}
AFTER_NO = {
    Step.RELEASE: PairingState.NOT_RELEASED,
    Step.CHOOSE: PairingState.NOT_CHOSEN,
    Step.ACCEPT: PairingState.DECLINED,
}
ASKED = {Step.RELEASE: Part.RELEASER, Step.CHOOSE: Part.HEAD, Step.ACCEPT: Part.LEADER}

_S = PairingState
TOO_LATE = "Too late to undo: it has gone on since. Please ring your coordinator."
_GONE = "This is not being asked any more: it was answered, or the coordinator took it back."


def life_in(order: PairingOrder) -> Life[PairingState]:
    """The life of a pairing whose three are asked in ``order``.

    Events: propose; for each step ``yes <step>``, ``no <step>``, and ``undo`` of either; confirm;
    and lapse, withdraw, pull_out (the leader, having accepted), object (the releaser, told of a
    standing release) and displace (another pairing of the need was confirmed).
    """
    rows: list[Row[PairingState]] = [
        row(_S.SUGGESTED, "propose", _S.PROPOSED, Part.COORDINATOR, "This was proposed already.")
    ]
    before = _S.PROPOSED
    for step in STEPS[order]:
        after, asked = AFTER_YES[step], (ASKED[step], Part.COORDINATOR)
        notice = (*asked, Part.SERVICE) if step is Step.RELEASE else asked
        rows += [
            row(before, f"yes {step}", after, notice, _GONE),
            row(before, f"no {step}", AFTER_NO[step], asked, _GONE),
            row(after, f"undo yes {step}", before, asked, TOO_LATE),
            row(AFTER_NO[step], f"undo no {step}", before, asked, TOO_LATE),
        ]
        before = after
    return Life(
        *rows,
        row(
            before,
            "confirm",
            _S.CONFIRMED,
            Part.COORDINATOR,
            "Not everybody has agreed, or it is confirmed already.",
        ),
        row(UNDER_WAY - {before}, "lapse", _S.LAPSED, Part.SERVICE, _GONE),
        row(
            {_S.SUGGESTED, *UNDER_WAY},
            "withdraw",
            _S.WITHDRAWN,
            (Part.COORDINATOR, Part.SERVICE),
            "This pairing is confirmed or over: it can no longer be withdrawn.",
        ),
        row(
            {_S.ACCEPTED, before},
            "pull_out",
            _S.DECLINED,
            (Part.LEADER, Part.COORDINATOR),
            "This is not waiting for confirmation. Talk to your coordinator.",
        ),
        row(
            UNDER_WAY - {_S.PROPOSED},
            "object",
            _S.NOT_RELEASED,
            (Part.RELEASER, Part.COORDINATOR),
            "It is too late to object here. Talk to the coordinator.",
        ),
        row(
            {_S.SUGGESTED, *UNDER_WAY},
            "displace",
            _S.DISPLACED,
            Part.SERVICE,
            "This pairing is confirmed or over.",
        ),
    )


LIVES = {order: life_in(order) for order in PairingOrder}


def next_step(order: PairingOrder, state: PairingState) -> Step | None:
    """What is to be asked in this state; None when all have answered (or nothing is asked)."""
    if state is PairingState.PROPOSED:
        return STEPS[order][0]
    steps = STEPS[order]
    for step, following in pairwise(steps):
        if state is AFTER_YES[step]:
            return following
    return None


def has_accepted(order: PairingOrder, state: PairingState) -> bool:
    """Whether the leader has said yes, so that days are held."""
    steps = STEPS[order]
    from_here = steps[steps.index(Step.ACCEPT) :]
    return state in {AFTER_YES[step] for step in from_here}


def leader_knows(order: PairingOrder, state: PairingState, step: Step | None) -> bool:
    """Whether the leader may see this pairing at all: they are being asked, or have accepted, or it
    is confirmed. No leader is told of a pairing that ended before they were asked."""
    asked_now = step is Step.ACCEPT and state in UNDER_WAY
    return asked_now or has_accepted(order, state) or state is PairingState.CONFIRMED


def covers(
    *,
    standing_half_days: int | None,
    standing_until: date | None,
    standing_terms: Collection[str],
    standing_weekdays: Collection[str],
    today: date,
    taken: int,
    half_days: int,
    terms: Collection[str],
    weekdays: Collection[str],
) -> bool:
    """Whether a standing release covers these days: it has not run out, so many half-days are left
    of it beside those ``taken`` this year, and its terms and weekdays meet those asked for (none
    named means any)."""
    if standing_half_days is None or standing_until is None or standing_until < today:
        return False
    if taken + half_days > standing_half_days:
        return False
    terms_meet = not terms or not standing_terms or bool(set(terms) & set(standing_terms))
    weekdays_meet = (
        not weekdays or not standing_weekdays or bool(set(weekdays) & set(standing_weekdays))
    )
    return terms_meet and weekdays_meet
