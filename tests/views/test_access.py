"""Every route says who may use it, and holds to it."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from brokerage.web.access_table import ENDPOINTS, PERMISSIONS, Who
from tests.builders import a_coordinator, a_head, a_partnership, a_school
from tests.views.conftest import DeskOf


def test_every_route_has_a_row_in_the_access_table(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        assert permission in PERMISSIONS or rule.endpoint in ENDPOINTS, rule


def test_every_row_of_the_access_table_is_used(app: Flask) -> None:
    used = {getattr(view, "permission", None) for view in app.view_functions.values()}
    assert set(PERMISSIONS) <= used
    assert set(ENDPOINTS) <= set(app.view_functions)


def _an_address(app: Flask, endpoint: str) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    choices = {name: one for one, name in re.findall(r"<any\((\w+)[^>]*:(\w+)>", rule.rule)}
    with app.test_request_context():
        values = {
            name: "1" if name.endswith("id") or name in ("urn", "year") else choices.get(name, "x")
            for name in rule.arguments
        }
        return app.url_for(endpoint, **{n: int(v) if v == "1" else v for n, v in values.items()})


def test_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission and Who.ANYONE not in PERMISSIONS[permission] and "GET" in rule.methods:
            answer = client.get(_an_address(app, rule.endpoint))
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/sign-in"), rule


def test_a_head_is_not_let_into_a_coordinators_pages(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    a_partnership(session)
    client = desk_of(a_head(session, a_school(session))).client
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission and PERMISSIONS[permission] == {Who.COORDINATOR} and "GET" in rule.methods:
            assert client.get(_an_address(app, rule.endpoint)).status_code == 403, rule


def test_another_partnerships_people_and_schools_do_not_exist_here(
    session: Session, desk_of: DeskOf
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    their_school = a_school(session, la_code="902")
    their_head = a_head(session, their_school)
    a_coordinator(session, theirs)
    desk = desk_of(a_coordinator(session, ours))
    desk.open(f"/schools/{their_school.urn}", status=404)
    desk.open(f"/people/{their_head.id}", status=404)
    desk.open("/people")
    assert their_head.name not in desk.text
