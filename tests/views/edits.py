"""The forms by which a thing is changed, each with what two people change in it at once."""

from dataclasses import dataclass, field

from brokerage.engagements.case_study_forms import CaseStudyForm
from brokerage.engagements.forms import CorrectForm, MoveForm
from brokerage.engagements.review_forms import ChangedOutcomeForm
from brokerage.engagements.template_forms import ContactsForm, TemplateForm
from brokerage.headships.forms import AnnounceForm, PoolForm, StartForm, WishForm
from brokerage.leaders.forms import (
    AvailabilityForm,
    ClaimForm,
    DaysForm,
    DesignationForm,
    DetailsForm,
    ReleaserForm,
    StandingForm,
)
from brokerage.leaders.pot_forms import PotForm
from brokerage.needs.forms import CallForm, ChangeNeedForm, MoreForm
from brokerage.partnerships.forms import PartnershipForm
from brokerage.partnerships.suggesting_forms import SuggestingForm
from brokerage.people.forms import PersonForm
from brokerage.schools.calendar_forms import TermForm
from brokerage.web.forms import VersionedForm

Fields = dict[str, list[str]]


@dataclass
class Edit:
    """One thing that two people change: on which page, in which field, to what. ``more`` is what
    else the form wants; ``closed`` is of an engagement that has ended; ``begins`` is what stands
    there first, where the form takes no empty field."""

    form: type[VersionedForm]
    address: str
    name: str
    first: str
    second: str
    who: str = "coordinator"
    more: Fields = field(default_factory=dict)
    closed: bool = False
    begins: str = ""


EDITS = [
    Edit(MoveForm, "/engagements/{engagement}/visits/{planned}/move", "planned_on", "3 12 2026",
         "4 12 2026", "leader"),
    Edit(CorrectForm, "/engagements/{engagement}/visits/{noted}/correct", "done", "We read books",
         "We read papers", "leader", {"happened_on": ["3", "11", "2026"]}),
    Edit(ChangedOutcomeForm, "/engagements/{engagement}/outcomes/{outcome}", "words",
         "All can blend", "Most can blend", "leader"),
    Edit(ContactsForm, "/engagements/{engagement}/contacts", "accountable", "The deputy",
         "The bursar", "head"),
    Edit(CaseStudyForm, "/engagements/{engagement}/case-study/write", "done", "Lessons",
         "Meetings", closed=True),
    Edit(TemplateForm, "/partnerships/{partnership}/agreement/write", "exit", "We part at noon",
         "We part as friends"),
    Edit(PotForm, "/pots/{pot}/change", "half_days", "10", "11"),
    Edit(SuggestingForm, "/partnerships/{partnership}/suggesting", "quality_floor", "310", "320"),
    Edit(PartnershipForm, "/partnerships/{partnership}/change", "about", "We help", "We all help"),
    Edit(AnnounceForm, "/new-heads/{headship}/announce", "announced_on", "2 12 2026", "3 12 2026"),
    Edit(StartForm, "/new-heads/{headship}/start", "starts_on", "12 1 2027", "13 1 2027"),
    Edit(PoolForm, "/new-heads/pool/me", "max_km", "10", "20", "head"),
    Edit(WishForm, "/new-heads/{headship}/wish", "worries", "falling numbers", "budget deficit"),
    Edit(ChangeNeedForm, "/needs/{need}/change", "worry", "The first", "The second", "head"),
    Edit(MoreForm, "/needs/{draft}/more", "outcomes", "More read", "Most read", "head"),
    Edit(CallForm, "/needs/{need}/call", "baseline", "Half read", "A third read"),
    Edit(DetailsForm, "/leaders/{leader}/details", "about", "I listen", "I ask", "leader"),
    Edit(ClaimForm, "/leaders/{leader}/specialisms/{claim}", "evidence", "It rose", "It fell"),
    Edit(DesignationForm, "/leaders/{leader}/designations/{designation}", "awarding_body",
         "The college", "The council"),
    Edit(DaysForm, "/leaders/{leader}/days", "this_year", "11", "12"),
    Edit(AvailabilityForm, "/leaders/{leader}/availability", "accepting", "a phone call only",
         "closed"),
    Edit(StandingForm, "/leaders/{leader}/release", "standing_half_days", "3", "4", "coordinator",
         {"standing_until": ["31", "8", "2027"]}, begins="2"),
    Edit(ReleaserForm, "/leaders/{leader}/releaser", "email", "{head}", "{chair}"),
    Edit(PersonForm, "/account", "telephone", "01642 1", "01642 2", "officer"),
    Edit(TermForm, "/partnerships/{partnership}/calendar/2026/autumn", "first", "2 9 2026",
         "3 9 2026"),
]  # fmt: skip

NOTHING_TYPED = {"ResumeForm"}
"""Forms of which the version alone is sent: the page is looked at anew."""
QUICK = {MoveForm, PartnershipForm, ChangeNeedForm}
"""Forms that are tried in the quick tests too."""

PREFILLED: dict[str, str] = {
    "AlreadyAgreedForm": "records something new",
    "AreaForm": "makes a need of its own",
    "AsAtForm": "asks for figures of a day; nothing is kept by it",
    "ConflictForm": "notes something new",
    "ContactForm": "notes a day once: another day is refused",
    "EndForm": "ends a membership; the day offered is today",
    "EndPostForm": "ends a post; the day offered is today",
    "LeaveForm": "keeps every leaving by itself",
    "NewPotForm": "makes a pot",
    "NextYearForm": "answers a question once: the second is told that it was",
    "NoteForm": "notes something said; the day offered is today",
    "PaysForm": "is of a confirmation, done once: the second is told that it was",
    "ProposeForm": "makes a pairing",
    "RadarMessageForm": "writes a message; it knows of the latest by itself",
    "RecordForm": "records an answer once: the second is told that it was",
    "ResolveForm": "settles a dispute once: the second is told that it was",
    "SpokeForm": "ticks a day; the day offered is today",
    "TakeInForm": "carries a file along",
}
"""Forms without a version that come filled in, each with the reason why nothing can be
overwritten by them."""
