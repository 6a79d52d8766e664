"""A form or a button as somebody sends it, in a town that can be put back as it was."""

import hashlib
import re
import sqlite3
import uuid
from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from brokerage.actor import By
from brokerage.database import Base, db
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import VisitState
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.links import make_link, token
from brokerage.people.models import Link
from tests.builders import acting
from tests.views.addresses import addresses, fill
from tests.views.conftest import browser_of
from tests.views.forms_before import BEFORE
from tests.views.forms_sent import TYPED, Fields
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import fields_of, token_of

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
    "engagements.change": "head",
    "engagements.read_change": "leader",
    "engagements.look_back": "head",
    "engagements.answer_case_study": "head",
    "engagements.school_contact": "head",
}
"""Who sends it, where that is not a coordinator."""
PURPOSES = {
    "engagements.did_not_happen_by_link": "engagements.log_by_link",
    "engagements.visit_right_by_link": "engagements.visit_by_link",
    "engagements.not_yet_by_link": "engagements.contact_by_link",
    "engagements.date_off_by_link": "engagements.date_by_link",
    "engagements.talk_first_by_link": "engagements.succession_by_link",
    "engagements.answer_case_study_by_link": "engagements.case_study_by_link",
    "engagements.school_contact_said_by_link": "engagements.school_contact_by_link",
    "follow_ups.later_by_link": "pairings.choose_by_link",
}
"""Buttons that stand on the page of another link."""
PARTS = {f"engagements.{name}" for name in ("agree", "correct", "dispute", "resolve")}
"""What is about the visit that was logged, and not the one to come."""
INSTEAD = {"engagements.note_change": ("/note/head", "/note/leader")}
"""Of whom it is said, where that is not the first that the address can name."""


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
        self.towns.session.commit()
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
            purpose = PURPOSES.get(rule.endpoint, rule.endpoint)
            link = self._link(purpose)
            if link is not None:
                yield fill(rule, {"token": link, "purpose": purpose}), None
            return
        if rule.endpoint == "follow_ups.later":
            desk = browser_of(self.towns.app, self.towns.ours.people["head"]).get("/desk").text
            yield from ((found, "head") for found in re.findall(r'href="(/later/[^"]+)"', desk))
            return
        if rule.endpoint in PARTS:
            of = {"reference": self.engagement().reference}
            logged = self.visit(VisitState.LOGGED, VisitState.DISPUTED)
            yield fill(rule, of | {"visit_id": logged.id}), WHO.get(rule.endpoint, "coordinator")
            return
        for address in addresses(self.towns.app, rule, self.towns.ours):
            part, other = INSTEAD.get(rule.endpoint, ("", ""))
            yield address.replace(part, other), WHO.get(rule.endpoint, "coordinator")

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
            "engagements.look_back_by_link": ("head", engagement),
            "engagements.school_contact_by_link": ("head", engagement),
            "engagements.case_study_by_link": ("head", self.case_study()),
            "engagements.succession_by_link": ("releaser", engagement.successions[0]),
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

    def change(self) -> Change:
        """The change that its head has asked for."""
        of_it = select(Change).filter_by(engagement_id=self.engagement().id)
        return self.towns.session.scalars(of_it).one()

    def case_study(self) -> CaseStudy:
        of_it = select(CaseStudy).filter_by(engagement_id=self.engagement().id)
        return self.towns.session.scalars(of_it).one()

    def pairing(self) -> Pairing:
        """The one that the school is asked about."""
        ours = self.towns.ours.partnership.id
        asked = select(Pairing).filter_by(partnership_id=ours, step=Step.CHOOSE)
        return self.towns.session.scalars(asked).one()
