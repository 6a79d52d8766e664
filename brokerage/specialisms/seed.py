"""The specialisms the service starts with: the national areas, and what places have added.

The national areas are those of the former scheme for specialist leaders of education (28 areas
under four headings of the inspection framework), in our own wording. The rest are areas that
partnerships ask for today. A partnership may add its own; none is deleted, only retired.
"""

from __future__ import annotations

from typing import NamedTuple

ALL_PHASES = ("nursery", "primary", "secondary", "16plus", "special")
SCHOOL_PHASES = ("primary", "secondary", "special")
TAUGHT_SUBJECT = ("primary", "secondary", "16plus", "special")
OLDER = ("secondary", "16plus", "special")
YOUNGER = ("nursery", "primary", "special")

LEADERSHIP = "Leadership and management"
ACHIEVEMENT = "Pupil achievement"
TEACHING = "Quality of teaching"
BEHAVIOUR = "Behaviour and attendance"
WELFARE = "Care and inclusion"
GOVERNANCE = "Governance"
HEADSHIP = "Headship"


class SeededSpecialism(NamedTuple):
    """An area of expertise. `code` never changes; any alias means the same thing as the name."""

    code: str
    name: str
    group: str
    phases: tuple[str, ...]
    aliases: tuple[str, ...] = ()


def _area(
    group: str, phases: tuple[str, ...], code: str, name: str, *aliases: str
) -> SeededSpecialism:
    return SeededSpecialism(code, name, group, phases, aliases)


# One line a word would hide the list, so it is wrapped by hand.
# fmt: off
SEED: tuple[SeededSpecialism, ...] = (
    _area(LEADERSHIP, ALL_PHASES, "academy-transition", "Becoming an academy",
          "Academies and academy transition", "academisation", "joining a trust",
          "academy conversion"),
    _area(LEADERSHIP, ALL_PHASES, "assessment", "Assessment", "assessment for learning", "AfL",
          "marking and feedback", "moderation"),
    _area(LEADERSHIP, ALL_PHASES, "data", "Using data", "assessment and data", "data analysis",
          "pupil progress data", "target setting"),
    _area(LEADERSHIP, ALL_PHASES, "cpd", "Leading professional development",
          "Leadership of continuing professional development", "CPD", "staff development",
          "staff training", "coaching"),
    _area(LEADERSHIP, ALL_PHASES, "business", "School business and finance",
          "School business management and financial management", "SBM", "SSBM", "school finance",
          "budget", "resource management"),
    _area(LEADERSHIP, ALL_PHASES, "curriculum", "Leading the curriculum",
          "Leadership of curriculum", "curriculum design", "curriculum"),
    _area(LEADERSHIP, ALL_PHASES, "middle-leadership", "Middle leadership", "subject leadership",
          "heads of department", "middle leaders", "team leadership"),
    _area(LEADERSHIP, ALL_PHASES, "self-evaluation", "Self-evaluation and inspection", "SEF",
          "self evaluation", "school improvement planning", "Ofsted preparation", "Ofsted"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "art", "Art", "art and design"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "citizenship", "Citizenship", "British values"),
    _area(ACHIEVEMENT, ALL_PHASES, "disadvantage", "Disadvantaged pupils", "Closing the gap",
          "pupil premium", "PP", "narrowing the gap", "disadvantage", "removing barriers",
          "free school meals"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "drama", "Drama", "theatre"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "design-technology", "Design and technology", "DT", "D&T",
          "food technology"),
    _area(ACHIEVEMENT, YOUNGER, "early-years", "Early years", "EYFS",
          "early years foundation stage", "reception", "nursery", "foundation stage"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "english", "English", "English language",
          "English literature", "writing", "spelling", "grammar"),
    _area(ACHIEVEMENT, SCHOOL_PHASES, "reading", "Reading and fluency", "reading",
          "reading fluency", "KS2 reading", "guided reading", "reading comprehension"),
    _area(ACHIEVEMENT, YOUNGER, "phonics", "Phonics", "early reading",
          "systematic synthetic phonics", "SSP", "phonics screening check"),
    _area(ACHIEVEMENT, ALL_PHASES, "literacy", "Literacy across the curriculum", "literacy",
          "reading across the curriculum", "disciplinary literacy", "vocabulary"),
    _area(ACHIEVEMENT, ALL_PHASES, "oracy", "Speaking and listening", "oracy",
          "speech and language", "communication and language"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "geography", "Geography"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "history", "History"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "computing", "Computing", "ICT",
          "information and communication technology", "information technology", "computer science",
          "coding", "IT"),
    _area(ACHIEVEMENT, ALL_PHASES, "maths", "Mathematics", "maths", "numeracy", "arithmetic",
          "maths mastery", "times tables"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "languages", "Modern foreign languages", "MFL", "languages",
          "French", "Spanish", "German"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "music", "Music", "singing"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "pe", "Physical education", "PE", "sport", "school sport"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "pshe", "Personal, social and health education", "PSHE",
          "PSHCE", "RSE", "RSHE", "relationships and sex education"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "re", "Religious education", "RE", "religious studies"),
    _area(ACHIEVEMENT, TAUGHT_SUBJECT, "science", "Science", "biology", "chemistry", "physics"),
    _area(ACHIEVEMENT, ALL_PHASES, "send", "Special educational needs and disabilities", "SEND",
          "SEN", "special educational needs", "special needs", "SENCO", "SENDCo", "autism",
          "dyslexia", "EHCP"),
    _area(ACHIEVEMENT, ALL_PHASES, "most-able", "Stretching the most able",
          "Support for the most able pupils", "most able", "more able", "gifted and talented",
          "greater depth", "high attainers"),
    _area(ACHIEVEMENT, ALL_PHASES, "eal", "English as an additional language", "EAL",
          "new arrivals"),
    _area(ACHIEVEMENT, ("primary", "special"), "mixed-age", "Mixed-age classes",
          "mixed age classes", "mixed year groups", "small schools", "rolling curriculum"),
    _area(ACHIEVEMENT, ALL_PHASES, "transition", "Moving between schools and stages", "transition",
          "transition to secondary", "Year 6 to Year 7", "transition to Year 1"),
    _area(ACHIEVEMENT, ("16plus", "secondary", "special"), "sixth-form", "Sixth form and post-16",
          "sixth form", "post-16", "post 16", "KS5", "A level"),
    _area(TEACHING, ALL_PHASES, "new-teachers", "Teacher training and early career teachers",
          "Initial teacher training and newly qualified teacher development", "ITT", "ITE", "ECT",
          "NQT", "RQT", "early career teachers", "newly qualified teachers",
          "early career framework"),
    _area(TEACHING, ALL_PHASES, "teaching", "Teaching and learning", "pedagogy",
          "quality of teaching", "lesson planning", "metacognition", "retrieval practice"),
    _area(TEACHING, ALL_PHASES, "support-staff", "Teaching assistants", "support staff", "TAs",
          "HLTA", "deployment of teaching assistants"),
    _area(BEHAVIOUR, ALL_PHASES, "behaviour", "Behaviour", "Behaviour and discipline", "discipline",
          "behaviour management", "low-level disruption", "bullying"),
    _area(BEHAVIOUR, ALL_PHASES, "attendance", "Attendance", "persistent absence", "absence",
          "punctuality", "school refusal", "emotionally based school avoidance"),
    _area(BEHAVIOUR, SCHOOL_PHASES, "exclusions", "Exclusions and alternative provision",
          "exclusions", "suspensions", "alternative provision", "AP", "PRU"),
    _area(WELFARE, ALL_PHASES, "wellbeing", "Wellbeing and resilience",
          "emotional wellbeing and resilience", "wellbeing", "well-being", "resilience", "nurture",
          "staff workload"),
    _area(WELFARE, ALL_PHASES, "mental-health", "Leading on mental health", "mental health",
          "mental health lead", "senior mental health lead", "anxiety", "SEMH"),
    _area(WELFARE, ALL_PHASES, "safeguarding", "Safeguarding", "child protection", "DSL",
          "designated safeguarding lead", "Prevent duty", "KCSIE"),
    _area(WELFARE, ALL_PHASES, "families", "Working with families", "parental engagement",
          "parents", "family engagement", "parental and family engagement", "home learning"),
    _area(WELFARE, OLDER, "careers", "Careers and employability", "careers", "employability",
          "careers guidance", "Gatsby benchmarks", "work experience"),
    _area(GOVERNANCE, ALL_PHASES, "chairing", "Chairing governors", "chair of governors",
          "governance", "governing body", "governors", "review of governance"),
    _area(GOVERNANCE, ALL_PHASES, "governance-finance", "Governors and finance",
          "financial governance", "governors' finance committee", "school resource oversight"),
    _area(GOVERNANCE, ALL_PHASES, "clerking", "Clerking", "clerk to governors",
          "governance professional"),
    _area(GOVERNANCE, ALL_PHASES, "head-appraisal", "Headteacher appraisal",
          "headteacher performance management", "head's appraisal", "HT appraisal"),
    _area(HEADSHIP, ALL_PHASES, "new-headship", "New to headship", "new head", "new headteacher",
          "first headship", "acting head", "interim headship"),
    _area(HEADSHIP, ALL_PHASES, "academy-headship", "Leading an academy", "academy headship",
          "academy head", "new to academies", "head of an academy", "working with a trust"),
    _area(HEADSHIP, ALL_PHASES, "new-to-area", "A head new to the area", "new to town",
          "new to the area", "local networks"),
)
# fmt: on
