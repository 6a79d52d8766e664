"""Whatever is sent twice with one key is done once, and answered alike: every form and every
button, from the service's own map."""

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from brokerage.actor import By
from brokerage.database import Base, db
from brokerage.engagements import review_services as reviews
from brokerage.engagements import services as engagements
from brokerage.engagements import visit_services as visits
from brokerage.engagements.models import Engagement
from brokerage.engagements.review_rules import Level, Said
from brokerage.engagements.rules import Difference, VisitState
from brokerage.ledger.models import LedgerEntry
from brokerage.people.links import make_link, token
from brokerage.people.models import Link
from tests.builders import acting
from tests.views.addresses import addresses, fill
from tests.views.conftest import browser_of
from tests.views.forms_sent import NOT_TRIED, TYPED, Fields
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import fields_of, posts, token_of

WHO = {
    "needs.post": "head",
    "needs.send": "head",
    "needs.ask_head": "head",
    "pairings.answer": "head",
    "headships.read": "new head",
    "buddies.own_place": "head",
    "buddies.read": "head",
    "engagements.agree": "head",
    "engagements.dispute": "head",
    "engagements.log": "leader",
}
"""Who sends it, where that is not a coordinator."""
PURPOSES = {
    "engagements.did_not_happen_by_link": "engagements.log_by_link",
    "engagements.visit_right_by_link": "engagements.visit_by_link",
    "engagements.not_yet_by_link": "engagements.contact_by_link",
    "engagements.date_off_by_link": "engagements.date_by_link",
}
"""Buttons that stand on the page of another link."""
PARTS = {"engagements.agree", "engagements.dispute", "engagements.resolve"}
"""What is about the visit that was logged, and not the one to come."""


def _paused(example: "Example") -> None:
    engagements.pause(example.by("coordinator"), example.engagement().id, reason="Snow")


def _completed(example: "Example") -> None:
    engagements.complete(example.by("leader"), example.engagement().id)


def _evaluated(example: "Example") -> None:
    _completed(example)
    engagement = example.engagement()
    said = [Said(outcome.id, Level.GREEN, "It is up") for outcome in engagement.outcomes]
    reviews.evaluate(
        example.by("head"), engagement.id, difference=Difference.CLEAR, words="Up", said=said
    )


def _disputed(example: "Example") -> None:
    visit = example.visit(VisitState.LOGGED)
    visits.dispute(example.by("head"), visit.id, words="Half of it")


def _stuck(example: "Example") -> None:
    example.engagement().expected_end = date(2026, 11, 2)
    example.towns.session.commit()


BEFORE: dict[str, Callable[["Example"], None]] = {
    "engagements.resume": _paused,
    "engagements.evaluation": _completed,
    "engagements.evaluation_by_link": _completed,
    "engagements.comment": _evaluated,
    "engagements.comment_by_link": _evaluated,
    "engagements.resolve": _disputed,
    "radar.leave": _stuck,
}
"""What has to have happened first."""


class Example:
    """A form or a button that somebody can send, in a town that can be put back as it was."""

    def __init__(self, towns: Towns) -> None:
        self.towns = towns
        with towns.app.app_context():
            self.path = str(db.engine.url.database)
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        live = sqlite3.connect(self.path)
        live.backup(self.kept)
        live.close()

    def put_back(self) -> None:
        self.towns.session.rollback()
        self.towns.session.expire_all()
        live = sqlite3.connect(self.path, timeout=10)
        self.kept.backup(live)
        live.close()

    def everything(self) -> dict[str, str]:
        """What is in each table, the keys of forms and the ledger too."""
        live = sqlite3.connect(self.path)
        try:
            rows = {
                name: live.execute(f'select * from "{name}"').fetchall()
                for name in Base.metadata.tables
            }
        finally:
            live.close()
        return {name: hashlib.sha256(repr(rows[name]).encode()).hexdigest() for name in rows}

    def sent(self, rule: Rule) -> tuple[FlaskClient, str, Fields, Any] | None:
        """The browser, address and fields of the first sending that did something, and its
        answer."""
        BEFORE.get(rule.endpoint, lambda _: None)(self)
        for address, who in list(self._where(rule)):
            browser = browser_of(self.towns.app, who and self.towns.ours.people[who])
            fields = fields_of(browser, rule, address) | self._typed(rule.endpoint)
            data = {**fields, "csrf_token": [token_of(browser)], "form_key": [uuid.uuid4().hex]}
            before = self.everything()
            answer = browser.post(address, data=data)
            if answer.status_code in (302, 303) and self.everything() != before:
                return browser, address, data, answer
        return None

    def _typed(self, endpoint: str) -> Fields:
        ids: dict[str, Any] = {
            name: values[-1] for name, values in self.towns.ours.ids.items() if values
        }
        ids["chair"] = self.towns.ours.people["chair"].email
        typed = TYPED.get(endpoint, {})
        return {name: [one.format(**ids) for one in values] for name, values in typed.items()}

    def _where(self, rule: Rule) -> Iterator[tuple[str, str | None]]:
        if "token" in rule.arguments:
            link = self._link(PURPOSES.get(rule.endpoint, rule.endpoint))
            if link is not None:
                yield rule.rule.replace("<token>", link), None
            return
        if rule.endpoint in PARTS:
            of = {"reference": self.engagement().reference}
            logged = self.visit(VisitState.LOGGED, VisitState.DISPUTED)
            yield fill(rule, of | {"visit_id": logged.id}), WHO.get(rule.endpoint, "coordinator")
            return
        for address in addresses(self.towns.app, rule, self.towns.ours):
            yield address, WHO.get(rule.endpoint, "coordinator")

    def _link(self, purpose: str) -> str | None:
        """A link that is good for this purpose: one that was mailed, or one made for it."""
        session, ours = self.towns.session, self.towns.ours
        open_ones = select(Link).filter_by(purpose=purpose, used_at=None, revoked_at=None)
        mine = open_ones.where(Link.partnership_id == ours.partnership.id)
        link = session.scalars(mine.order_by(Link.id)).first()
        engagement = self.engagement()
        things = {
            "engagements.contact_by_link": ("leader", engagement),
            "engagements.mid_point_by_link": ("head", engagement),
            "engagements.log_by_link": ("leader", self.visit(VisitState.PLANNED)),
            "engagements.visit_by_link": ("head", self.visit(VisitState.LOGGED)),
        }
        who, thing = things.get(purpose, ("", None))
        if link is None and thing is not None:
            link = make_link(
                session,
                acting(session, ours.people["coordinator"]),
                purpose,
                ours.people[who],
                subject=thing.__tablename__,
                subject_id=thing.id,
                partnership_id=ours.partnership.id,
            )
            session.commit()
        with self.towns.app.app_context():
            return token(link) if link is not None else None

    def by(self, who: str) -> By:
        return acting(self.towns.session, self.towns.ours.people[who])

    def engagement(self) -> Engagement:
        """Ours, of which there is one."""
        self.towns.session.expire_all()
        mine = select(Engagement).filter_by(partnership_id=self.towns.ours.partnership.id)
        return self.towns.session.scalars(mine).one()

    def visit(self, *states: VisitState) -> Any:
        """Its visit that is in one of these states; None for none."""
        found = (visit for visit in self.engagement().visits if visit.state in states)
        return next(found, None)


def name_of(rule: Rule) -> str:
    return f"{rule.endpoint} {rule.rule}"


@pytest.mark.slow
def test_what_is_sent_twice_is_done_once_and_answered_alike(towns: Towns) -> None:
    example = Example(towns)
    amiss, not_tried = [], set()
    for rule in posts(towns):
        example.put_back()
        sent = example.sent(rule)
        if sent is None:
            not_tried.add(name_of(rule))
            continue
        browser, address, data, first = sent
        after = example.everything()
        second = browser.post(address, data=data)
        if (second.status_code, second.location) != (first.status_code, first.location):
            amiss.append((name_of(rule), "another answer", second.status_code, second.location))
        other = browser.post(address, data={**data, "something": ["else"]})
        if other.status_code not in (404, 409, 422) and not _refused(browser, other):
            amiss.append((name_of(rule), "another body", other.status_code, other.location))
        if example.everything() != after:
            amiss.append((name_of(rule), "done twice"))
    example.put_back()
    assert amiss == []
    assert "\n".join(sorted(not_tried)) == "\n".join(sorted(NOT_TRIED))


def _refused(browser: FlaskClient, answer: Any) -> bool:
    """Whether a page that leads on says that it was answered already."""
    text = browser.get(answer.location).text if answer.location else answer.text
    return "already" in text or "Thank you" in text


@pytest.mark.slow
@pytest.mark.parametrize("which", ["towns", "postgres_towns"])
def test_what_is_sent_eight_times_at_once_is_done_once(
    request: pytest.FixtureRequest, which: str
) -> None:
    town: Towns = request.getfixturevalue(which)
    ours, session = town.ours, town.session
    need, engagement = ours.ids["need"][0], ours.ids["engagement"][0]
    browser = browser_of(town.app, ours.people["coordinator"])
    csrf = token_of(browser)
    for address, fields in (
        (f"/desk/hush/{ours.ids['urn'][1]}", {}),
        (f"/needs/{need}/note", {"text": ["Rang the school"]}),
        (f"/engagements/{engagement}/pause", {"reason": ["Snow"]}),
        (
            f"/engagements/{engagement}/radar/head/silence",
            {"subject": ["Hello"], "text": ["How is it?"], "seen": ["0"]},
        ),
    ):
        key = uuid.uuid4().hex
        data: Fields = {**fields, "csrf_token": [csrf], "form_key": [key]}
        browsers = [browser_of(town.app, ours.people["coordinator"]) for _ in range(8)]
        for one in browsers:
            one.set_cookie("session", browser.get_cookie("session").value)  # type: ignore[union-attr]
        before = session.scalar(select(func.max(LedgerEntry.id))) or 0
        session.rollback()
        with ThreadPoolExecutor(8) as pool:
            sent = list(pool.map(lambda one: one.post(address, data=data), browsers))  # noqa: B023
        assert {answer.status_code for answer in sent} == {302}
        assert len({answer.location for answer in sent}) == 1
        new = session.scalars(select(LedgerEntry).where(LedgerEntry.id > before)).all()
        written = [(entry.action, entry.thing, entry.thing_id) for entry in new]
        assert written
        assert len(written) == len(set(written))
        session.rollback()
