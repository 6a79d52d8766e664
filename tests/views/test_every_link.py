"""Whoever opens a page may follow every link on it."""

from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.views.addresses import addresses
from tests.views.conftest import browser_of
from tests.views.hostile_town import Towns
from tests.views.test_hostile_pages import gets

pytestmark = pytest.mark.slow

ROLES = [
    "coordinator", "officer", "releaser", "head", "deputy", "chair", "leader", "new head", "nobody",
]  # fmt: skip
OPENS = {200, 302, 409}
"""What a link may come to; 409: a page that says why that cannot be done now."""


def leads_to(browser: FlaskClient, address: str) -> set[str]:
    """Where the links of a page lead within the service; of what does not open, none."""
    answer = browser.get(address)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return set()
    links = BeautifulSoup(answer.text, "html.parser").select("a[href]")
    found = {urljoin(address, str(link["href"])).split("#")[0] for link in links}
    return {one for one in found if one.startswith("/") and not one.startswith("/static/")}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_leads_where_its_reader_is_not_let_in(towns: Towns, role: str) -> None:
    browser = browser_of(towns.app, towns.everybody()[role])
    found: dict[str, str] = {}
    for rule in gets(towns.app):
        for address in addresses(towns.app, rule, towns.ours):
            found |= dict.fromkeys(leads_to(browser, address), address)
    assert len(found) > 3
    refused = {
        f"{page} -> {link}": status
        for link, page in found.items()
        if (status := browser.get(link).status_code) not in OPENS
    }
    assert refused == {}
