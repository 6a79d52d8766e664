"""One timeline: in which order things are told, and which numbers are told with them."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from brokerage.engagements import services, visit_services
from brokerage.engagements.correcting_services import correct
from brokerage.engagements.timeline import Entry, timeline
from tests.builders import NOW
from tests.phone_builders import CALLED, Support, a_support

SETTLED = "The coordinator settled what was disputed"


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def told(support: Support) -> list[Entry]:
    """What the head reads."""
    support.session.expire_all()
    return timeline(support.session, support.head(CALLED).actor, support.engagement)


def test_of_what_was_settled_only_the_latest_tells_what_counts(support: Support) -> None:
    visit_id = support.log(support.leader(CALLED), 2, happened_on=CALLED.date())

    def settled(half_days: int, after: int) -> list[str]:
        by_head, by = support.head(CALLED), support.by(now=CALLED + timedelta(hours=after))
        visit_services.dispute(by_head, visit_id, words="It was the morning only")
        visit_services.resolve(by, visit_id, half_days=half_days)
        titles = [entry.title for entry in told(support)]
        return [title for title in titles if title.startswith(SETTLED)]

    assert settled(1, after=1) == [f"{SETTLED}: half a day counted"]
    again = {"happened_on": CALLED.date(), "half_days": 2, "done": "Watched phonics"}
    correct(support.by(now=CALLED + timedelta(hours=2)), visit_id, **again)
    titles = [entry.title for entry in told(support)]
    assert SETTLED in titles, "what was settled then does not count any more"
    assert settled(0, after=3) == [SETTLED, f"{SETTLED}: no days counted"]


def test_what_happened_on_one_day_is_told_in_the_order_in_which_it_did(support: Support) -> None:
    number = support.engagement.id
    hours = (CALLED + timedelta(hours=after) for after in range(9))
    visit_id = support.log(support.leader(next(hours)), 1, happened_on=CALLED.date())
    visit_services.agree(support.head(next(hours)), visit_id)
    services.pause(support.by(now=next(hours)), number, reason="Ofsted", until=date(2026, 12, 1))
    services.contest(support.head(next(hours)), number, words="It takes long")
    services.resume(support.by(now=next(hours)), number)
    services.end_early(support.by(now=next(hours)), number, reason="They left", need_goes_on=False)
    of_day = [one for one in told(support) if one.on == CALLED.date()]
    assert [one.title for one in of_day if "was" not in one.title] == [
        "Visit: half a day",
        "The school said that a visit’s log is right",
        "Paused until 1 Dec 2026",
        "A concern or a worry",
        "Gone on",
        "Ended early",
    ]


def test_the_agreement_comes_first_and_what_has_only_a_date_among_the_rest(
    support: Support,
) -> None:
    services.note_first_contact(support.leader(), support.engagement.id, NOW.date())
    titles = [entry.title for entry in told(support)]
    assert titles[0] == "Agreed: 2 days"
    assert titles[-1] == "Leader and school spoke"
