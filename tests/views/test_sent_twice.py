"""Whatever is sent twice with one key is done once, and answered alike: every form and every
button, from the service's own map."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from brokerage.ledger.models import LedgerEntry
from tests.views.conftest import browser_of
from tests.views.example_sent import Example
from tests.views.forms_sent import NOT_TRIED, Fields
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import posts, token_of


def name_of(rule: Rule) -> str:
    return f"{rule.endpoint} {rule.rule}"


@pytest.mark.slow
def test_what_is_sent_twice_is_done_once_and_answered_alike(towns: Towns) -> None:
    example = Example(towns)
    amiss, not_tried = [], set()
    for rule in posts(towns):
        example.put_back()
        sent = example.sent(rule)
        if sent is None:
            not_tried.add(name_of(rule))
            continue
        browser, address, data, first = sent
        after = example.everything()
        second = browser.post(address, data=data)
        if (second.status_code, second.location) != (first.status_code, first.location):
            amiss.append((name_of(rule), "another answer", second.status_code, second.location))
        other = browser.post(address, data={**data, "something": ["else"]})
        if other.status_code not in (404, 409, 422) and not _refused(browser, other):
            amiss.append((name_of(rule), "another body", other.status_code, other.location))
        if example.everything() != after:
            amiss.append((name_of(rule), "done twice"))
    example.put_back()
    assert amiss == []
    assert "\n".join(sorted(not_tried)) == "\n".join(sorted(NOT_TRIED))


def _refused(browser: FlaskClient, answer: Any) -> bool:
    """Whether a page that leads on says that it was answered already."""
    text = browser.get(answer.location).text if answer.location else answer.text
    return "already" in text or "Thank you" in text


@pytest.mark.slow
@pytest.mark.parametrize("which", ["towns", "postgres_towns"])
def test_what_is_sent_eight_times_at_once_is_done_once(
    request: pytest.FixtureRequest, which: str
) -> None:
    town: Towns = request.getfixturevalue(which)
    ours, session = town.ours, town.session
    need, engagement = ours.ids["need"][0], ours.ids["engagement"][0]
    browser = browser_of(town.app, ours.people["coordinator"])
    csrf = token_of(browser)
    for address, fields in (
        (f"/desk/hush/{ours.ids['urn'][1]}", {}),
        (f"/needs/{need}/note", {"text": ["Rang the school"]}),
        (f"/engagements/{engagement}/pause", {"reason": ["Snow"]}),
        (
            f"/engagements/{engagement}/radar/head/silence",
            {"subject": ["Hello"], "text": ["How is it?"], "seen": ["0"]},
        ),
    ):
        key = uuid.uuid4().hex
        data: Fields = {**fields, "csrf_token": [csrf], "form_key": [key]}
        browsers = [browser_of(town.app, ours.people["coordinator"]) for _ in range(8)]
        for one in browsers:
            one.set_cookie("session", browser.get_cookie("session").value)  # type: ignore[union-attr]
        before = session.scalar(select(func.max(LedgerEntry.id))) or 0
        session.rollback()
        with ThreadPoolExecutor(8) as pool:
            sent = list(pool.map(lambda one: one.post(address, data=data), browsers))  # noqa: B023
        assert {answer.status_code for answer in sent} == {302}
        assert len({answer.location for answer in sent}) == 1
        new = session.scalars(select(LedgerEntry).where(LedgerEntry.id > before)).all()
        written = [(entry.action, entry.thing, entry.thing_id) for entry in new]
        assert written
        assert len(written) == len(set(written))
        session.rollback()
