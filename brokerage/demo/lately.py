"""What has happened lately to support that is under way: a pot pays for it, a change is asked for,
the school has a new head."""

from sqlalchemy import select

from brokerage.actor import PostKind
from brokerage.demo.history import Story, late
from brokerage.demo.posts import Newcomers, address
from brokerage.demo.support import Support
from brokerage.engagements import change_services as changes
from brokerage.engagements.change_rules import Asked, ChangeKind
from brokerage.engagements.models import Engagement
from brokerage.leaders import pot_services as pots
from brokerage.leaders.rules import school_year
from brokerage.people import services as people
from brokerage.people.models import Post
from brokerage.school_calendar.rules import ONE_DAY

POT = "Early reading grant"
POT_HALF_DAYS = 60
MORE = "Two more of our teachers would like to begin with it."


def paid_from_a_pot(support: Support) -> Story:
    """The coordinator opens a pot for the year; the first support is paid from it."""
    yield from support.posted()
    yield from support.called()
    yield support.later(2)
    support.pot_id = pots.add(
        support.by_coordinator(),
        support.history.posts.partnership_id,
        name=POT,
        year=school_year(support.day),
        half_days=POT_HALF_DAYS,
        pence=None,
    )
    yield from support.proposed(after=0)
    yield from support.agreed()
    yield from support.confirmed()


def asked_for_more(support: Support) -> Story:
    """The head asks for a day more; the leader says yes by telephone, and the head who releases
    them is yet to answer."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1)
    support.day = max(support.day, support.history.days.ago(3))
    yield support.later(1)
    agreed = support.history.one(Engagement, support.engagement_id).half_days
    wanted = changes.Wanted(kind=ChangeKind.MORE_DAYS, reason=MORE, half_days=agreed + 2)
    change_id = changes.propose(support.by_head(), support.engagement_id, wanted)
    yield support.later(1)
    changes.note_answer(support.by_coordinator(), change_id, Asked.LEADER, yes=True, on=support.day)


def with_a_new_head(support: Support, newcomers: Newcomers, worry: str) -> Story:
    """The head has left for another post; the one who follows is still to say that it goes on."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1, worry=worry)
    last = support.history.days.latest
    yield late(last)
    by, school = support.history.coordinator(late(last)), support.school
    before = support.history.posts.head(school)
    post_id = support.history.ask(
        select(Post.id).filter_by(person_id=before, urn=school.urn, kind=PostKind.HEADTEACHER)
    )
    people.end_post(by, post_id, to_on=last)
    first, family = newcomers.name()
    people.add_person(
        by,
        name=f"{first} {family}",
        email=address(first, family, school.domain),
        telephone=newcomers.telephone(),
        kind=PostKind.HEADTEACHER,
        partnership_id=support.history.posts.partnership_id,
        urn=school.urn,
        from_on=last + ONE_DAY,
        invite=False,
    )
