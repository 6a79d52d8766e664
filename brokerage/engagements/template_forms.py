"""Forms about what an agreement says."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from brokerage.engagements.agreement_text import SECTIONS
from brokerage.engagements.forms import TEXT
from brokerage.web.forms import VersionedForm

NAMED = Length(max=200, message="Use up to 200 characters.")
PREVIEW = "preview"


class TemplateForm(VersionedForm):
    """A box for each section; ``press`` is the button that was pressed."""

    press = HiddenField()

    def texts(self) -> dict[str, str]:
        """What was typed, by section."""
        return {section.code: self[section.code].data or "" for section in SECTIONS}

    def boxes(self) -> list[Any]:
        return [self[section.code] for section in SECTIONS]


for _section in SECTIONS:
    setattr(TemplateForm, _section.code, TextAreaField(_section.title, [TEXT]))


class ContactsForm(VersionedForm):
    accountable = StringField(
        "Who answers for it at the supported school?",
        [NAMED],
        description="Name and post, such as: Ada Marsh, deputy headteacher. Left empty, it is the "
        "head",
    )
    site_contact = StringField(
        "Whom does the leader ask for on the day?",
        [NAMED],
        description="Name, and where to find them. Left empty, it is who answers for it",
    )
