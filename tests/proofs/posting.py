"""People who post needs, accept and log visits, and send again until they are answered."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from flask import url_for
from flask_security import hash_password

from brokerage.actor import SERVICE, By
from brokerage.engagements.telling import LOG
from brokerage.leaders.models import Leader
from brokerage.people.links import make_link, token
from brokerage.people.models import Person
from tests.builders import NOW
from tests.proofs.browser import Browser, NoAnswer, Page, a_form_key
from tests.proofs.due_steps import Steps, agreed_support
from tests.proofs.installation import Installation
from tests.proofs.town import a_pairing_to_accept, an_open_need

PASSWORD = "three words that do not belong"
ACCEPT = "pairings.accept_by_link"
NEED, ACCEPTANCE, VISIT = "needs posted", "pairings accepted", "visits logged"
STOCK, AT_A_TIME = 40, 8
SENT_AGAIN = 0.25
"""How many of those who were answered send the same form once more all the same."""


@dataclass(frozen=True)
class Task:
    """A form to be sent: ``thing`` is the row that it is about (0: a new one)."""

    kind: str
    path: str
    fields: dict[str, str]
    thing: int = 0


@dataclass(frozen=True)
class Sent:
    """A form that was sent until it was answered, and the answer."""

    kind: str
    key: str
    thing: int
    status: int
    location: str | None


@dataclass
class Tally:
    """``cut`` are the tries that no answer came to; ``differing`` the second answers that were not
    the first; ``faults`` the answers of 500 or above."""

    sent: list[Sent] = field(default_factory=list)
    cut: int = 0
    again: int = 0
    differing: list[str] = field(default_factory=list)
    faults: Counter[int] = field(default_factory=Counter)


class Stock:
    """Pairings that wait for a yes and visits that wait for their log; made as they are used up."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.steps = Steps(installation)
        self.waiting: dict[str, SimpleQueue[Task]] = {k: SimpleQueue() for k in (ACCEPTANCE, VISIT)}
        with installation.laying_out() as session:
            head = session.get_one(Person, self.steps.head_id)
            head.password = hash_password(PASSWORD)
            self.email = str(head.email)

    def fill(self) -> None:
        """Make more where there are few."""
        while min(queue.qsize() for queue in self.waiting.values()) < STOCK:
            self._make(AT_A_TIME)

    def _make(self, count: int) -> None:
        by, made = By(SERVICE, NOW), []
        with self.installation.laying_out() as session:
            town = self.steps.town(session)
            leader = session.get_one(Leader, self.steps.leader_id)
            for _ in range(count):
                need = an_open_need(session, town)
                pairing = a_pairing_to_accept(session, town.partnership.id, need.id, leader.id, 2)
                support = agreed_support(session, town, leader, due=False)
                for kind, purpose, thing, fields in (
                    (
                        ACCEPTANCE,
                        ACCEPT,
                        pairing,
                        {"reference": pairing.reference, "answer": "yes"},
                    ),
                    (VISIT, LOG, support, {"when": "today", "half_days": "1"}),
                ):
                    link = make_link(
                        session,
                        by,
                        purpose,
                        leader.person,
                        subject=thing.__tablename__,
                        subject_id=thing.id,
                        partnership_id=town.partnership.id,
                    )
                    path = url_for(purpose, token=token(link))
                    made.append(Task(kind, path, fields, thing.id))
        for task in made:
            self.waiting[task.kind].put(task)


class Poster(threading.Thread):
    """Somebody who sends one form after the other, each until it is answered."""

    def __init__(self, stock: Stock, tally: Tally, over: threading.Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.stock, self.tally, self.over = stock, tally, over
        self.chance = random.Random(seed)
        self.browser = Browser(stock.installation.settings.public_url)
        self.head = Browser(stock.installation.settings.public_url)

    def sign_in(self) -> None:
        """As the head. One after the other: many tries at once are taken for guesses."""
        who = {"email": self.stock.email, "password": PASSWORD}
        page = self.head.post("/sign-in", self.head.get("/sign-in").hidden | who)
        assert page.status == 302, page.text

    def run(self) -> None:
        while not self.over.is_set():
            task = self._next()
            person = self.head if task.kind == NEED else self.browser
            page = self._until_answered("GET", person, task.path, {})
            key = a_form_key()
            words = {"worry": f"Reading {key}", "done": f"Watched {key}"}
            form = words | page.hidden | task.fields | {"form_key": key}
            answer = self._until_answered("POST", person, task.path, form)
            self.tally.sent.append(Sent(task.kind, key, task.thing, answer.status, answer.location))
            if self.chance.random() < SENT_AGAIN:
                self._send_again(person, task, form, answer)

    def _next(self) -> Task:
        kind = self.chance.choice([NEED, ACCEPTANCE, VISIT])
        try:
            return self.stock.waiting[kind].get_nowait()
        except (KeyError, Empty):
            return Task(NEED, "/needs/new", {"whom": "Year 2", "by_when-day": ""})

    def _send_again(self, person: Browser, task: Task, form: dict[str, str], first: Page) -> None:
        second = self._until_answered("POST", person, task.path, form)
        self.tally.again += 1
        if (second.status, second.location) != (first.status, first.location):
            self.tally.differing.append(
                f"{task.kind}: {first.status} {first.location}, then {second.status}"
                f" {second.location}"
            )

    def _until_answered(
        self, method: str, person: Browser, path: str, fields: dict[str, str]
    ) -> Page:
        while True:
            try:
                page = person.get(path) if method == "GET" else person.post(path, fields)
            except NoAnswer:
                self.tally.cut += 1
                time.sleep(0.05 + self.chance.random() / 10)
                continue
            if page.status < 500:
                return page
            self.tally.faults[page.status] += 1
            time.sleep(0.2)
