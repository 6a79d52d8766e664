"""A long list asks the database no more than a short one does."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select

from brokerage.actor import HEADS
from brokerage.database import db
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.queries import holders
from brokerage.schools.models import Phase
from tests.builders import NOW, a_head, a_person, a_school
from tests.services.pairing_town import Town, a_leader, a_need, propose
from tests.views.conftest import browser_of
from tests.views.hostile_town import OURS, Towns

MOST = 12
LISTS = [
    "/desk", "/desk/all", "/needs", "/leaders", "/schools", "/people", "/pairings", "/matching",
    "/matching/plans", "/engagements", "/new-heads", "/new-heads/pool", "/new-heads/waiting",
    "/messages", "/board", "/needs/unmet", "/recruitment", "/recruitment/what-would-help",
]  # fmt: skip


@pytest.fixture(scope="module")
def full_town(towns: Towns) -> Towns:
    """Sixty needs of twenty schools; ten leaders, eight of whom are asked."""
    session, ours = towns.session, towns.ours
    before: Any = None
    for number in range(20):
        school = a_school(session, easting=470000 + number * 3000, town=OURS)
        head = a_head(session, school)
        for copy in range(3):
            reference, phase = f"N-L{number:02}{copy}", Phase.PRIMARY
            need = a_need(
                session,
                ours.partnership,
                school,
                posted_by=head.id,
                reference=reference,
                phase=phase,
            )
        if number < 10:
            leader = a_leader(session, ours.partnership, school, person=a_person(session))
        if 0 < number < 9:
            asked = Town(
                ours.partnership,
                ours.people["coordinator"],
                school,
                head,
                before,
                school,
                head,
                need,
            )
            propose(session, asked)
        before = leader
    session.commit()
    return towns


@pytest.fixture
def asked(full_town: Towns) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_a_few_questions(full_town: Towns, asked: list[str], address: str) -> None:
    browser = browser_of(full_town.app, full_town.ours.people["coordinator"])
    asked.clear()  # what was asked to sign in is the test's own question
    assert browser.get(address).status_code == 200
    assert 0 < len(asked) <= MOST, "\n".join(asked)


def test_whoever_releases_many_has_no_more_questions_asked_than_for_one(
    full_town: Towns, asked: list[str]
) -> None:
    session = full_town.session
    to_release = select(Pairing).where(Pairing.step == Step.RELEASE).order_by(Pairing.id)
    leaders = [pairing.leader for pairing in session.scalars(to_release)]
    urn = leaders[-1].home_urn
    (head,) = holders(session, NOW.date(), *HEADS, urn=urn)
    browser = browser_of(full_town.app, head)
    counts: dict[str, list[int]] = {"/desk": [], f"/schools/{urn}/days": []}
    for released in (leaders[-1:], leaders):
        for leader in released:
            leader.home_urn = urn
        session.commit()
        for address, many in counts.items():
            asked.clear()
            assert leaders[-1].person.name in browser.get(address).text
            many.append(len(asked))
    for one, several in counts.values():
        assert 0 < several <= one


@pytest.mark.parametrize("page", ["/matching/plans/{run}", "/matching/map/{partnership}"])
def test_a_plan_asks_no_more_than_a_list(full_town: Towns, asked: list[str], page: str) -> None:
    ours = full_town.ours
    address = page.format(run=ours.ids["run_id"][0], partnership=ours.partnership.id)
    browser = browser_of(full_town.app, ours.people["coordinator"])
    asked.clear()
    assert browser.get(address).status_code == 200
    assert 0 < len(asked) <= MOST, "\n".join(asked)
