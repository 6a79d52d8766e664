"""What the steps came to: what the outbox says, and what the mail server really got."""

import time
from collections import Counter
from dataclasses import dataclass, field, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement
from brokerage.follow_ups.models import FollowUp
from brokerage.messages.models import Message
from brokerage.messages.queries import queue_counts
from brokerage.messages.rules import MessageState
from brokerage.people.models import Person
from tests.builders import acting
from tests.proofs.due_steps import Steps
from tests.smtp import Sink

ASKED = "first_contact_asked"
UNDER_WAY = (MessageState.WAITING, MessageState.SENDING)


class TimedSink(Sink):
    """A mail server that notes when each text came."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self.on_text = lambda: self.times.append(time.monotonic())


@dataclass
class Outcome:
    """``of_steps`` are the mails that ask for a step; ``lost`` are steps for which there is no
    message, or one said to be sent that never came; ``doubled`` steps asked twice, or messages that
    came twice; ``maybe`` messages that may have been sent; ``unseen``, of these, those that no
    coordinator's page shows."""

    steps: int = 0
    mails: int = 0
    of_steps: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    maybe: int = 0
    maybe_came: int = 0
    unseen: int = 0
    other: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Outcome") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def still_to_do(session: Session, steps: Steps) -> int:
    """How many steps are neither sent nor given up as unsure, and how many messages under way."""
    states = Counter(session.scalars(select(Message.state).where(Message.kind == ASKED)))
    under_way = select(Message.id).where(Message.state.in_(UNDER_WAY))
    settled = states.total() - sum(states[state] for state in UNDER_WAY)
    return len(steps.written) - settled + len(session.scalars(under_way).all())


def outcome(steps: Steps, sink: Sink) -> Outcome:
    """What became of every step that was written."""
    came = Counter(sink.message_ids)
    found = Outcome(steps=len(steps.written), mails=len(sink.mails))
    with steps.installation.looking() as session:
        asked = Counter(session.scalars(select(FollowUp.subject_id).filter_by(round=1)))
        links = _engagement_of_each_message(session)
        written = Counter(links.values())
        for engagement_id in steps.written:
            found.lost += written[engagement_id] == 0 or asked[engagement_id] == 0
            found.doubled += written[engagement_id] > 1 or asked[engagement_id] > 1
        for message in session.scalars(select(Message)):
            times = came.pop(message.message_id, 0)
            found.doubled += times > 1
            found.of_steps += times if message.id in links else 0
            if message.state is MessageState.SENT:
                found.sent += 1
                found.lost += times == 0
            elif message.state is MessageState.MAYBE_SENT:
                found.maybe += 1
                found.maybe_came += times
            else:
                found.other[message.state.value] += 1
        found.other["unknown"] += came.total()
        coordinator = acting(session, session.get_one(Person, steps.coordinator_id))
        shown = queue_counts(session, coordinator.actor)[MessageState.MAYBE_SENT]
        found.unseen = found.maybe - shown
    found.other = +found.other
    return found


def _engagement_of_each_message(session: Session) -> dict[int, int]:
    """Which support each message is about: its key names it (kind, id, day, round)."""
    known = set(session.scalars(select(Engagement.id)))
    found = {}
    for number, key in session.execute(select(Message.id, Message.key)):
        kind, _, rest = key.partition("/")
        subject = int(rest.partition("/")[0])
        if kind == "first_contact" and subject in known:
            found[number] = subject
    return found
