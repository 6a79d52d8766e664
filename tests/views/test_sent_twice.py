"""Whatever is sent twice with one key is done once, and answered alike: every form and every
button, from the service's own map."""

import hashlib
import sqlite3
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from brokerage.database import Base, db
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import VisitState
from brokerage.people.links import make_link, token
from brokerage.people.models import Link
from tests.builders import acting
from tests.views.addresses import addresses
from tests.views.conftest import browser_of
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import fields_of, posts, token_of

Fields = dict[str, list[str]]
NONE = ["", "", ""]
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
PAST = ["20", "1", "2026"]
TYPED: dict[str, Fields] = {
    "needs.post_for_school": {"urn": ["{urn}"], "head_agreed_on": PAST},
    "people.add": {"kind": ["deputy headteacher"], "school": ["{urn}"], "email": ["b@x.example"]},
    "people.begin_post": {"kind": ["deputy headteacher"], "school": ["{urn}"]},
    "leaders.add": {"school": ["{urn}"], "email": ["a@x.example"], "code": ["phonics"]},
    "headships.tell": {"school": ["{urn}"], "email": ["c@x.example"]},
    "leaders.record.days": {"this_year": ["11"], "next_year": ["12"]},
    "leaders.record.specialisms": {"code": ["phonics"], "phases": ["secondary"],
                                   "evidence_on": PAST, "other": [""]},
    "leaders.record.specialism": {"phases": ["primary"], "evidence_on": PAST, "other": [""]},
    "leaders.record.designations": {"kind": ["LLE"], "awarded_on": PAST, "trained_on": PAST},
    "leaders.record.designation": {"awarded_on": PAST, "trained_on": PAST},
    "leaders.release.releaser": {"email": ["d@x.example"]},
    "leaders.conflicts.of_leader": {"school": ["{urn}"], "kind": ["family"]},
    "leaders.conflicts.of_school": {"leader": ["{leader_id}"], "kind": ["family"]},
    "schools.members.show": {"school": ["{urn}"]},
    "schools.members.remove": {"la_code": ["901"]},
    "schools.calendar.term": {"half_term_first": NONE, "half_term_last": NONE},
    "engagements.already_agreed": {"urn": ["{urn}"], "leader": ["{leader_id}"],
                                   "code": ["phonics"], "phase": ["primary"], "half_days": ["2"],
                                   "agreed_on": PAST, "first_date": NONE, "price": [""]},
    "engagements.log": {"when": ["today"], "half_days": ["1"], "happened_on": NONE,
                        "next_date": NONE},
    "engagements.log_by_link": {"when": ["today"], "half_days": ["1"], "happened_on": NONE,
                                "next_date": NONE},
    "engagements.contact_by_link": {"on": ["3", "11", "2026"]},
    "pairings.matching.propose": {"half_days": ["1"], "pounds": [""], "first_date": NONE},
    "buddies.place": {"willing": ["yes"], "until": NONE},
}  # fmt: skip
"""What is typed where the page itself does not suggest it."""
PURPOSES = {
    "engagements.did_not_happen_by_link": "engagements.log_by_link",
    "engagements.visit_right_by_link": "engagements.visit_by_link",
    "engagements.not_yet_by_link": "engagements.contact_by_link",
}
"""Buttons that stand on the page of another link."""
NOT_TRIED: dict[str, str] = {}
"""Addresses without an example, each with the reason."""


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
            return {
                name: hashlib.sha256(repr(live.execute(f'select * from "{name}"').fetchall()).encode()).hexdigest()
                for name in Base.metadata.tables
            }
        finally:
            live.close()

    def sent(self, rule: Rule) -> tuple[FlaskClient, str, Fields, Any] | None:
        """The browser, address and fields of the first sending that did something, and its
        answer."""
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
        ids = {name: values[-1] for name, values in self.towns.ours.ids.items() if values}
        typed = TYPED.get(endpoint, {})
        return {name: [one.format(**ids) for one in values] for name, values in typed.items()}

    def _where(self, rule: Rule) -> Iterator[tuple[str, str | None]]:
        if "token" in rule.arguments:
            link = self._link(PURPOSES.get(rule.endpoint, rule.endpoint))
            if link is not None:
                yield rule.rule.replace("<token>", link), None
            return
        for address in addresses(self.towns.app, rule, self.towns.ours):
            yield address, WHO.get(rule.endpoint, "coordinator")

    def _link(self, purpose: str) -> str | None:
        """A link that is good for this purpose: one that was mailed, or one made for it."""
        session, ours = self.towns.session, self.towns.ours
        open_ones = select(Link).filter_by(purpose=purpose, used_at=None, revoked_at=None)
        mine = open_ones.where(Link.partnership_id == ours.partnership.id)
        link = session.scalars(mine.order_by(Link.id)).first()
        engagement = session.scalars(
            select(Engagement).filter_by(partnership_id=ours.partnership.id)
        ).one()
        things: dict[str, tuple[str, Any]] = {
            "engagements.contact_by_link": ("leader", engagement),
            "engagements.mid_point_by_link": ("head", engagement),
            "engagements.log_by_link": ("leader", self._visit(engagement, VisitState.PLANNED)),
            "engagements.visit_by_link": ("head", self._visit(engagement, VisitState.LOGGED)),
        }
        if link is None and purpose in things:
            who, thing = things[purpose]
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

    def _visit(self, engagement: Engagement, state: VisitState) -> Visit:
        return next(visit for visit in engagement.visits if visit.state is state)


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
        said = other.text if other.status_code != 302 else browser.get(other.location).text
        if other.status_code not in (409, 422) and "already" not in said and "Thank you" not in said:
            amiss.append((name_of(rule), "another body was taken", other.status_code, other.location))
        if example.everything() != after:
            amiss.append((name_of(rule), "done twice"))
    example.put_back()
    assert amiss == []
    assert not_tried == set(NOT_TRIED), sorted(not_tried ^ set(NOT_TRIED))
