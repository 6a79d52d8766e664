"""The form of who is suggested, each setting with a sentence of what it does."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField

from brokerage.matching.profiles import SameTrust
from brokerage.partnerships.rules import (
    MOST_HALF_DAYS,
    MOST_OF_ONE,
    MOST_POINTS,
    MOST_RIVAL_METRES,
    weights_of,
)
from brokerage.web.fields import HalfDaysField, Needed, NumberField
from brokerage.web.forms import VersionedForm

CRITERIA_IN_WORDS = {
    "specialism": (
        "The specialism",
        "All of these for who leads on what is asked for, half for who supports it",
    ),
    "also": (
        "A second specialism",
        "For who offers the second one too; everybody has them where none is asked for",
    ),
    "distance": (
        "Nearness",
        "All up to 2 km, none from 60 km. Distance does not count where help from afar will do",
    ),
    "phase": ("Phase", "All for the phase of their own school, half for another they work in"),
    "context": (
        "A school like theirs",
        "How like it is to a school they know from inside, in size, kind, faith and disadvantage",
    ),
    "evidence": ("Evidence", "How fresh it is, and their track record where one is known"),
    "availability": ("Time", "Free in the terms and on the weekdays that were asked for"),
    "relationship": (
        "Earlier work",
        "All where it went well with this school, none where it went badly, half where none was",
    ),
    "load": ("Days to spare", "More for who would have more days left: this spreads the load"),
    "designation": ("Designation", "For who holds the one that the school would like"),
    "first_time": (
        "A first turn",
        "For who was never deployed. It helps nobody where a need is urgent or the school is in "
        "difficulty",
    ),
}
"""Each criterion of matching, with what its points are for."""
SAME_TRUST = {
    SameTrust.BARRED: "Never suggested",
    SameTrust.ALLOWED: "Suggested like anybody else",
    SameTrust.SAID: "Suggested, and the school’s page says that they are from its own trust",
}


class KilometresField(StringField):  # type: ignore[misc]
    """A distance typed in kilometres; ``data`` is in whole metres, or None for an empty box."""

    def __init__(self, label: str = "", validators: Any = None, *, most: int, **other: Any) -> None:
        super().__init__(label, validators, **other)
        self.most, self.typed = most, ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:20].replace(",", ".") if valuelist else ""
        self.data = None
        if not self.typed:
            return
        whole, _, part = self.typed.partition(".")
        digits = (whole or "0") + part
        if not (digits.isascii() and digits.isdigit() and len(part) <= 3 and len(whole) <= 4):
            raise ValueError("Enter a distance in kilometres, such as 1.5.")
        metres = int(whole or "0") * 1000 + int(part.ljust(3, "0"))
        if metres > self.most:
            raise ValueError(f"Enter a distance from 0 to {self.most // 1000} km.")
        self.data = metres

    def in_words(self, metres: int) -> str:
        return f"{metres / 1000:g} km"

    def _value(self) -> str:
        return self.typed if self.data is None else f"{self.data / 1000:g}"


class SuggestingForm(VersionedForm):
    quality_floor = NumberField(
        "Quality floor",
        [Needed("Enter the quality floor.")],
        least=0,
        most=MOST_POINTS,
        description=f"Points from 0 to {MOST_POINTS}. Nobody below it is proposed: the answer to "
        "the need is then “nobody suitable yet”",
    )
    home_school_half_days = HalfDaysField(
        "The most days that one home school gives in a school year",
        most=MOST_HALF_DAYS,
        description="By all its leaders together, counting what is held, agreed, used and being "
        "asked for anywhere. Beyond it its leaders are not suggested, and can be proposed only "
        "with a coordinator’s reason. Leave it empty for no limit",
    )
    same_trust = RadioField(
        "Leaders from the supported school’s own trust are",
        choices=[(one.value, words) for one, words in SAME_TRUST.items()],
    )
    buddy_rival_metres = KilometresField(
        "Rivals for pupils are nearer than, in km",
        [Needed("Enter a distance.")],
        most=MOST_RIVAL_METRES,
        description="A head whose school of the same phase is nearer than this is never suggested "
        "as a new head’s buddy. 0 means that no school is a rival",
    )
    buddy_same_trust = BooleanField(
        "A buddy may come from the new head’s own trust",
        description="Otherwise only where the new head says that they would welcome it",
    )

    def points(self) -> list[Any]:
        """The fields of the criteria's points, in their order."""
        return [self[f"points_{code}"] for code in CRITERIA_IN_WORDS]

    def total(self) -> int:
        """What the points add up to, as they stand in the form."""
        return sum(field.data or 0 for field in self.points())


for _code, (_label, _sentence) in CRITERIA_IN_WORDS.items():
    setattr(
        SuggestingForm,
        f"points_{_code}",
        NumberField(
            _label,
            [Needed("Enter a number of points.")],
            least=0,
            most=MOST_OF_ONE,
            description=_sentence,
        ),
    )


class AsSaved:
    """A partnership's settings by the names of the form's fields."""

    def __init__(self, partnership: Any) -> None:
        self._partnership = partnership

    def __getattr__(self, name: str) -> Any:
        code = name.removeprefix("points_")
        if code != name:
            return getattr(weights_of(self._partnership.weights), code)
        return getattr(self._partnership, name)
