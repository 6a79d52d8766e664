"""Why a change was asked for: on every page, it is read by those it is for, and by nobody else."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import ChangeState
from tests.builders import in_post
from tests.views.conftest import DeskOf
from tests.views.support_town import Support


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


@pytest.mark.parametrize(
    ("what", "typed", "readers"),
    [
        ("days", {"half_days": "4"}, {"coordinator", "head", "leader", "releaser"}),
        ("dates", {"expected_end": ["26", "3", "2027"]}, {"coordinator", "head", "leader"}),
    ],
)
def test_why_is_read_by_those_who_work_in_it_and_whom_it_touches(
    support: Support,
    session: Session,
    desk_of: DeskOf,
    what: str,
    typed: dict[str, object],
    readers: set[str],
) -> None:
    town = support.town
    people = {
        "coordinator": town.coordinator,
        "head": town.head,
        "leader": support.leader,
        "releaser": town.releaser,
        "deputy": in_post(session, PostKind.DEPUTY, school=town.school),
        "chair": in_post(session, PostKind.CHAIR, school=town.school),
    }

    def who_reads(page: str) -> set[str]:
        desks = {name: desk_of(person) for name, person in people.items()}
        for desk in desks.values():
            desk.open(page)
        return {name for name, desk in desks.items() if "A long illness" in desk.text}

    head = desk_of(town.head)
    head.open(f"{support.page}/change/{what}")
    head.send("Ask for it", reason="A long illness", **typed)
    change = f"{support.page}/changes/{support.look(Change).id}"
    assert (who_reads(support.page), who_reads(change)) == (readers, readers)
    for name in sorted(readers - {"coordinator", "head"}):
        desk = desk_of(people[name])
        desk.open(change)
        desk.send("Yes, I agree", answer="yes")
    assert support.look(Change).state is ChangeState.AGREED
    for page in (support.page, change, f"{support.page}/agreement"):
        assert who_reads(page) == readers, page
