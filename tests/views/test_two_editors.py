"""Two people change one thing: the second sees both versions, and chooses. Every form, at once."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.headships.forms import PoolForm
from brokerage.headships.models import Headship
from brokerage.leaders import release_services
from brokerage.leaders.forms import (
    DetailsForm,
)
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.partnerships.forms import PartnershipForm
from brokerage.web.forms import BrokerageForm, VersionedForm
from tests.builders import acting
from tests.views.conftest import browser_of, check_page
from tests.views.edits import EDITS, NOTHING_TYPED, PREFILLED, QUICK, Edit, Fields
from tests.views.hostile_town import Towns

BOTH = "This was saved since you opened the page"
EACH_EDIT = pytest.mark.parametrize(
    "edit",
    [pytest.param(e, marks=() if e.form in QUICK else pytest.mark.slow) for e in EDITS],
    ids=[edit.form.__name__ for edit in EDITS],
)


def of_form(kind: type[Any]) -> set[type[Any]]:
    found = set(kind.__subclasses__())
    return found.union(*(of_form(one) for one in found))


def words_in(towns: Towns) -> dict[str, object]:
    """What the addresses and the values are about."""
    session, ours = towns.session, towns.ours
    session.expire_all()
    partnership_id = ours.partnership.id
    mine = session.query(Need).filter_by(partnership_id=partnership_id)
    ids = ours.ids
    return {
        "partnership": partnership_id,
        "engagement": ids["engagement"][0],
        "planned": ids["visit_id"][-1],
        "noted": ids["visit_id"][0],
        "outcome": ids["outcome_id"][0],
        "pot": ids["pot_id"][0],
        "headship": ids["headship_id"][0],
        "need": mine.filter_by(state=NeedState.SUBMITTED).first().reference,  # type: ignore[union-attr]
        "draft": mine.filter_by(state=NeedState.DRAFT).first().reference,  # type: ignore[union-attr]
        "leader": ids["leader_id"][0],
        "claim": ids["claim_id"][0],
        "designation": ids["designation_id"][0],
        "head": ours.people["head"].email,
        "chair": ours.people["chair"].email,
    }


class Editor:
    """A browser at which somebody changes a thing."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.open()

    def open(self) -> None:
        answer = self.client.get(self.address)
        assert answer.status_code == 200, answer.text
        self.page = BeautifulSoup(answer.text, "html.parser")

    def fields(self) -> Fields:
        """What stands in the form that two people may change."""
        form = self.page.find("input", attrs={"name": "was"}).find_parent("form")  # type: ignore[union-attr]
        found: Fields = {}
        for box in form.find_all(["input", "select", "textarea"]):  # type: ignore[union-attr]
            if box.get("type") in ("radio", "checkbox") and not box.has_attr("checked"):
                continue
            found.setdefault(str(box["name"]), []).append(_value(box))
        return found

    def send(self, status: int, **typed: list[str]) -> None:
        answer = self.client.post(self.address, data={**self.fields(), **typed})
        self.page = BeautifulSoup(answer.text, "html.parser")
        assert answer.status_code == status, self.page.text
        if status != 302:
            check_page(answer, self.page)


def _value(box: Tag) -> str:
    if box.name == "textarea":
        return box.text.removeprefix("\n").removeprefix("\r\n")
    if box.name == "select":
        chosen = box.find("option", selected=True) or box.find("option")
        return str(chosen["value"]) if isinstance(chosen, Tag) else ""
    return str(box.get("value", ""))


@pytest.fixture(autouse=True, scope="module")
def to_begin_with(towns: Towns) -> None:
    """The new head is still to come and to be announced, else these days can no longer be changed;
    the leader has a standing release."""
    headship = towns.session.get_one(Headship, towns.ours.ids["headship_id"][0])
    headship.announced_on, headship.starts_on = date(2026, 12, 1), date(2027, 1, 11)
    headship.post_id = None
    towns.session.commit()
    release_services.give_standing(
        acting(towns.session, towns.ours.people["releaser"]),
        int(towns.ours.ids["leader_id"][0]),
        version=None,
        half_days=10,
        weekdays=[],
        terms=[],
        until=date(2027, 8, 31),
    )


@pytest.fixture
def editors(towns: Towns) -> Callable[[Edit], tuple[Editor, Editor]]:
    def two(edit: Edit) -> tuple[Editor, Editor]:
        words = words_in(towns)
        found = towns.session.query(Engagement).filter_by(reference=words["engagement"]).one()
        found.state = EngagementState.CLOSED if edit.closed else EngagementState.ACTIVE
        towns.session.commit()
        address = edit.address.format(**words)
        person = towns.ours.people[edit.who]
        return (
            Editor(browser_of(towns.app, person), address),
            Editor(browser_of(towns.app, person), address),
        )

    return two


def typed(towns: Towns, edit: Edit, value: str) -> Fields:
    said = value.format(**words_in(towns))
    dated = len(said.split()) == 3 and said.replace(" ", "").isdigit()
    return {**edit.more, edit.name: said.split() if dated else [said]}


@EACH_EDIT
def test_the_second_sees_both_and_chooses(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]], edit: Edit
) -> None:
    mine, theirs = typed(towns, edit, edit.second), typed(towns, edit, edit.first)
    if edit.begins:
        editors(edit)[0].send(302, **typed(towns, edit, edit.begins))
    before = {**edit.more, edit.name: editors(edit)[0].fields().get(edit.name, [])}
    for first, keep, kept in ((theirs, "saved", theirs), (before, "typed", mine)):
        one, two = editors(edit)
        one.send(302, **first)
        two.send(409, **mine)
        assert BOTH in two.page.text
        assert len(two.page.select(f"input[name=take-{edit.name}]")) == 2
        assert standing(edit, editors) == first[edit.name]  # nothing is overwritten unseen
        two.send(400)
        assert "Choose for each of these which is to be kept." in two.page.text
        two.send(302, **{f"take-{edit.name}": [keep]})
        assert standing(edit, editors) == kept[edit.name]


def standing(edit: Edit, editors: Callable[[Edit], tuple[Editor, Editor]]) -> list[str]:
    """What stands in the field of a page that is opened now."""
    return editors(edit)[0].fields().get(edit.name, [])


@EACH_EDIT
def test_what_is_sent_again_after_going_back_is_what_is_kept(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]], edit: Edit
) -> None:
    wrong, right = typed(towns, edit, edit.first), typed(towns, edit, edit.second)
    if edit.begins:
        editors(edit)[0].send(302, **typed(towns, edit, edit.begins))
    before = {**edit.more, edit.name: editors(edit)[0].fields().get(edit.name, [])}
    for again in (right, before):
        one = editors(edit)[0]
        page = one.page
        one.send(302, **wrong)
        one.page = page
        one.send(409, **again)
        assert "This was already sent and saved." in one.page.text
        asked = one.page.select(f"input[name=take-{edit.name}]")
        one.send(302, **({f"take-{edit.name}": ["typed"]} if asked else {}))
        assert standing(edit, editors) == again[edit.name]


def test_what_another_saved_meanwhile_is_not_overwritten_after_going_back(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]]
) -> None:
    edit = next(edit for edit in EDITS if edit.form is PartnershipForm)
    one, _ = editors(edit)
    page = one.page
    one.send(302, about=["We helped"])
    editors(edit)[0].send(302, about=["They help"], telephone=["01642 4"])
    one.page = page
    one.send(409, about=["We help a lot"])
    assert [box["value"] for box in one.page.select("input[name=differs]")] == [
        "telephone",
        "about",
    ]
    one.send(302, **{"take-telephone": ["saved"], "take-about": ["typed"]})
    fields = editors(edit)[0].fields()
    assert (fields["about"], fields["telephone"]) == (["We help a lot"], ["01642 4"])


def test_what_the_second_did_not_touch_follows_the_first_and_own_changes_stay(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]]
) -> None:
    edit = next(edit for edit in EDITS if edit.form is PartnershipForm)
    one, two = editors(edit)
    one.send(302, telephone=["01642 3"])
    two.send(409, name=["Ourby Schools"])
    assert "They changed this, and you had not." in two.page.text
    assert not two.page.select("input[name=differs]")
    two.send(302)
    fields = editors(edit)[0].fields()
    assert (fields["telephone"], fields["name"]) == (["01642 3"], ["Ourby Schools"])


def test_who_saved_it_and_when_is_told(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]]
) -> None:
    edit = next(edit for edit in EDITS if edit.form is DetailsForm)
    one, two = editors(edit)
    one.send(302, about=["First words"])
    two.send(409, about=["Second words"])
    assert "Ourby Leader saved it on 3 Nov 2026, 10:00am." in two.page.text


@pytest.mark.slow
def test_a_form_without_its_version_is_sent_back(
    towns: Towns, editors: Callable[[Edit], tuple[Editor, Editor]]
) -> None:
    for edit in EDITS:
        if edit.form is PoolForm:
            continue  # there is none before the first
        one, _ = editors(edit)
        one.send(400, version=[""], **typed(towns, edit, edit.first))


def test_every_form_with_a_version_is_tried_here() -> None:
    tried = {edit.form.__name__ for edit in EDITS}
    assert tried | NOTHING_TYPED == {form.__name__ for form in of_form(VersionedForm)}


def test_a_form_that_comes_filled_in_has_a_version_or_a_reason() -> None:
    """Forms made from a row, or with values given to them, in any module of views."""
    plain = {form.__name__ for form in of_form(BrokerageForm) - of_form(VersionedForm)}
    found = set()
    for path in (Path(__file__).parents[2] / "brokerage").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                given = {word.arg for word in call.keywords} - {"formdata", None}
                if call.func.id in plain and given:
                    found.add(call.func.id)
    assert found <= set(PREFILLED), sorted(found - set(PREFILLED))
    assert set(PREFILLED) <= plain
