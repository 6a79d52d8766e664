"""Many last yeses to more days at once: the days there are are given, and no more."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements import change_services as changes
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import ChangeKind
from brokerage.engagements.models import Engagement
from brokerage.leaders.days import TAKEN
from tests.builders import a_head, a_school, acting
from tests.change_builders import faults
from tests.phone_builders import a_support
from tests.services.pairing_town import Town, a_need, account_of
from tests.services.test_engagements import engaged

AT_ONCE, DAYS_LEFT = 6, 3
"""Of the leader's ten days seven are agreed in so many engagements: three are left."""


@pytest.mark.slow
def test_of_many_changes_agreed_at_once_those_are_made_that_there_are_days_for(
    both: Flask, session: Session
) -> None:
    one = a_support(session)
    town = one.town
    town.leader.engagements_at_once = 99
    session.commit()
    found = [one.engagement]
    for _ in range(AT_ONCE - 1):
        school = a_school(session)
        head = a_head(session, school)
        need = a_need(session, town.partnership, school, posted_by=head.id, half_days=2)
        other = Town(
            town.partnership,
            town.coordinator,
            town.home,
            town.releaser,
            town.leader,
            school,
            head,
            need,
        )
        found.append(engaged(session, other, half_days=2))
    numbers = []
    for engagement in found:
        wanted = changes.Wanted(
            kind=ChangeKind.MORE_DAYS, reason="Two days more", half_days=engagement.half_days + 2
        )
        by = acting(session, town.coordinator)
        numbers.append(changes.propose(by, engagement.id, wanted))
        head = session.get_one(Change, numbers[-1]).engagement.head_id
        for person in (head, town.releaser.id):
            by = acting(session, session.get_one(type(town.head), person))
            changes.answer(by, numbers[-1], yes=True)
    by = acting(session, town.leader.person)

    def agree(number: int) -> str:
        with both.app_context():
            return changes.answer(by, number, yes=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(agree, numbers))
    assert answers == {"agreed": DAYS_LEFT, "proposed": AT_ONCE - DAYS_LEFT}
    account = account_of(session, town.leader)
    assert (account.held, account.left) == (0, 0)
    stuck = Counter(session.scalars(select(Change.stuck)))
    assert stuck == {"": DAYS_LEFT, TAKEN: AT_ONCE - DAYS_LEFT}
    given = session.scalars(select(Engagement.half_days)).all()
    assert sum(given) == account.agreed
    assert faults(one) == []
