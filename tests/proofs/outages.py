"""What mail servers and clocks do to an installation, one function for each: it says what became of
the messages, and whether that is what had to."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from brokerage import clock
from brokerage.messages.rules import SENT_WITHIN, MessageState
from tests.builders import NOW
from tests.processes import comes, running
from tests.proofs.outage import NO_GUARD, UNSETTLED, Came, Outage

Act = Callable[[Outage], Came]


def down(outage: Outage, many: int, ticks: int) -> Came:
    """The mail server is away for six hours."""
    outage.write(many)
    outage.server.stop()
    for number in range(ticks):
        outage.tick(NOW + timedelta(hours=6) * number / ticks)
    outage.server.start()
    outage.settle(NOW + timedelta(hours=6))
    came = outage.came()
    came.expect("all arrived once it was back", came.sent == many)
    return came


def slow(outage: Outage, many: int, seconds: float) -> Came:
    """It takes its time over each message, and with one of them longer than anybody waits."""
    outage.write(many)
    outage.server.takes = seconds
    outage.settle(NOW)
    came = outage.came()
    came.expect("all arrived, however slowly", came.sent == many)
    return came


def silent(outage: Outage, many: int) -> Came:
    """It takes the connection, and says nothing at all."""
    outage.write(many)
    works = outage.server.port
    with socket.create_server(("127.0.0.1", 0)) as mute:
        outage.server.port = mute.getsockname()[1]
        waits = outage.tick(NOW)
    outage.server.port = works
    outage.settle(NOW + timedelta(minutes=40))
    came = outage.came()
    came.expect("the tick ended after 15 s, and all arrived later", "unreached" in waits)
    return came


def dropping(outage: Outage, many: int) -> Came:
    """It hangs up without a word after every third text: of these it kept every other."""
    outage.write(many)
    outage.server.drops = 3
    outage.settle(NOW)
    outage.server.drops = 0
    outage.settle(NOW + timedelta(days=1))
    came = outage.came()
    came.expect("whatever it dropped may have arrived, and says so", came.maybe == many // 3)
    came.expect(
        "none was sent again unasked", len(outage.server.mails) == came.sent + came.maybe_came
    )
    return came


def refusing(outage: Outage, many: int) -> Came:
    """It refuses every fifth address for good, and another fifth for now."""
    outage.write(many)
    gone = [f"person{n}@example.org" for n in range(0, many, 5)]
    busy = [f"person{n}@example.org" for n in range(1, many, 5)]
    outage.server.answers = dict.fromkeys(gone, "550 5.1.1 No such person")
    outage.server.answers |= dict.fromkeys(busy, "451 4.7.1 Come back later")
    outage.tick(NOW)
    for address in busy:
        del outage.server.answers[address]
    outage.settle(NOW + timedelta(hours=1))
    came = outage.came()
    came.expect("each refused once, and its address marked", came.failed == len(gone))
    came.expect("and those addresses alone", outage.marked() == len(gone))
    came.expect("all others arrived", came.sent == many - len(gone))
    return came


def clock_moved(outage: Outage, many: int, by: timedelta) -> Came:
    """While the mail server is away the clock is moved; then it is back."""
    outage.guard = str(many)
    outage.write(many // 2)
    outage.server.stop()
    outage.tick(NOW)
    outage.server.start()
    moved = NOW + by
    outage.write(many - many // 2, moved)
    outage.settle(moved)
    outage.settle(NOW)  # and is set right again
    came = outage.came()
    old = many // 2 if by > SENT_WITHIN else 0
    came.expect(f"{old} too old, given up; all others arrived", came.sent == many - old)
    came.expect("the burst guard had nothing to stop", not outage.is_stopped())
    return came


def burst(outage: Outage, many: int) -> Came:
    """Twice as many messages as the burst guard lets through are due at once."""
    half = many // 2
    outage.guard = str(half)
    outage.write(many)
    outage.settle(NOW)
    held = outage.states()
    outage.tick(NOW + timedelta(days=365))
    still = len(outage.server.mails)
    clock.move_to(NOW)
    outage.write(half, NOW + timedelta(days=365))
    outage.settle(NOW + timedelta(days=365))
    came_first = len(outage.server.mails)
    outage.go_on(NOW + timedelta(days=365))
    outage.settle(NOW + timedelta(days=365))
    came = outage.came()
    came.expect(f"{half} went out, and then it stopped", held[MessageState.SENT] == half)
    came.expect("no clock lets more through", (still, came_first) == (half, half))
    came.expect("what a person let go arrived; the rest was too old", came.sent == 2 * half)
    return came


def off(outage: Outage, many: int) -> Came:
    """The scheduler is off for three days; some messages were old before that."""
    ages = [timedelta(days=days) for days in (20, 15, 13, 3, 2, 1, 0)]
    each = many // len(ages)
    for age in ages:
        outage.write(each, NOW - age)
    outage.settle(NOW)
    came = outage.came()
    came.expect(
        "nothing older than 14 days was sent", (came.failed, came.sent) == (2 * each, 5 * each)
    )
    return came


def flapping(outage: Outage, many: int, folder: Path, schedulers: int) -> Came:
    """Several schedulers run, while the mail server comes and goes."""
    outage.write(many, clock.now())
    with ExitStack() as stack:
        for number in range(schedulers):
            stack.enter_context(
                running(
                    outage.settings,
                    folder / f"scheduler{number}",
                    "scheduler",
                    SMTP_URL=outage.server.url,
                    BURST_GUARD=NO_GUARD,
                )
            )
        outage.server.takes = 0.02
        for part in (1, 2):
            goal = many * part // 3
            comes(lambda goal=goal: len(outage.server.mails) >= goal, within=60)  # type: ignore[misc]
            outage.server.stop()
            outage.server.start()

        def settled() -> bool:
            clock.move_to(clock.now() + timedelta(minutes=10))
            return not any(outage.states()[state] for state in UNSETTLED)

        comes(settled, within=90)
    came = outage.came()
    came.expect("nothing waits any more", came.waiting == 0)
    return came
