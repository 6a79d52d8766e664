"""Rules about pairings: their life in each of the three orders. Pure."""

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
_GONE = "This is not being asked any more: it was answered, or the coordinator took it back."


def life_in(order: PairingOrder) -> Life[PairingState]:
    """The life of a pairing whose three are asked in ``order``.

    Events: propose; then ``yes <step>``, ``no <step>`` and ``undo <step>`` for each step; confirm;
    and lapse, withdraw, pull_out (the leader, having accepted) and displace.
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
            row(after, f"undo {step}", before, asked, "Too late to undo: it has gone on since."),
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
