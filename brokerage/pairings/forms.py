"""Forms about pairings: to propose, to answer, to record an answer, to take one back."""

from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from brokerage.leaders.pot_forms import PaysForm
from brokerage.pairings.rules import Step
from brokerage.web.fields import DateField, HalfDaysField, Needed
from brokerage.web.forms import BrokerageForm

MOST_POUNDS = 5000


class PoundsField(DecimalField):  # type: ignore[misc]
    """An amount of money in pounds; empty is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().lstrip("£").replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            super().process_formdata([text])
        except ValueError:
            raise ValueError("Enter an amount in pounds, such as 350.") from None
        amount: Any = self.data
        if amount is not None and not amount.is_finite():
            self.data = None
            raise ValueError("Enter an amount in pounds, such as 350.")

    @property
    def pence(self) -> int | None:
        return None if self.data is None else round(self.data * 100)


class ProposeForm(PaysForm):
    half_days = HalfDaysField("Days", [Needed("Enter how many days.")])
    price = PoundsField(
        "Price of a day, in pounds",
        [
            Optional(),
            NumberRange(0, MOST_POUNDS, message=f"Enter an amount from 0 to {MOST_POUNDS}."),
        ],
        description="Leave it empty if nothing is charged",
    )
    who_pays = StringField("Who pays", [Length(max=200, message="Use at most 200 letters.")])
    first_date = DateField("First date, if there is one")
    by_hand = TextAreaField(
        "Your reason to propose them all the same",
        [Length(max=300, message="Use at most 300 letters.")],
        description="Only coordinators see it",
    )


class AnswerForm(BrokerageForm):
    """One of the three answers: ``answer`` is the button that was pressed."""

    answer = HiddenField()
    reference = HiddenField()
    words = TextAreaField("Your reason", [Length(max=500, message="Use at most 500 letters.")])
    conditions = TextAreaField(
        "Your conditions", [Length(max=300, message="Use at most 300 letters.")]
    )
    please_not = BooleanField("Please do not suggest this person to us again")
    half_days = HalfDaysField("How many days in all this school year", [Optional()])
    closed_until = DateField("No new requests before")

    ANSWERS: tuple[str, ...] = ()

    def refuse(self, sentence: str) -> None:
        """Show the form with this sentence, though nothing of it was sent."""
        self.form_errors = [sentence]
        self.refused = True

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        wanting = {
            "conditions": (self.conditions, "Say what your conditions are."),
            "year": (self.half_days, "Enter how many days."),
            "close": (self.closed_until, "Enter the day from which you take requests again."),
        }
        field, sentence = wanting.get(self.answer.data or "", (None, ""))
        if field is not None and not field.data and not field.errors:
            field.errors = [sentence]
            return False
        if self.answer.data not in self.ANSWERS:
            self.form_errors = ["Press one of the buttons to answer."]
            return False
        return good


class ReleaseForm(AnswerForm):
    ANSWERS = ("yes", "conditions", "year", "no", "ring")


class ChooseForm(AnswerForm):
    ANSWERS = ("yes", "no", "ring")


class AcceptForm(AnswerForm):
    ANSWERS = ("yes", "no", "ring", "close")


ANSWER_FORMS: dict[Step, type[AnswerForm]] = {
    Step.RELEASE: ReleaseForm,
    Step.CHOOSE: ChooseForm,
    Step.ACCEPT: AcceptForm,
}


class ObjectForm(BrokerageForm):
    words = TextAreaField(
        "Your reason",
        [Length(max=300, message="Use at most 300 letters.")],
        description="Only the coordinator sees it",
    )


class UndoForm(BrokerageForm):
    """One button."""


class RecordForm(BrokerageForm):
    answer = RadioField(
        "What did they say?",
        [Needed("Choose yes or no.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
    )
    on = DateField("On what day?", [Needed("Enter the day of the call.")])
    words = TextAreaField(
        "In their words, if you noted them",
        [Length(max=500, message="Use at most 500 letters.")],
        description="The reason for a no is seen by coordinators alone",
    )
    conditions = TextAreaField(
        "Conditions, if they made any",
        [Length(max=300, message="Use at most 300 letters.")],
        description="Those who answer after them see these",
    )


class WithdrawForm(BrokerageForm):
    reason = StringField(
        "Why do you take it back?",
        [Needed("Give a reason."), Length(max=300, message="Use at most 300 letters.")],
        description="Only coordinators see it. Those who were asked are told that it is settled.",
    )
