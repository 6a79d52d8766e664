"""Which rows of a register are taken, as whom, and which are left out."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import NotAllowed
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of
from brokerage.leaders.register_file import read
from brokerage.leaders.register_import import import_register
from brokerage.ledger import invariants as ledger
from brokerage.people.models import Person
from tests.builders import (
    TODAY,
    a_coordinator,
    a_partnership,
    a_person,
    a_school,
    acting,
)
from tests.leader_builders import a_leader, areas


def take(
    by: By, partnership_id: int, text: str | bytes, *, dry_run: bool = False
) -> dict[str, Any]:
    sent = text if isinstance(text, bytes) else text.encode()
    return import_register(by, partnership_id, read(sent), dry_run=dry_run)


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["new"], report["changed"], report["unchanged"], len(report["rejected"])


def header_and(*rows: str) -> str:
    return "\r\n".join(("name,email,home_urn,specialisms,days", *rows)) + "\r\n"


def test_bad_rows_are_named_with_line_and_fault_and_good_ones_taken(session: Session) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    elsewhere = a_school(session, la_code="902")
    known = a_leader(session, partnership, home=school, name="Known One", email="k@example.org")
    by = acting(session, a_coordinator(session, partnership))
    text = header_and(
        f"Ada,ada@example.org,{school.urn},maths@primary,3",
        f"Bad,nope,{school.urn},,",
        f"Bad,b1@example.org,{elsewhere.urn},,",
        "Bad,b2@example.org,999999,,",
        "Bad,b3@example.org,x,,",
        "Bad,b4@example.org,,,",
        f"Bad,b5@example.org,{school.urn},Quidditch@primary,",
        f"Bad,b6@example.org,{school.urn},maths@attic,",
        f"Bad,b7@example.org,{school.urn},,7.3",
        f",b8@example.org,{school.urn},,",
        f"Ada Again,ADA@example.org,{school.urn},,",
        f"Known One,other@example.org,{school.urn},,",
        f"Cut,b9@example.org,{school.urn}",
        f"Grace,,{school.urn},maths@primary,",
    )
    report = take(by, partnership.id, text)
    assert counts(report) == (2, 0, 0, 12)
    faults = {bad["line"]: bad["fault"] for bad in report["rejected"]}
    for line, words in {
        3: "e-mail address in the right form",
        4: "no school of this partnership",
        5: "999999 is no school",
        6: "home_urn is not a number",
        7: "has no home_urn",
        8: "“Quidditch” is no area",
        9: "“attic” is none of",
        10: "days is not a number of days in halves",
        11: "name",
        12: "is the same leader as line 2",
        13: "another e-mail address",
        14: "has 3 cells instead of 5",
    }.items():
        assert words in faults[line]
    names = [leader.person.name for leader in leaders_of(session, partnership.id, TODAY)]
    assert names == ["Ada", "Grace", "Known One"]
    assert session.scalar(select(Person).filter_by(name="Bad")) is None
    assert session.get_one(Leader, known.id).person.email == "k@example.org"
    assert list(ledger.broken(session)) == []


def test_a_leader_without_an_address_is_found_by_name_and_home_school(session: Session) -> None:
    areas(session)
    partnership, school, second = a_partnership(session), a_school(session), a_school(session)
    leader = a_leader(session, partnership, home=school, name="Ada Brown", email=None)
    by = acting(session, a_coordinator(session, partnership))
    text = header_and(
        f"ada  brown,,{school.urn},maths@primary,4",
        f"Ada Brown,,{second.urn},maths@primary,4",
    )
    assert counts(take(by, partnership.id, text)) == (1, 1, 0, 0)
    assert len(leaders_of(session, partnership.id, TODAY)) == 2
    assert session.get_one(Leader, leader.id).specialisms[0].code == "maths"


def test_a_row_that_pledges_less_than_is_promised_is_left_out_whole(session: Session) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    leader = a_leader(session, partnership, home=school, email="k@example.org", half_days=10)
    leader.accounts[0].used = 6
    session.commit()
    by = acting(session, a_coordinator(session, partnership))
    report = take(by, partnership.id, header_and(f"New,k@example.org,{school.urn},maths,2"))
    assert "3 days" in report["rejected"][0]["fault"]
    session.expire_all()
    leader = session.get_one(Leader, leader.id)
    assert leader.person.name != "New"
    assert leader.specialisms == []


def test_somebody_of_another_partnership_joins_and_keeps_their_record(session: Session) -> None:
    areas(session)
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    leader = a_leader(session, theirs, name="Ada", email="ada@example.org", about="Mine")
    by = acting(session, a_coordinator(session, ours))
    text = f"name,email,about,home_urn\nChanged,ada@example.org,theirs,{leader.home_urn}\n"
    assert counts(take(by, ours.id, text)) == (1, 0, 0, 0)
    session.expire_all()
    (found,) = leaders_of(session, ours.id, TODAY)
    assert (found.id, found.person.name, found.about) == (leader.id, "Ada", "Mine")


def test_a_releaser_of_another_partnership_is_not_found_by_address(session: Session) -> None:
    areas(session)
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    school = a_school(session)
    stranger = a_coordinator(session, theirs)
    a_person(session, email="loose@example.org")
    by = acting(session, a_coordinator(session, ours))
    for address in (stranger.email, "loose@example.org", "nobody@example.org"):
        text = f"name,home_urn,releaser_email\nAda,{school.urn},{address}\n"
        report = take(by, ours.id, text)
        assert "nobody is known" in report["rejected"][0]["fault"]


def test_only_a_coordinator_of_the_partnership_takes_a_register_in(session: Session) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    by = acting(session, a_coordinator(session, theirs))
    with pytest.raises(NotAllowed):
        take(by, ours.id, header_and())
