"""Fifty leaders' yeses at once for the last days: real workers, real forms, and what came of it.

In every second round each pairing takes one day of the three that are left; in the others they take
from half a day to two, so that a small one may still fit where a larger one does not.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from flask import url_for
from sqlalchemy import select

from brokerage.actor import SERVICE, By
from brokerage.leaders.days import TAKEN
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.models import Partnership
from brokerage.people.links import make_link, token
from brokerage.schools.models import School
from tests.builders import NOW
from tests.proofs.browser import Browser, NoAnswer, a_form_key
from tests.proofs.installation import Installation
from tests.proofs.town import a_pairing_to_accept, a_town, an_open_need
from tests.services.pairing_town import a_leader

LEFT = 6
"""Half-days that the leader has left in each round."""
LINK = "pairings.accept_by_link"


@dataclass
class Tally:
    """What all rounds came to. ``oversold`` and ``undersold`` are half-days and refusals that must
    not be; ``unclear`` are refusals without their sentence."""

    rounds: int = 0
    accepted: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    oversold: int = 0
    undersold: int = 0
    mismatched: int = 0
    unclear: int = 0
    slowest: float = 0.0

    @property
    def faults(self) -> int:
        """Answers of 500 or above, or none at all."""
        return self.answers["5xx"] + self.answers["none"]

    @property
    def good(self) -> bool:
        wrong = self.oversold, self.undersold, self.mismatched, self.unclear, self.faults
        return not any(wrong) and self.answers["4xx"] + self.accepted == self.answers.total()


@dataclass(frozen=True)
class Asked:
    """One leader's yes that is about to be given."""

    pairing_id: int
    reference: str
    path: str
    half_days: int


@dataclass(frozen=True)
class Answer:
    asked: Asked
    status: int | None
    said_why: bool
    seconds: float


class Race:
    """So many people at their browsers, again and again."""

    def __init__(self, installation: Installation, at_once: int, seed: int) -> None:
        self.installation, self.at_once = installation, at_once
        self.chance = random.Random(seed)
        with installation.laying_out() as session:
            town = a_town(session)
            self.needs = [an_open_need(session, town).id for _ in range(at_once)]
            self.partnership_id, self.home_urn = town.partnership.id, town.home.urn

    def run(self, rounds: int) -> Iterator[Tally]:
        """Run the rounds; after each, the tally so far."""
        tally = Tally()
        people = [Browser(self.installation.settings.public_url) for _ in range(self.at_once)]
        tokens: list[str] = []
        with ThreadPoolExecutor(self.at_once) as pool:
            for number in range(rounds):
                leader_id, asked = self._lay_out(mixed=number % 2 == 1)
                if not tokens:  # each opens one page; its token is good for their later forms too
                    pages = pool.map(lambda who, one: who.get(one.path), people, asked)
                    tokens = [page.hidden["csrf_token"] for page in pages]
                barrier = Barrier(self.at_once)
                barriers = [barrier] * self.at_once
                answers = list(pool.map(_say_yes, people, asked, tokens, barriers))
                self._count(tally, leader_id, answers)
                yield tally

    def _lay_out(self, mixed: bool) -> tuple[int, list[Asked]]:
        """A leader with three days left, and a pairing with each need that waits for their yes."""
        by, asked = By(SERVICE, NOW), []
        with self.installation.laying_out() as session:
            together = session.get_one(Partnership, self.partnership_id)
            home = session.get_one(School, self.home_urn)
            leader = a_leader(session, together, home, pledged=LEFT, engagements_at_once=1000)
            for need_id in self.needs:
                half_days = self.chance.randint(1, 4) if mixed else 2
                pairing = a_pairing_to_accept(session, together.id, need_id, leader.id, half_days)
                link = make_link(
                    session,
                    by,
                    LINK,
                    leader.person,
                    subject="pairing",
                    subject_id=pairing.id,
                    partnership_id=together.id,
                )
                path = url_for(LINK, token=token(link))
                asked.append(Asked(pairing.id, pairing.reference, path, half_days))
            leader_id = leader.id
        self.chance.shuffle(asked)
        return leader_id, asked

    def _count(self, tally: Tally, leader_id: int, answers: list[Answer]) -> None:
        tally.rounds += 1
        for answer in answers:
            kind = "none" if answer.status is None else f"{answer.status // 100}xx"
            tally.answers[kind] += 1
            tally.unclear += kind == "4xx" and not answer.said_why
            tally.slowest = max(tally.slowest, answer.seconds)
        with self.installation.looking() as session:
            account = session.scalars(select(DaysAccount).filter_by(leader_id=leader_id)).one()
            leader = session.get_one(Leader, leader_id)
            of_leader = select(Pairing.id).where(Pairing.leader_id == leader_id)
            accepted = set(session.scalars(of_leader.where(Pairing.state == PairingState.ACCEPTED)))
            answered = session.scalars(
                select(PairingAnswer.pairing_id).where(
                    PairingAnswer.step == Step.ACCEPT, PairingAnswer.pairing_id.in_(of_leader)
                )
            ).all()
        half_days = sum(one.asked.half_days for one in answers if one.asked.pairing_id in accepted)
        told_yes = {one.asked.pairing_id for one in answers if one.status == 302}
        tally.accepted += len(accepted)
        tally.oversold += max(half_days - LEFT, 0)
        tally.mismatched += len(accepted ^ told_yes) + (account.held != half_days)
        tally.mismatched += sorted(answered) != sorted(accepted)
        tally.mismatched += leader.engaged != len(accepted)
        tally.undersold += sum(
            one.asked.half_days <= LEFT - half_days for one in answers if one.status != 302
        )


def _say_yes(person: Browser, asked: Asked, csrf_token: str, barrier: Barrier) -> Answer:
    form = {
        "csrf_token": csrf_token,
        "form_key": a_form_key(),
        "reference": asked.reference,
        "answer": "yes",
    }
    barrier.wait(60)
    started = time.perf_counter()
    try:
        page = person.post(asked.path, form)
    except NoAnswer:
        return Answer(asked, None, False, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    return Answer(asked, page.status, TAKEN in page.text, seconds)
