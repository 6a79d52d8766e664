"""A use case is one transaction: all of it or nothing, once, with one line in the ledger."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import FormKey, use_case
from brokerage.errors import RuleBroken
from brokerage.ledger import invariants
from brokerage.ledger.models import LedgerEntry
from brokerage.ledger.steps import record
from brokerage.people.models import Person

KEY = "0123456789abcdef0123456789abcdef"


@use_case("test.add")
def add(by: By, session: Session, name: str, fail: bool = False) -> int:
    person = Person(name=name, made_at=by.now)
    session.add(person)
    session.flush()
    record(session, by, "person.added", person, fields=["name"])
    if fail:
        raise RuleBroken("no")
    return person.id


def persons(session: Session) -> int:
    count = session.scalar(select(func.count()).select_from(Person)) or 0
    session.rollback()
    return count


def test_a_refused_use_case_leaves_nothing_behind(session: Session, by: By) -> None:
    with pytest.raises(RuleBroken):
        add(replace(by, form_key=KEY), "Ada", fail=True)
    assert persons(session) == 0
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
    assert session.scalar(select(func.count()).select_from(FormKey)) == 0


def test_a_form_sent_twice_is_answered_twice_and_done_once(session: Session, by: By) -> None:
    sent = replace(by, form_key=KEY, form_print="a")
    assert add(sent, "Ada") == add(sent, "Ada")
    assert persons(session) == 1


def test_a_form_sent_twice_at_once_is_done_once(both: Flask, session: Session, by: By) -> None:
    sent = replace(by, form_key=KEY, form_print="a")

    def press(_: int) -> int:
        with both.app_context():
            return add(sent, "Ada")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(press, range(16)))
    assert len(answers) == 1
    assert persons(session) == 1


def test_one_key_with_other_contents_is_refused(session: Session, by: By) -> None:
    add(replace(by, form_key=KEY, form_print="a"), "Ada")
    with pytest.raises(RuleBroken, match="already sent"):
        add(replace(by, form_key=KEY, form_print="b"), "Grace")
    assert persons(session) == 1


def test_the_ledger_is_a_chain_and_a_change_afterwards_shows(session: Session, by: By) -> None:
    for name in ("Ada", "Grace", "Mary"):
        add(by, name)
    assert list(invariants.broken(session)) == []
    middle = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()[1]
    session.execute(update(LedgerEntry).filter_by(id=middle.id).values(actor_id=99))
    assert list(invariants.broken(session)) == [
        f"Ledger entry {middle.id} does not follow from the one before it."
    ]


def test_a_use_case_logs_one_line_without_names(
    session: Session, by: By, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("brokerage")
    logger.addHandler(caplog.handler)
    try:
        add(by, "Ada Lovelace")
    finally:
        logger.removeHandler(caplog.handler)
    (line,) = [r.getMessage() for r in caplog.records]
    assert "use_case=test.add" in line
    assert "outcome=done" in line
    assert "Ada" not in line
