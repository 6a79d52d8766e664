"""The agreement put together from what everybody said yes to, within an open transaction."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements.agreement import own_template, texts_of
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import ChangeState
from brokerage.engagements.models import Agreement, Engagement, Outcome
from brokerage.engagements.queries import planned
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing


def assemble(session: Session, by: By, engagement: Engagement, why: str) -> Agreement:
    """A new version of the agreement; earlier ones stay as they are."""
    pairing = session.get_one(Pairing, engagement.pairing_id)
    need = session.get_one(Need, engagement.need_id)
    first, checked = pairing.first_date, pairing.checks_confirmed_on
    to_come = [visit.planned_on.isoformat() for visit in planned(engagement) if visit.planned_on]
    terms: dict[str, Any] = {
        "purpose": need.worry,
        "outcomes": need.outcomes,
        "baseline": need.baseline,
        "outcome_list": _outcomes(session, engagement),
        "specialism": need.code,
        "phase": need.phase.value if need.phase else None,
        "half_days": engagement.half_days,
        "pence_a_day": pairing.pence_a_day,
        "who_pays": pairing.who_pays or need.who_pays,
        "first_date": first.isoformat() if first else None,
        "dates": to_come,
        "expected_end": engagement.expected_end.isoformat() if engagement.expected_end else None,
        "conditions": pairing.conditions,
        "accountable": engagement.accountable,
        "site_contact": engagement.site_contact or need.site_contact,
        "checks_confirmed_on": checked.isoformat() if checked else None,
        "text": texts_of(own_template(session, engagement.partnership_id)),
        "answers": [*_answers(pairing), *_answers_to_changes(session, engagement)],
    }
    agreement = Agreement(
        engagement_id=engagement.id,
        number=len(engagement.agreements) + 1,
        made_at=by.now,
        terms=terms,
        why=why[:300],
    )
    session.add(agreement)
    session.flush()
    session.expire(engagement, ["agreements"])
    return agreement


def _outcomes(session: Session, engagement: Engagement) -> list[dict[str, str]]:
    query = select(Outcome).filter_by(engagement_id=engagement.id).order_by(Outcome.number)
    return [
        {"words": one.words, "measure": one.measure, "baseline": one.baseline}
        for one in session.scalars(query)
    ]


def _answers(pairing: Pairing) -> list[dict[str, Any]]:
    return [
        {
            "step": answer.step.value,
            "person_id": answer.person_id,
            "at": answer.at.isoformat(),
            "via": answer.via,
        }
        for answer in pairing.answers
        if answer.yes and answer.undone_at is None
    ]


def _answers_to_changes(session: Session, engagement: Engagement) -> list[dict[str, Any]]:
    """The signatures under the changes that were agreed so far, this one's among them."""
    query = select(Change).filter_by(engagement_id=engagement.id, state=ChangeState.AGREED)
    agreed = [one for one in session.scalars(query.order_by(Change.id)) if one.agreement_number]
    return [
        {
            "step": f"change {answer.asked.value}",
            "change": change.agreement_number,
            "person_id": answer.person_id,
            "at": answer.at.isoformat(),
            "via": answer.via,
        }
        for change in agreed
        for answer in change.answers
        if answer.yes and answer.undone_at is None
    ]
