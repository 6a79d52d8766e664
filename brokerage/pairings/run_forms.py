"""Forms about runs: what is to differ in this one, and whom to suggest instead."""

from wtforms import BooleanField, IntegerField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from brokerage.matching.plans import Level
from brokerage.pairings.run_rules import LEVEL_WORDS, Wishes
from brokerage.web.fields import Needed
from brokerage.web.forms import ANOTHER_ONE, BrokerageForm


class RunForm(BrokerageForm):
    sent_already = ANOTHER_ONE
    level = RadioField(
        "How thoroughly?",
        [Optional()],
        choices=[SelectChoice(level.value, words) for level, words in LEVEL_WORDS.items()],
        default=Level.STANDARD.value,
    )
    floor = IntegerField(
        "Fewest points that somebody must have, for this plan",
        [Optional(), NumberRange(0, 1000, message="Enter points from 0 to 1000.")],
        description="Leave it empty for the partnership’s own",
    )
    same_trust = BooleanField("Leaders of a school’s own trust count too, for this plan")

    def wishes(self) -> Wishes:
        level = Level(self.level.data) if self.level.data else Level.STANDARD
        return Wishes(level, self.floor.data, bool(self.same_trust.data))


class InsteadForm(BrokerageForm):
    leader = RadioField("Whom?", [Needed("Choose somebody.")], coerce=int)
    reason = TextAreaField(
        "Why?",
        [Needed("Give your reason."), Length(max=300, message="Use at most 300 letters.")],
        description="Only coordinators see it. The suggestion is kept, whatever plan you make.",
    )
