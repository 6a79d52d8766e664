"""Whatever is asked for in an address: nothing breaks, and nobody sees another partnership's."""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from brokerage.actor import Actor
from brokerage.people.queries import actor_for
from brokerage.web.access import permitted
from brokerage.web.access_table import PERMISSIONS
from tests.builders import TODAY
from tests.views.addresses import WORDS, addresses, fill
from tests.views.conftest import browser_of
from tests.views.hostile_town import THEIRS, Towns

# Open to anybody, whosever the partnership; and the one list of all schools of the country.
PUBLIC = {"leaders.public", "leaders.public_file", "schools.suggest_everywhere"}
LONG, NINES = "a" * 10_000, "9" * 10_000
UNLIKELY: list[object] = [
    0, -1, 7, 10**9, 2**31, 2**63, 10**30, "x", "\x00", "\u202e😀", "a" * 5000, "%", "N-\x00",
]  # fmt: skip
QUERIES = [
    "page=-1&q=%00&state=%00&phase=%00&school=%00&partnership=%00&visit=%00&days=%00&code=%00",
    "page=999999999999&partnership=99999999999999999999&visit=99999999999999999999&days=9999999",
    "page=x&page=2&page=3&q=a&q=b&state=x&state=y&partnership=x&partnership=-1&visit=-1&days=-1",
    "q=%E2%80%AE%F0%9F%98%80&school=%E2%80%AE&state=%F0%9F%98%80&phase=%F0%9F%98%80&page=%D9%A1",
    "q=99999999&school=99999999&page=0&days=%C2%B2&visit=%C2%B2&partnership=%C2%B2",
    f"q={LONG}&school={LONG}&state={LONG}&phase={LONG}&partnership={NINES}&visit={NINES}",
    "%00=%00&q[]=1&q=%25%5F%5C&school=%25%5F%5C&next=//evil.example&closed&still&show=all&of=school",
]


def gets(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


def who_is(towns: Towns, person: object) -> Actor:
    number = getattr(person, "id", None)
    return actor_for(towns.session, number, TODAY) if number else Actor()


def broken(towns: Towns, who: Iterable[str], make: Callable[[Rule], Iterable[str]]) -> list[object]:
    """Addresses that these people cannot open without a fault of the service's."""
    found = []
    for what in who:
        browser = browser_of(towns.app, towns.everybody()[what])
        for rule in gets(towns.app):
            for address in make(rule):
                status = browser.get(address).status_code
                if status >= 500:
                    found.append((what, address[:80], status))
    return found


def unlikely(towns: Towns, values: Iterable[object]) -> Callable[[Rule], Iterable[str]]:
    """Addresses with one of these in the place of every id, and of the last one alone."""

    def make(rule: Rule) -> Iterator[str]:
        if not rule.arguments:
            return
        real = addresses(towns.app, rule, towns.ours)[0].rsplit("/", 1)[0]
        for value in values:
            yield fill(rule, dict.fromkeys(rule.arguments, value))
            if len(rule.arguments) > 1:
                yield f"{real}/{quote(str(value), safe='')}"

    return make


def with_queries(towns: Towns, queries: Iterable[str]) -> Callable[[Rule], Iterable[str]]:
    return lambda rule: (
        f"{addresses(towns.app, rule, towns.ours)[0]}?{query}" for query in queries
    )


def test_no_id_that_is_not_there_breaks_a_page(towns: Towns) -> None:
    assert broken(towns, ["coordinator"], unlikely(towns, UNLIKELY)) == []


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_no_query_breaks_a_page(towns: Towns, query: str) -> None:
    assert broken(towns, ["coordinator", "leader"], with_queries(towns, [query])) == []


@pytest.mark.slow
def test_postgres_takes_no_less_than_sqlite(postgres_towns: Towns) -> None:
    worst = unlikely(postgres_towns, [2**31, 10**30, "\x00", "N-\x00", "\u202e😀"])
    assert broken(postgres_towns, ["coordinator"], worst) == []
    queries = with_queries(postgres_towns, [QUERIES[0], QUERIES[1], QUERIES[4]])
    assert broken(postgres_towns, ["coordinator"], queries) == []


def test_another_partnerships_things_are_not_there(towns: Towns) -> None:
    seen = []
    for what, person in (towns.ours.people | {"nobody": None}).items():
        browser, actor = browser_of(towns.app, person), who_is(towns, person)
        for rule in gets(towns.app):
            permission = getattr(towns.app.view_functions[rule.endpoint], "permission", None)
            if rule.endpoint in PUBLIC or permission is None or not rule.arguments:
                continue
            if rule.arguments <= set(WORDS):
                continue
            let_in = permitted(actor, PERMISSIONS[permission])
            for address in addresses(towns.app, rule, towns.theirs):
                answer = browser.get(address)
                expected = (404,) if let_in else (403, 302)
                if answer.status_code not in expected or THEIRS in answer.text:
                    seen.append((what, address, answer.status_code))
    assert seen == []


def test_no_page_breaks_and_none_shows_anything_of_another_partnership(towns: Towns) -> None:
    seen = []
    for what, person in (towns.ours.people | {"nobody": None}).items():
        browser = browser_of(towns.app, person)
        for rule in gets(towns.app):
            mixed = addresses(towns.app, rule, towns.ours, towns.theirs)[:1]
            for address in {*addresses(towns.app, rule, towns.ours), *mixed}:
                for query in _looking_for_theirs(towns, rule):
                    answer = browser.get(address + query)
                    shown = THEIRS in answer.text and rule.endpoint not in PUBLIC
                    if answer.status_code >= 500 or shown:
                        seen.append((what, address + query, answer.status_code))
    assert seen == []


def _looking_for_theirs(towns: Towns, rule: Rule) -> list[str]:
    """Without a query; and, for a page that has none of our ids in its address, looking for what is
    theirs (by the beginning of its name, as pages say back what was typed)."""
    if rule.arguments:
        return [""]
    begins = THEIRS[:4]
    return ["", f"?q={begins}&school={begins}", f"?partnership={towns.theirs.partnership.id}"]
