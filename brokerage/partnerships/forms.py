"""The form of a partnership's settings."""

from typing import Any

from wtforms import EmailField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import Email, Length, Optional

from brokerage.partnerships.rules import MOST_DAYS, PROMISES, PairingOrder
from brokerage.web.fields import Needed, NumberField
from brokerage.web.forms import VersionedForm

ORDERS = {
    PairingOrder.RELEASE_CHOOSE_ACCEPT: "The leader’s own school, then the school, then the leader",
    PairingOrder.CHOOSE_RELEASE_ACCEPT: "The school, then the leader’s own school, then the leader",
    PairingOrder.RELEASE_ACCEPT_CHOOSE: "The leader’s own school, then the leader, then the school",
}
HUNDRED = [("n", "100 days of the calendar"), ("y", "100 school days")]


class PartnershipForm(VersionedForm):
    name = StringField("Name", [Needed("Enter the partnership’s name."), Length(max=120)])
    telephone = TelField(
        "Telephone", [Length(max=40)], description="Shown to those who would rather ring"
    )
    email = EmailField(
        "E-mail address",
        [
            Optional(),
            Length(max=254),
            Email("Enter an e-mail address in the right form, such as name@school.example."),
        ],
        description="For replies when no coordinator is in post",
    )
    about = TextAreaField("About the partnership", [Length(max=4000)])
    pairing_order = RadioField(
        "Who is asked in which order",
        choices=[(order.value, words) for order, words in ORDERS.items()],
    )
    hundred_in_school_days = RadioField(
        "A new head’s first 100 days are",
        choices=HUNDRED,
        coerce=lambda value: "y" if value in ("y", True) else "n",
    )

    def promises(self) -> list[Any]:
        """The fields of the promises, in their order."""
        return [self[field] for field in PROMISES]


for _field, _words in PROMISES.items():
    setattr(
        PartnershipForm,
        _field,
        NumberField(_words, [Needed("Enter a number of days.")], least=1, most=MOST_DAYS),
    )
