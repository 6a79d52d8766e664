"""Form fields for what people type here: dates in three boxes, days in halves."""

from datetime import date
from typing import Any

from wtforms import Field, StringField, ValidationError

from brokerage.web.words import days


class DateField(Field):  # type: ignore[misc]
    """A date in three boxes (day, month, year), or whole from a button (2027-03-27); ``data`` is a
    date or None."""

    data: Any

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.parts: list[str] = ["", "", ""]

    def process_data(self, value: date | None) -> None:
        self.data = value
        self.parts = ["", "", ""]
        if value is not None:
            self.parts = [str(value.day), str(value.month), str(value.year)]

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        if len(valuelist) == 1 and "-" in valuelist[0]:
            valuelist = valuelist[0].split("-")[::-1]
        self.parts = [part.strip()[:10] for part in [*valuelist, "", "", ""][:3]]
        self.data = None
        if not any(self.parts):
            return
        try:
            day, month, year = (int(part) for part in self.parts)
            self.data = date(year if year > 99 else 2000 + year, month, day)
        except (ValueError, OverflowError):
            raise ValueError("Enter a real date, such as 27 3 2027.") from None
        if not 1900 <= self.data.year <= 2100:
            raise ValueError("Enter a year between 1900 and 2100.")

    def _value(self) -> str:
        return " ".join(self.parts)


class DayChoiceField(DateField):
    """A date by one tap (one of those offered, another, or none), or else in three boxes.

    The boxes have the name of the taps, and come after them. What is typed counts unless one of the
    days offered was tapped.
    """

    OTHER, NONE = "other", "none"

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.offered: list[date] = []
        self.chosen = self.NONE

    def process_formdata(self, valuelist: list[str]) -> None:
        tapped, typed = "", valuelist
        if len(valuelist) > 3:
            tapped, typed = valuelist[0], valuelist[1:]
        if "-" in tapped:
            self.chosen = tapped
            super().process_formdata([tapped])
            self.parts = ["", "", ""]
            return
        self.chosen = (
            self.OTHER if tapped == self.OTHER or any(map(str.strip, typed)) else self.NONE
        )
        super().process_formdata(typed)
        if self.chosen == self.OTHER and self.data is None:
            raise ValueError("Enter the day, or tap another choice.")


class HalfDaysField(StringField):  # type: ignore[misc]
    """A number of days in steps of half a day; ``data`` is in half-days."""

    def __init__(
        self,
        label: str = "",
        validators: Any = None,
        *,
        least: int = 1,
        most: int = 120,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace("½", ".5").replace(",", ".") if valuelist else ""
        self.typed = text
        self.data = None
        if not text:
            return
        try:
            half_days = float(text) * 2
        except ValueError:
            half_days = 0.5
        if half_days != half_days // 1 or not self.least <= half_days <= self.most:
            raise ValueError(
                f"Enter a number of days from {self.least / 2:g} to {self.most / 2:g}, "
                "in steps of half a day, such as 2.5."
            )
        self.data = int(half_days)

    def in_words(self, half_days: int | None) -> str:
        """A saved value as people read it."""
        return "nothing" if half_days is None else days(half_days)

    def _value(self) -> str:
        if self.data is not None:
            return f"{self.data / 2:g}"
        return getattr(self, "typed", "")


class NumberField(StringField):  # type: ignore[misc]
    """A whole number from ``least`` to ``most``; ``data`` is it, or None for an empty box."""

    def __init__(
        self, label: str = "", validators: Any = None, *, least: int, most: int, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most
        self.typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:20] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        number = int(self.typed) if self.typed.isascii() and self.typed.isdigit() else -1
        if not self.least <= number <= self.most:
            raise ValueError(f"Enter a whole number from {self.least} to {self.most}.")
        self.data = number

    def _value(self) -> str:
        return self.typed if self.data is None else str(self.data)


class Needed:
    """A validator: the field must be filled in, or this sentence stands beside it."""

    field_flags: dict[str, bool] = {}  # noqa: RUF012 - WTForms reads it; `required` is not set:

    # the browser's own bubble would keep our sentence from being seen.

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: object, field: Any) -> None:
        if field.errors:
            return
        if field.data in (None, "", [], ()):
            raise ValidationError(self.sentence)
