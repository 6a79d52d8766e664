"""A link that was mailed is good for its own page, its own person, once, and for a while."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from brokerage.people.links import token
from brokerage.people.models import Link
from tests.builders import NOW
from tests.views.conftest import browser_of
from tests.views.hostile_town import OURS, Towns
from tests.views.test_hostile_forms import token_of

BAD_TOKENS = [
    "-", "1", "x-y", "0-a", "-1-a", "99999999999999999999-a", "2147483648-a", "1-%00", "%00",
    "1-\u202e😀", "1-" + "a" * 5000, "٣-a", "1-a-b",
]  # fmt: skip


def by_link(towns: Towns) -> Iterator[Rule]:
    """Pages and buttons that a token opens; not those of passwords, which are a library's."""
    for rule in towns.app.url_map.iter_rules():
        if "token" in rule.arguments and not rule.endpoint.startswith("security."):
            yield rule


def good_links(towns: Towns) -> list[Link]:
    query = select(Link).where(Link.used_at.is_(None), Link.revoked_at.is_(None))
    return list(towns.session.scalars(query.order_by(Link.id)))


def opened(towns: Towns, rule: Rule, said: str) -> list[Any]:
    """The answers to somebody who opens this address, and presses whatever its button is."""
    browser = browser_of(towns.app, None)
    address = rule.rule.replace("<token>", said)
    data = {"csrf_token": token_of(browser), "form_key": uuid.uuid4().hex, "answer": "yes"}
    methods = rule.methods or set()
    answers = [browser.get(address)] if "GET" in methods else []
    return answers + ([browser.post(address, data=data)] if "POST" in methods else [])


def let_in(towns: Towns, rules: list[Rule], said: str) -> list[object]:
    """Addresses at which this token is taken, or breaks the page, or shows what it is about."""
    return [
        (rule.rule, said[:30], answer.status_code)
        for rule in rules
        for answer in opened(towns, rule, said)
        if not 400 <= answer.status_code < 500 or f"{OURS} Dale School" in answer.text
    ]


def test_a_token_that_was_never_mailed_opens_nothing(towns: Towns) -> None:
    rules = list(by_link(towns))
    good = token(good_links(towns)[0])
    changed = [good[:-1] + ("0" if good[-1] != "0" else "1"), good.replace("-", "0-", 1), good[:-1]]
    for said in [*BAD_TOKENS, *changed]:
        assert let_in(towns, rules, said) == []


def test_a_link_opens_no_page_but_its_own(towns: Towns) -> None:
    links = {link.purpose: link for link in good_links(towns)}
    assert len(links) >= 3
    for purpose, link in links.items():
        opener = purpose.removesuffix("_by_link")
        others = [rule for rule in by_link(towns) if not rule.endpoint.startswith(opener)]
        assert let_in(towns, others, token(link)) == []


@pytest.mark.parametrize("why", ["used", "revoked", "expired", "inactive"])
def test_a_link_that_is_over_opens_nothing(towns: Towns, why: str) -> None:
    rules = {rule.endpoint: rule for rule in by_link(towns)}
    for link in good_links(towns):
        before = link.expires_at
        match why:
            case "used":
                link.used_at = NOW
            case "revoked":
                link.revoked_at = NOW
            case "expired":
                link.expires_at = NOW - timedelta(seconds=1)
            case _:
                link.person.active = False
        towns.session.commit()
        said = token(link)
        assert let_in(towns, [rules[link.purpose]], said) == []
        link.used_at, link.revoked_at, link.expires_at = None, None, before
        link.person.active = True
        towns.session.commit()


def test_who_came_by_a_link_is_not_signed_in(towns: Towns) -> None:
    rules = {rule.endpoint: rule for rule in by_link(towns)}
    for link in good_links(towns):
        browser = browser_of(towns.app, None)
        browser.get(rules[link.purpose].rule.replace("<token>", token(link)))
        for address in ("/desk", "/account", "/needs", "/people", "/asked"):
            assert browser.get(address).location.startswith("/sign-in"), link.purpose
