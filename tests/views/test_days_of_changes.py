"""A leader's days account, where an agreement was changed on the way."""

from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements import visit_services
from brokerage.engagements.correcting_services import correct
from tests.change_builders import FEWER, MORE, propose, say
from tests.phone_builders import CALLED, UNDONE, a_support
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


def test_days_that_fewer_count_for_are_told_in_words_that_are_true_of_all_causes(
    session: Session, desk_of: DeskOf
) -> None:
    support = a_support(session)
    town = support.town
    support.log(support.by(), 2)
    support.undo()
    visit_id = support.log(support.leader(CALLED), 2, happened_on=CALLED.date())
    again = {"happened_on": CALLED.date(), "half_days": 1, "done": "Watched phonics"}
    correct(support.leader(CALLED), visit_id, **again)
    visit_services.dispute(support.head(CALLED), visit_id, words="Nobody came")
    visit_services.resolve(support.by(), visit_id, half_days=0)
    clock.move_to(UNDONE)
    desk = desk_of(town.leader.person)
    desk.open(f"/leaders/{town.leader.id}/account")
    fewer = f"Not used after all: fewer days count for a visit to {town.school.name}"
    assert said(desk).count(fewer) == 3
    assert "corrected" not in said(desk)
