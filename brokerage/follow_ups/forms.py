"""Saying when one would rather be asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import RadioField

from brokerage.web.fields import Needed
from brokerage.web.forms import BrokerageForm
from brokerage.web.words import london_day


class LaterForm(BrokerageForm):
    until = RadioField("Ask me again on", validators=[Needed("Choose a day.")])

    def __init__(self, days: Sequence[date], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.until.choices = [(day.isoformat(), london_day(day)) for day in days]
