"""Choosing a school, and sending files of schools."""

from typing import Any

from flask import url_for
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField

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
    schools that it may mean are named.
    """

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("description", "Type its name, URN, postcode or town")
        super().__init__(label, validators, **kwargs)
        self.typed = ""

    @property
    def render_kw(self) -> dict[str, str]:
        return {"data-school-search": url_for("schools.suggest")}

    @render_kw.setter
    def render_kw(self, value: object) -> None:
        """WTForms sets this; ours is fixed."""

    def process_data(self, value: int | None) -> None:
        self.data = value
        found = school_of_label(reading(), str(value), in_scope(actor())) if value else []
        if found:
            self.typed = label(found[0].name, found[0].town, found[0].urn)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:200] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        found = school_of_label(reading(), self.typed, in_scope(actor()))
        if len(found) == 1:
            self.data = found[0].urn
            self.typed = label(found[0].name, found[0].town, found[0].urn)
        elif not found:
            raise ValueError("No open school of your partnership has that name or number.")
        else:
            names = "; ".join(label(s.name, s.town, s.urn) for s in found[:SHOWN])
            more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise ValueError(f"Which one? Type the number of one of these: {names}{more}.")

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
