"""Whatever is sent many times at the same moment with one key is done once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from brokerage.ledger.models import LedgerEntry
from tests.views.conftest import browser_of
from tests.views.forms_sent import Fields
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import token_of


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
