"""Forms by which leaders say how many days they give, or still have."""

from wtforms import HiddenField

from brokerage.leaders.rules import MOST_HALF_DAYS
from brokerage.web.fields import HalfDaysField, Needed
from brokerage.web.forms import BrokerageForm


class NextYearForm(BrokerageForm):
    half_days = HalfDaysField(
        "Days you can give",
        [Needed("Enter how many days; 0 if none.")],
        least=0,
        most=MOST_HALF_DAYS,
        description="In all, for supporting other schools. Halves are fine: 7.5",
    )


class StillForm(BrokerageForm):
    """``answer`` is yes where what the account says is right; otherwise the number that is."""

    answer = HiddenField()
    half_days = HalfDaysField("Days you have left", least=0, most=MOST_HALF_DAYS)

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if good and self.answer.data != "yes" and self.half_days.data is None:
            self.half_days.errors = ["Enter how many days you have left."]
            return False
        return good

    @property
    def said(self) -> int | None:
        """The half-days left; None for a yes."""
        return None if self.answer.data == "yes" else self.half_days.data
