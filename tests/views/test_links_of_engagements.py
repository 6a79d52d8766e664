"""A form that was sent by a link, and is sent once more because the first answer never came."""

import re

from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Visit
from brokerage.engagements.telling import LOG
from brokerage.people.links import make_link, token
from tests.builders import TODAY
from tests.phone_builders import a_support
from tests.views.conftest import DeskOf


def test_a_log_sent_twice_by_link_counts_once_and_is_answered_as_the_first_time(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    support = a_support(session)
    person, visit_id = support.town.leader.person, support.plan(TODAY)
    link = make_link(
        session,
        support.leader(),
        LOG,
        person,
        subject="visit",
        subject_id=visit_id,
        partnership_id=support.town.partnership.id,
    )
    with app.test_request_context():
        address = url_for(LOG, token=token(link))
    session.commit()
    browser = desk_of(None).client
    page = browser.get(address).text
    hidden = dict(re.findall(r'name="(csrf_token|form_key|written_in)"[^>]* value="([^"]+)"', page))
    form = hidden | {"when": "today", "half_days": "1", "done": "Watched phonics"}
    first, second = (browser.post(address, data=form) for _ in range(2))
    assert (first.status_code, first.location) == (302, "/engagements/by-link/thank-you")
    assert (second.status_code, second.location) == (first.status_code, first.location)
    for anew in ({"form_key": "0" * 32}, {"done": "Watched phonics in Year 2"}):
        other = browser.post(address, data=form | anew)
        assert other.status_code == 409
        assert "what you sent with it the first time stands" in other.text
        assert f"{(form | anew)['done']}</textarea>" in other.text
    assert len(session.scalars(select(Visit)).all()) == 1
