"""A leader's days account, where an agreement was changed on the way."""

from sqlalchemy.orm import Session

from tests.change_builders import FEWER, MORE, propose, say
from tests.phone_builders import a_support
from tests.views.conftest import DeskOf
from tests.views.test_days_pages import said


def test_days_that_a_change_of_the_agreement_moved_say_so_and_lead_to_it(
    session: Session, desk_of: DeskOf
) -> None:
    support = a_support(session)
    town, reference = support.town, support.engagement.reference
    leader, number, school = town.leader.person, town.leader.id, town.school.name
    for wanted, others in ((MORE, (town.releaser, town.head)), (FEWER, (town.head,))):
        change_id = propose(support, wanted, leader)
        for person in others:
            say(support, change_id, person)
    desk = desk_of(leader)
    desk.open(f"/leaders/{number}/account")
    for moved in (
        f"2 days Held: more days for supporting {school} {reference}",
        f"2 days Agreed: more days for supporting {school} {reference}",
        f"2½ days Given back: fewer days are agreed for supporting {school} {reference}",
    ):
        assert said(desk).count(moved) == 1
    assert said(desk).count("was confirmed") == 1
