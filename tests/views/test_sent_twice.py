"""Whatever is sent twice with one key is done once, and answered alike: every form and every
button, from the service's own map."""

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from brokerage.web.forms import ANOTHER_ONE
from tests.views.example_sent import Example
from tests.views.forms_sent import MAKES_ANOTHER, NOT_TRIED
from tests.views.hostile_town import Towns
from tests.views.test_hostile_forms import posts

KEPT = {"form_key", "ledger_entry"}
"""What is written of every sending that was taken, whatever came of it."""


def name_of(rule: Rule) -> str:
    return f"{rule.endpoint} {rule.rule}"


@pytest.mark.slow
def test_what_is_sent_twice_is_done_once_and_answered_alike(towns: Towns) -> None:
    example = Example(towns)
    amiss, not_tried, another = [], set(), set()
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
        if other.status_code not in (400, 404, 409, 410, 422) and not _refused(browser, other):
            amiss.append((name_of(rule), "another body", other.status_code, other.location))
        if example.everything() != after:
            amiss.append((name_of(rule), "done twice"))
        if ANOTHER_ONE in other.text:
            another.add(rule.endpoint)
            third = browser.post(address, data={**data, "form_key": [uuid.uuid4().hex]})
            new = {name for name, rows in example.everything().items() if rows != after[name]}
            if third.status_code != 302 or new <= KEPT:
                amiss.append((name_of(rule), "not another one", third.status_code, third.location))
    example.put_back()
    assert amiss == []
    assert another == MAKES_ANOTHER
    assert "\n".join(sorted(not_tried)) == "\n".join(sorted(NOT_TRIED))


def _refused(browser: FlaskClient, answer: Any) -> bool:
    """Whether a page that leads on says that it was answered already."""
    text = browser.get(answer.location).text if answer.location else answer.text
    return "already" in text
