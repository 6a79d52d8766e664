"""Choosing a school, and sending files of schools."""

from typing import Any

from flask import url_for
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField

from brokerage.database import reading
from brokerage.schools.queries import in_scope, school_of_label
from brokerage.schools.rules import label
from brokerage.web.access import actor
from brokerage.web.fields import Needed
from brokerage.web.forms import BrokerageForm

SHOWN = 6


class SchoolField(StringField):  # type: ignore[misc]
    """A school of the person's partnerships, by name, URN, postcode or town; ``data`` is its URN.

    A type-ahead where there is JavaScript; without, what was typed must mean one school, and the
    schools that it may mean are named. ``everywhere`` takes in the whole register: for those who
    say which schools a partnership has.
    """

    def __init__(
        self, label: str = "", validators: Any = None, *, everywhere: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("description", "Type its name, URN, postcode or town")
        super().__init__(label, validators, **kwargs)
        self.typed = ""
        self.everywhere = everywhere

    @property
    def render_kw(self) -> dict[str, str]:
        endpoint = "schools.suggest_everywhere" if self.everywhere else "schools.suggest"
        return {"data-school-search": url_for(endpoint)}

    @render_kw.setter
    def render_kw(self, value: object) -> None:
        """WTForms sets this; ours is fixed."""

    def process_data(self, value: int | None) -> None:
        self.data = value
        found = self._meant(str(value)) if value else []
        if found:
            self.typed = label(found[0].name, found[0].town, found[0].urn)

    def in_words(self, value: int | None) -> str:
        """A school as its field's page says it."""
        found = self._meant(str(value)) if value else []
        return label(found[0].name, found[0].town, found[0].urn) if found else "Nothing"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:200] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        found = self._meant(self.typed)
        if len(found) == 1:
            self.data = found[0].urn
            self.typed = label(found[0].name, found[0].town, found[0].urn)
        elif not found:
            where = "in the register" if self.everywhere else "of your partnership"
            raise ValueError(f"No open school {where} has that name or number.")
        else:
            names = "; ".join(label(s.name, s.town, s.urn) for s in found[:SHOWN])
            more = "; or another" if len(found) > SHOWN else ""
            raise ValueError(f"Which one? Type the number of one of these: {names}{more}.")

    def _meant(self, text: str) -> list[Any]:
        return school_of_label(reading(), text, None if self.everywhere else in_scope(actor()))

    def _value(self) -> str:
        return self.typed


class ImportForm(BrokerageForm):
    establishments = FileField(
        "Establishments file",
        description="A CSV of establishments, as GIAS gives it out. It may be zipped.",
        validators=[Needed("Choose the establishments file.")],
    )
    links = FileField("Links file (if you have it)", description="Which school followed which")
    groups = FileField("Groups file (if you have it)", description="Trusts and their schools")
    dry_run = BooleanField("Only tell me what would change", default=True)


class AuthorityForm(BrokerageForm):
    la_code = SelectField("Local authority", validate_choice=False)


class PickForm(BrokerageForm):
    school = SchoolField("School", [Needed("Choose a school.")], everywhere=True)
