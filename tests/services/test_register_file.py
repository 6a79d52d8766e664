"""The register as a file: what is written reads back, good rows are taken, bad ones are named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.leaders import invariants, release_services, services
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.queries import leaders_of
from brokerage.leaders.register_export import export
from brokerage.leaders.register_file import NotARegister, read
from brokerage.leaders.register_import import import_register
from brokerage.leaders.rules import Accepting, Award, Level
from brokerage.ledger import invariants as ledger
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from tests.builders import (
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
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


def written(session: Session, partnership: Partnership) -> bytes:
    text = "".join(export(session, partnership.id, TODAY))
    session.rollback()
    return text.encode()


def a_full_register(session: Session) -> tuple[Partnership, By]:
    """Two leaders with every column filled in, and one with hardly any."""
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    head = a_head(session, school)
    full = a_leader(
        session,
        partnership,
        home=school,
        name="Zoë O'Brien; née =Sum",
        telephone="+44 1632 960001",
        half_days=15,
        max_km=12,
        remote=True,
        engagements_at_once=4,
        weekdays=["Monday", "Friday"],
        terms=["summer"],
        faiths=["Roman Catholic"],
        been_there=["a small school", "falling rolls"],
        about="-1 line;\nand “another”, with \\ and @",
        public=False,
        accepting=Accepting.CLOSED,
        closed_until=date(2027, 1, 4),
    )
    other = a_leader(session, partnership, name="=cmd|' /C calc'!A0", half_days=None)
    a_leader(session, partnership, email=None, claims=(("maths", "secondary"),))
    by = acting(session, a_coordinator(session, partnership))
    said = {"version": None, "other": "", "evidence_on": date(2026, 3, 12)}
    services.claim_specialism(
        by,
        full.id,
        code="phonics",
        phases=["primary", "nursery"],
        level=Level.SUPPORTS,
        evidence="Hub @ Eastburn; 2 years \\o/",
        **said,
    )
    award = Award("SLE", "Tees; Hub @ Park", date(2024, 9, 1), date(2027, 9, 1), None)
    services.designate(by, full.id, version=None, award=award)
    services.pledge(by, full.id, version=None, this_year=None, next_year=11)
    release_services.name_releaser(by, other.id, version=None, email=head.email or "")
    release_services.give_standing(
        by,
        full.id,
        version=None,
        half_days=9,
        weekdays=["Friday"],
        terms=["summer"],
        until=date(2027, 7, 20),
    )
    return partnership, by


def test_an_export_taken_in_again_changes_nothing(session: Session) -> None:
    partnership, by = a_full_register(session)
    first = written(session, partnership)
    entries, messages = (
        len(session.scalars(select(LedgerEntry)).all()),
        len(session.scalars(select(Message)).all()),
    )
    session.rollback()
    report = take(by, partnership.id, first)
    assert (counts(report), report["rejected"], report["unknown"]) == ((0, 0, 3, 0), [], [])
    assert written(session, partnership) == first
    assert len(session.scalars(select(LedgerEntry)).all()) == entries
    assert len(session.scalars(select(Message)).all()) == messages


def test_an_export_fills_an_empty_register_the_same(session: Session) -> None:
    partnership, by = a_full_register(session)
    first = written(session, partnership)
    for model in (DaysAccount, Leader):
        for row in session.scalars(select(model)):
            if isinstance(row, Leader):
                for post in row.person.posts:
                    session.delete(post)
            else:
                session.execute(DaysAccount.metadata.tables["days_movement"].delete())
            session.delete(row)
        session.commit()
    report = take(by, partnership.id, first)
    assert (counts(report), report["rejected"]) == ((3, 0, 0, 0), [])
    assert written(session, partnership) == first
    assert list(invariants.broken(session)) == []
    assert list(ledger.broken(session)) == []


def test_no_cell_of_an_export_is_run_by_a_spreadsheet(session: Session) -> None:
    partnership, _ = a_full_register(session)
    text = written(session, partnership).decode("utf-8-sig")
    assert "'=cmd|" in text
    assert "'+44 1632" in text
    for start in ("=", "+", "-", "@"):
        assert f",{start}" not in text
        assert f'"{start}' not in text
        assert f"\n{start}" not in text


def header_and(*rows: str) -> str:
    return "\r\n".join(("name,email,home_urn,specialisms,days", *rows)) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_from_a_spreadsheet_is_taken_in_whatever_its_encoding(
    session: Session, encoding: str
) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    by = acting(session, a_coordinator(session, partnership))
    text = header_and(f"Zoë Müller,zoe@example.org,{school.urn},ICT@secondary; phonics,7.5")
    report = take(by, partnership.id, text.encode(encoding))
    assert counts(report) == (1, 0, 0, 0)
    (leader,) = leaders_of(session, partnership.id, TODAY)
    assert leader.person.name == "Zoë Müller"
    claims = {(claim.code, claim.phase.value) for claim in leader.specialisms}
    assert claims == {("computing", "secondary"), ("phonics", "primary")}  # else: home's phase
    account = leader.account_of(TODAY)
    assert account is not None
    assert account.pledged == 15


def test_columns_come_in_any_order_and_unknown_ones_are_passed_over_and_named(
    session: Session,
) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    by = acting(session, a_coordinator(session, partnership))
    text = f"Shoe size, HOME_URN ,Designations,Name\n44,{school.urn},SLE;LLE@Hub@2024-09-01,Ada\n"
    report = take(by, partnership.id, text)
    assert (counts(report), report["unknown"]) == ((1, 0, 0, 0), ["shoe size"])
    (leader,) = leaders_of(session, partnership.id, TODAY)
    assert [d.kind for d in leader.designations] == ["LLE", "SLE"]
    assert leader.designations[0].awarded_on == date(2024, 9, 1)


def test_a_dry_run_tells_the_same_and_changes_nothing(session: Session) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    a_leader(
        session, partnership, home=school, email="k@example.org", claims=(("maths", "primary"),)
    )
    by = acting(session, a_coordinator(session, partnership))
    text = header_and(
        f"Ada,ada@example.org,{school.urn},maths@primary,3",
        f"Renamed,k@example.org,{school.urn},phonics@primary,12",
        f"Bad,nope,{school.urn},,",
    )
    before = written(session, partnership)
    dry = take(by, partnership.id, text, dry_run=True)
    assert counts(dry) == (1, 1, 0, 1)
    assert written(session, partnership) == before
    assert session.scalar(select(Person).filter_by(email="ada@example.org")) is None
    assert session.scalar(select(LedgerEntry)) is None
    session.rollback()
    assert counts(take(by, partnership.id, text)) == counts(dry)
    assert counts(take(by, partnership.id, text)) == (0, 0, 2, 1)


GOOD = header_and("Ada,ada@example.org,123456,maths,3")
DAMAGED = {
    "empty": b"",
    "only spaces": b"  \n ",
    "a web page": b"<!DOCTYPE html><html></html>",
    "a workbook": b"PK\x03\x04" + b"\0" * 50,
    "an old workbook": b"\xd0\xcf\x11\xe0" + b"\0" * 50,
    "a PDF": b"%PDF-1.7",
    "UTF-16": GOOD.encode("utf-16"),
    "NUL bytes": GOOD.replace("Ada", "A\0da").encode(),
    "semicolons": GOOD.replace(",", ";").encode(),
    "tabs": GOOD.replace(",", "\t").encode(),
    "cut in a quoted cell": GOOD.replace("Ada", '"Ada').encode(),
    "cut in its last row": GOOD.encode()[:-12],
    "other columns": b"a,b,c\n1,2,3\n",
    "a column twice": b"name,email,name\nAda,a@example.org,Ada\n",
    "too many rows": b"name,email\n" + b"Ada,a@example.org\n" * 5001,
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_file_that_is_no_register_is_refused_in_a_sentence(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(DAMAGED[kind])
    for source in (file, DAMAGED[kind]):
        with pytest.raises(NotARegister) as refused:
            read(source)
        assert str(refused.value).endswith(".")
        assert "Get Information about Schools" not in str(refused.value)
