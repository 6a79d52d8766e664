"""Forms about funding pots, and the choice of one that pays."""

from decimal import Decimal
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length

from brokerage.leaders.pot_services import MOST_HALF_DAYS, MOST_PENCE
from brokerage.web.addresses import is_id
from brokerage.web.fields import HalfDaysField, Needed
from brokerage.web.forms import BrokerageForm, VersionedForm
from brokerage.web.words import days, pounds

NO_POT = 0


class PenceField(StringField):  # type: ignore[misc]
    """An amount in pounds; ``data`` is in pence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().lstrip("£").replace(",", "") if valuelist else ""
        self.typed, self.data = text[:20], None
        if not text:
            return
        whole, _, part = text.partition(".")
        plain = f"{whole}{part}"
        if len(text) > 12 or len(part) > 2 or not (plain.isascii() and plain.isdigit()):
            raise ValueError("Enter an amount in pounds, such as 2500.")
        self.data = int(Decimal(text) * 100)
        if self.data > MOST_PENCE:
            raise ValueError("Enter a smaller amount.")

    def in_words(self, pence: int | None) -> str:
        """A saved value as people read it."""
        return "nothing" if pence is None else pounds(pence)

    def _value(self) -> str:
        if self.data is not None:
            return f"{self.data / 100:.2f}".removesuffix(".00")
        return getattr(self, "typed", "")


class PotFields:
    """What a pot is."""

    name = StringField(
        "Name",
        [Needed("Give the pot a name."), Length(max=80, message="Use at most 80 letters.")],
        description="Such as: Reading fund, or Authority’s commission",
    )
    half_days = HalfDaysField(
        "Days in it",
        least=0,
        most=MOST_HALF_DAYS,
        description="Leave it empty if only the money is limited",
    )
    pence = PenceField(
        "Money in it, in pounds", description="Leave it empty if only the days are limited"
    )


class PotForm(PotFields, VersionedForm):
    pass


class NewPotForm(PotFields, BrokerageForm):
    year = SelectField("School year", coerce=int)


def _number(value: Any) -> int:
    """A number that a pot can have. Raises ValueError for any other."""
    if not is_id(str(value)):
        raise ValueError
    return int(value)


class PaysForm(BrokerageForm):
    """The choice of the pot that pays; left out of a page where a partnership has none."""

    pot = SelectField("Paid from a pot?", coerce=_number, validate_choice=False)

    def offer(self, pots: list[Any]) -> None:
        """The pots to choose from; without any, the question is not asked."""
        if not pots:
            del self.pot
            return
        self.pot.choices = [(NO_POT, "No pot"), *((pot.id, in_words(pot)) for pot in pots)]

    @property
    def pot_id(self) -> int | None:
        """The pot that was chosen."""
        return (self.pot.data or None) if self.pot else None


def in_words(pot: Any) -> str:
    """A pot in a list to choose from: its name and what is left."""
    left = [days(pot.left)] if pot.left is not None else []
    if pot.left_pence is not None:
        left.append(pounds(pot.left_pence))
    return f"{pot.name} ({' and '.join(left)} left)"
