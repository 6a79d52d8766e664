"""The radar: what is on it, in whose partnership, and what a coordinator does about it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from brokerage.database import db
from brokerage.engagements import radar_services, services, visit_services
from brokerage.engagements.models import Engagement
from brokerage.engagements.radar_models import RadarMessage
from brokerage.engagements.radar_queries import Stuck, radar
from brokerage.engagements.radar_rules import Sign
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.messages.models import Message
from brokerage.people.models import Person
from tests.builders import NOW, a_coordinator, a_partnership, acting
from tests.phone_builders import Support, a_support

LATE = NOW + timedelta(days=34)  # Monday 7 December


@pytest.fixture
def support(session: Session) -> Support:
    """Support agreed on 3 November, of which nothing was heard since."""
    return a_support(session)


def seen(support: Support, when: datetime = LATE, by: Person | None = None) -> list[Stuck]:
    session = support.session
    session.rollback()
    actor = acting(session, by or support.town.coordinator, when).actor
    found = radar(session, actor, when.date())
    session.rollback()
    return found


def signs_of(support: Support, when: datetime = LATE) -> list[Sign]:
    return [one.sign for stuck in seen(support, when) for one in stuck.found]


def write(support: Support, when: datetime = LATE, **other: object) -> int:
    words: dict[str, object] = {"subject": "How is it going?", "text": "Dear Lena\n\nHow?"}
    by = support.by(now=when)
    number: int = radar_services.write_to(
        by, support.engagement.id, Sign.SILENCE, Part.LEADER, **(words | other)
    )
    return number


def test_nothing_is_stuck_on_the_day_of_the_agreement(support: Support) -> None:
    assert seen(support, NOW) == []


def test_support_that_nobody_has_heard_of_is_on_it(support: Support) -> None:
    (stuck,) = seen(support)
    assert stuck.reference == support.engagement.reference
    assert stuck.leader.name == support.town.leader.person.name
    assert [one.sign for one in stuck.found] == [Sign.CONTACT, Sign.NOT_BEGUN]


def test_the_first_word_is_late_from_the_day_that_the_page_names(session: Session) -> None:
    support = a_support(session, first_contact_days=15)
    promised = support.engagement.contact_by
    assert promised == date(2026, 11, 24)
    assert signs_of(support, NOW.replace(day=24)) == [Sign.NOT_BEGUN]
    assert Sign.CONTACT in signs_of(support, NOW.replace(day=25))


def test_what_takes_it_off_is_the_thing_itself(support: Support) -> None:
    services.note_first_contact(support.leader(LATE), support.engagement.id, LATE.date())
    assert seen(support) == []
    quiet = LATE + timedelta(days=60)
    assert signs_of(support, quiet) == [Sign.SILENCE]
    visit_services.plan(support.leader(quiet), support.engagement.id, quiet.date())
    assert seen(support, quiet) == []


def test_a_date_moved_twice_and_a_log_that_is_missing(support: Support) -> None:
    services.note_first_contact(support.leader(NOW), support.engagement.id, NOW.date())
    visit_id = support.plan(date(2026, 11, 10))
    for day in (11, 12):
        visit_services.move(support.leader(), visit_id, date(2026, 11, day))
    soon = NOW + timedelta(days=21)
    assert set(signs_of(support, soon)) == {Sign.SLIPPING, Sign.MISSING_LOG}
    (stuck,) = seen(support, soon)
    assert stuck.unnoted == stuck.movable == visit_id


def test_a_pause_is_long_from_the_day_of_the_pause_and_over_when_it_goes_on(
    support: Support,
) -> None:
    services.pause(support.by(now=NOW), support.engagement.id, reason="Inspection")
    spring = NOW + timedelta(days=80)
    assert signs_of(support, spring) == [Sign.PAUSED]
    services.resume(support.by(now=spring), support.engagement.id)
    assert seen(support, spring) == []


def test_it_is_each_partnerships_own(support: Support) -> None:
    stranger = a_coordinator(support.session, a_partnership(support.session))
    assert seen(support, by=stranger) == []
    for person in (support.town.head, support.town.leader.person):
        assert seen(support, by=person) == []
    by = acting(support.session, stranger, LATE)
    with pytest.raises(NotFound):
        radar_services.leave_until(by, support.engagement.id, date(2026, 12, 14))
    with pytest.raises(NotFound):
        radar_services.write_to(
            by, support.engagement.id, Sign.SILENCE, Part.HEAD, subject="x", text="x"
        )


def test_what_is_left_comes_back_on_its_day_or_with_a_new_sign(support: Support) -> None:
    back = date(2026, 12, 14)
    radar_services.leave_until(support.by(now=LATE), support.engagement.id, back)
    assert seen(support) == []
    assert seen(support, NOW.replace(month=12, day=14)) != []
    other = LATE.replace(day=11)
    assert seen(support, other) == []
    session = support.session
    engagement = session.get_one(Engagement, support.engagement.id)
    engagement.expected_end = date(2026, 12, 10)
    session.commit()
    assert Sign.UNUSED in signs_of(support, other)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 12, 7), "after today"),
        (date(2026, 12, 12), "not a school day.*Monday 14 December"),
        (date(2027, 6, 1), "up to"),
    ],
)
def test_it_is_left_until_a_school_day_to_come(support: Support, day: date, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        radar_services.leave_until(support.by(now=LATE), support.engagement.id, day)


def test_a_message_goes_out_in_the_coordinators_own_name(support: Support) -> None:
    coordinator = support.town.coordinator
    write(support, subject="How is it\r\nBcc: all@example.org", text="Dear you\n\n[[link 1]] Bye")
    message = support.session.scalars(select(Message).filter_by(kind="radar_message")).one()
    assert message.to_address == support.town.leader.person.email
    assert message.reply_to == coordinator.email
    assert (message.from_name or "").startswith(coordinator.name)
    assert message.subject == "How is it Bcc: all@example.org"
    assert message.body == "Dear you\n\n[ [link 1]] Bye\n"


@pytest.mark.parametrize("words", [{"subject": " "}, {"text": "\n"}, {"text": "x" * 4001}])
def test_a_message_needs_its_words(support: Support, words: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        write(support, **words)
    assert support.session.scalars(select(RadarMessage)).all() == []


def test_who_was_written_to_by_somebody_else_meanwhile_is_not_written_to_again(
    support: Support,
) -> None:
    first = write(support)
    with pytest.raises(RuleBroken, match="meanwhile, on Monday 7 December"):
        write(support, LATE + timedelta(days=4))
    second = write(support, LATE + timedelta(days=4), seen=first)
    assert second > first
    assert write(support, LATE + timedelta(days=60)) > second


def test_nobody_without_an_address_is_written_to(support: Support) -> None:
    support.town.leader.person.email = None
    support.session.commit()
    with pytest.raises(RuleBroken, match="Ring them instead"):
        write(support)


@pytest.fixture
def asked() -> Callable[[Callable[[], object]], int]:
    """How many queries something costs."""

    def count(work: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    return count


def test_two_thousand_engagements_cost_no_more_queries_than_one(
    support: Support, asked: Callable[[Callable[[], object]], int]
) -> None:
    session, mine = support.session, support.by(now=LATE).actor
    one = asked(lambda: radar(session, mine, LATE.date()))
    copies(support, 2000)
    session.rollback()
    found: list[Stuck] = []
    many = asked(lambda: found.extend(radar(session, mine, LATE.date())))
    assert len(found) == 2001
    assert many == one <= 8


def copies(support: Support, number: int) -> None:
    """So many engagements like this one, each with its own pairing, written as rows."""
    session = support.session
    session.commit()
    for model, name in (("pairing", "P-"), ("engagement", "E-")):
        table = Engagement.metadata.tables[model]
        row = dict(session.execute(select(table).limit(1)).mappings().one())
        rows = []
        for n in range(1, number + 1):
            more = {"id": row["id"] + n, "reference": f"{name}X{n}"}
            if model == "engagement":
                more["pairing_id"] = row["pairing_id"] + n
            rows.append(row | more)
        session.execute(table.insert(), rows)
    session.commit()
