"""Forms about appointments, buddies and the first 100 days."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from brokerage.headships.rules import BEEN_THERE, CLOSING, MOST_AT_ONCE, PULSE_CHOICES, Category
from brokerage.schools.forms import SchoolField
from brokerage.web.fields import DateField, Needed
from brokerage.web.forms import BrokerageForm, VersionedForm

CATEGORIES = [(kind.value, kind.value[0].upper() + kind.value[1:]) for kind in Category]
TAGS = [(tag, tag[0].upper() + tag[1:]) for tag in BEEN_THERE]
YES_NO = [("yes", "Yes"), ("no", "No")]
CHOOSE = InputRequired("Choose one.")


class TellForm(BrokerageForm):
    partnership = SelectField("Partnership", coerce=int)
    name = StringField("Name of the new head", [Needed("Enter a name."), Length(max=150)])
    email = EmailField(
        "Their own e-mail address",
        [Needed("Enter the new head’s own e-mail address.")],
        description="Not the school’s. They are written to here, and nobody else is.",
    )
    telephone = TelField("Their telephone, if you know it", [Length(max=40)])
    school = SchoolField("The school they will lead", [Needed("Choose the school.")])
    starts_on = DateField("First day in post", [Needed("Enter the first day in post.")])
    category = RadioField(
        "What is new?", [CHOOSE], choices=CATEGORIES, default=Category.NEW_TO_HEADSHIP.value
    )
    announced_on = DateField(
        "Announced on",
        description="Leave empty if it is not announced yet. Until then it stays private.",
    )
    told_by = StringField(
        "Who told you, if not you yourself",
        [Length(max=150)],
        description="For example: the chair of governors, by telephone",
    )


class AnnounceForm(VersionedForm):
    announced_on = DateField("Announced on", [Needed("Enter the day.")])


class StartForm(VersionedForm):
    starts_on = DateField("First day in post", [Needed("Enter the first day in post.")])


class PoolForm(VersionedForm):
    version = IntegerField(validators=[Optional()], widget=HiddenInput())  # none before the first
    willing = RadioField(
        "Would you be a buddy to a new head?",
        [CHOOSE],
        choices=YES_NO,
        coerce=lambda value: "yes" if value in ("yes", True) else "no",
        default="yes",
    )
    at_once = IntegerField(
        "How many new heads at once",
        [NumberRange(1, MOST_AT_ONCE, f"Enter a number from 1 to {MOST_AT_ONCE}.")],
        default=1,
        description="Most buddies take one at a time",
    )
    max_km = IntegerField(
        "How far you would travel, in kilometres",
        [Optional(), NumberRange(1, 200, "Enter a number from 1 to 200.")],
        description="Leave empty for any distance",
    )
    been_there = SelectMultipleField("What have you been through yourself?", choices=TAGS)
    until = DateField("Until when", description="Leave empty if there is no end in sight")


class AnswerForm(BrokerageForm):
    """What a buddy said by telephone, recorded for them."""

    answer = RadioField(
        "What did they say?",
        [CHOOSE],
        choices=[("yes", "Yes, they would"), ("no", "No (nobody asks why)")],
    )


class SpokeForm(BrokerageForm):
    on = DateField("On which day?", [Needed("Enter the day.")])


class WishForm(VersionedForm):
    worries = SelectMultipleField("What are you coming into?", choices=TAGS)
    same_trust_wished = BooleanField("A buddy from my own trust would be welcome")


class PulseForm(BrokerageForm):
    choice = RadioField("Your answer", [CHOOSE], choices=list(PULSE_CHOICES.items()))


class ClosingForm(BrokerageForm):
    """Three closed choices, after day 100."""

    someone = RadioField(
        CLOSING["someone"][0], [CHOOSE], choices=list(CLOSING["someone"][1].items())
    )
    early = RadioField(CLOSING["early"][0], [CHOOSE], choices=list(CLOSING["early"][1].items()))
    onward = RadioField(CLOSING["onward"][0], [CHOOSE], choices=list(CLOSING["onward"][1].items()))

    def answers(self) -> dict[str, Any]:
        return {field: self[field].data for field in CLOSING}
