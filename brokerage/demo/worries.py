"""What the made-up schools ask for, in the words that heads use. No pupils, no named staff."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Worry:
    """The three answers, and what the coordinator fills in during the call. Days are half-days."""

    code: str
    phase: str
    half_days: int
    worry: str
    whom: str
    outcome: str = ""
    urgency: str = "normal"
    also: str | None = None


P, S, N, X, A = "primary", "secondary", "nursery", "special", "16plus"

# fmt: off
WORRIES: dict[str, tuple[Worry, ...]] = {
    "reading": (
        Worry("reading", P, 6, "Reading in Key Stage 2 is slipping. Children can decode, but they do not take in what they have read, and it shows in every subject.", "Years 4 to 6; the two teachers new to those years", "Teachers plan and lead fluency sessions three times a week, and the reading ages of Year 4 move on by a term.", "high"),
        Worry("reading", P, 4, "Guided reading has turned into a worksheet. We want children to read and talk again.", "All of Key Stage 2", "A new routine for whole-class reading in every class within half a term."),
        Worry("reading", P, 6, "Our reading results have been below the town’s for three years and I have run out of ideas.", "Years 3 to 6 and their teachers", "The English lead can show where each class stands and what comes next."),
        Worry("reading", P, 4, "Boys in Year 5 will not pick up a book, and the library stands empty.", "Year 5; the library assistant", "Every class visits the library weekly; loans double in a term."),
        Worry("reading", P, 8, "We are through to the last week before our inspection window with no reading lead.", "The whole staff", "Somebody on the staff is ready to lead reading.", "urgent"),
        Worry("reading", P, 4, "Children leave Key Stage 1 as readers and have stalled a term into Year 3.", "Year 3 and the Year 2 teacher", "A bridge from phonics to fluency at the start of Year 3."),
    ),
    "phonics": (
        Worry("phonics", P, 6, "Only six in ten passed the phonics check. We teach the programme, but not everybody teaches it alike.", "Reception, Year 1, and six teaching assistants", "Every adult teaches the same lesson the same way; two more groups on track within a term.", "high"),
        Worry("phonics", P, 4, "Our new Reception teachers have never taught phonics before.", "Two teachers in their first and second years", "Both teach without the script within a term."),
        Worry("phonics", P, 4, "Catch-up phonics in Year 3 is not catching anybody up.", "Fourteen children in Years 3 and 4 and two teaching assistants", "A daily session that works, and a way to see that it does."),
        Worry("phonics", P, 6, "Half of our staff changed in the summer and early reading is starting from nothing.", "Reception to Year 2", "A leader of early reading who can coach the others.", also="early-years"),
    ),
    "maths": (
        Worry("maths", P, 6, "Maths in upper Key Stage 2: children can calculate but cannot explain, and fall down on anything with words in it.", "Years 5 and 6", "Reasoning in every lesson, seen in all books."),
        Worry("maths", P, 4, "Times tables. The Year 4 check was a shock.", "Years 3 and 4", "Nine in ten secure by the next check."),
        Worry("maths", P, 6, "Our maths lead is keen and has no one to learn from.", "The maths lead", "The lead runs a staff meeting, drops in on lessons and gives useful feedback."),
        Worry("maths", P, 4, "Mixed-age maths in two classes: the older ones are marking time.", "Years 3/4 and 5/6", "A two-year plan that teachers can use on Monday."),
        Worry("maths", S, 8, "Set 4 and 5 in Years 10 and 11 are taught by non-specialists this year.", "Four teachers; about ninety students", "Shared lessons and weekly coaching; a pass for half of them.", "high"),
        Worry("maths", S, 4, "The gap between Year 6 and Year 7 in maths: we teach them again what they know.", "The department and three primaries", "A Year 7 plan that starts where Year 6 ended.", also="transition"),
        Worry("maths", P, 4, "Number in Key Stage 1 rests on worksheets.", "Years 1 and 2", "Practical number work daily."),
    ),
    "english": (
        Worry("english", P, 4, "Writing has not come back since the children lost so much of their Reception year.", "Years 4 and 5", "Longer, better sentences in all books."),
        Worry("english", P, 6, "Moderation said our writing judgements were too kind.", "Year 2 and Year 6 teachers", "Judgements that a moderator agrees with.", also="assessment"),
        Worry("english", S, 6, "English results fell by a grade and the head of department has left.", "The acting head of department", "The department has a plan, and the acting head leads it.", "high"),
    ),
    "early-years": (
        Worry("early-years", P, 4, "Our outdoor area is a place to run about in, not to learn in.", "Nursery and Reception", "Planned learning outdoors each day."),
        Worry("early-years", P, 6, "Children come to us with very little language, and more of them every year.", "Nursery, Reception and the families", "Every adult knows how to build talk; checks at the start and the end of the year.", "high", also="oracy"),
        Worry("early-years", N, 4, "Two-year-olds: we have opened the room and now want to get it right.", "The two-year-old room", "A routine and a plan that the team believes in."),
        Worry("early-years", P, 4, "Our early years lead starts next month and has come from Year 4.", "The new lead", "A good first term."),
    ),
    "send": (
        Worry("send", P, 6, "Our SENDCo is new and there are nineteen requests for assessment in the drawer.", "The SENDCo and the deputy", "A list in order, the first six sent, and a way to keep it so.", "urgent"),
        Worry("send", P, 4, "Lessons are adapted by giving some children less. I should like somebody to look with us.", "Years 1 to 6", "Teachers plan for all from the start."),
        Worry("send", S, 6, "Three in ten of our suspensions are of students with additional needs.", "Heads of year and the SENDCo", "Plans for the twelve most often out; half as many days lost.", also="behaviour"),
        Worry("send", P, 4, "More autistic children than we have ever had, in a building that is all noise.", "Reception to Year 3", "Three rooms made calmer, and staff who know why."),
        Worry("send", P, 4, "Our support plans are long, and nobody reads them.", "All class teachers", "One-page plans in use in every class."),
    ),
    "behaviour": (
        Worry("behaviour", P, 4, "Lunchtimes spill into the afternoon. We lose twenty minutes of every lesson five.", "Lunchtime staff; Years 5 and 6", "Calm starts to the afternoon within half a term.", "high"),
        Worry("behaviour", S, 8, "Corridors. New staff dread them and so do the younger students.", "All staff; Years 7 to 9", "Routines that everybody keeps.", "urgent"),
        Worry("behaviour", P, 4, "A handful of children in Year 2 can stop a lesson.", "Year 2 and its teaching assistants", "Adults respond alike."),
        Worry("behaviour", S, 4, "Our behaviour policy is fourteen pages long.", "The pastoral team", "Two pages that are used."),
    ),
    "attendance": (
        Worry("attendance", P, 4, "Attendance stands at 91. Fridays are worse.", "The attendance officer and I", "A way of working with the forty families that matter most."),
        Worry("attendance", S, 6, "A quarter of Year 9 miss a day each fortnight.", "Year 9 tutors and the pastoral lead", "Persistent absence in Year 9 down by a third.", "high"),
        Worry("attendance", P, 4, "Children who will not come in at all: four, and each is a day’s work a week.", "The pastoral team", "A plan for each that others share."),
    ),
    "curriculum": (
        Worry("curriculum", P, 4, "Our foundation subjects are a list of topics, not a curriculum.", "Subject leads", "History and geography planned through the school."),
        Worry("mixed-age", P, 4, "We go from five classes to three next year.", "All staff", "A two-year cycle ready before then."),
        Worry("mixed-age", P, 4, "A class of three year groups next year, for the first time.", "Two teachers", "Planning that one person can keep up."),
    ),
    "leadership": (
        Worry("middle-leadership", P, 4, "All our subject leads are in their first three years of teaching.", "Six subject leads", "Each can say what is taught, how well, and what comes next."),
        Worry("middle-leadership", S, 6, "Heads of department manage well and do not yet lead.", "Eight heads of department", "Each leads one piece of improvement through to its end."),
        Worry("self-evaluation", P, 4, "The inspection window is open and our self-evaluation dates from before I came.", "The senior team and governors", "A short, honest self-evaluation that governors know.", "high"),
        Worry("self-evaluation", S, 4, "We should like outside eyes on our own view of ourselves.", "The senior team", "Two days of looking together."),
        Worry("assessment", P, 4, "We test too much and use too little of it.", "Years 1 to 6", "Fewer tests, each with a use."),
        Worry("new-teachers", P, 4, "Three early career teachers at once in a one-form school, and one mentor.", "The mentor and three teachers", "A mentor who can carry three."),
        Worry("new-teachers", X, 4, "New teachers find nothing written for a school like ours.", "Four teachers", "A first-year programme of our own."),
        Worry("business", P, 4, "Our budget goes into the red in two years and our business manager is new.", "The business manager and I", "A three-year plan that adds up."),
    ),
    "subjects": (
        Worry("science", P, 4, "Science is the subject that gets dropped when the week is short.", "Years 1 to 6", "An hour and a half every week, with something to do in it."),
        Worry("science", S, 4, "Practical work has faded out of Key Stage 3.", "The department", "One practical each week in each class."),
        Worry("computing", P, 4, "The scheme we bought sits on the shelf because nobody dares to teach it.", "Years 3 to 6", "Four teachers confident."),
        Worry("disadvantage", P, 4, "The gap has opened again, and the money is spent on what we have always done.", "The senior team", "A strategy of three things that are known to work."),
        Worry("safeguarding", P, 2, "A second pair of eyes on our records before the audit.", "The safeguarding lead", "An outside look and a list.", "urgent"),
        Worry("wellbeing", S, 4, "Staff absence has doubled in a year.", "The senior team", "Two changes to workload that staff notice."),
        Worry("literacy", S, 4, "Students cannot read the papers they sit, in any subject.", "All departments", "One approach to vocabulary everywhere."),
        Worry("mental-health", S, 4, "Our mental health lead has the title and no plan.", "The lead and the pastoral team", "A plan on a page."),
    ),
    "unmet": (
        Worry("languages", P, 4, "No one on the staff speaks Spanish since our teacher retired.", "Key Stage 2", "Lessons that a non-speaker can teach."),
        Worry("eal", P, 6, "Forty children new to English in a year, in eleven languages.", "All classes", "Teachers know what to do in the first six weeks.", "high"),
        Worry("eal", S, 4, "Students arrive in Year 10 with little English and their examinations ahead.", "Twelve students and their teachers", "A first half-term that works.", "high"),
        Worry("sixth-form", A, 4, "Retention from Year 12 to Year 13 is down to 78.", "Tutors", "Causes known, two things changed."),
        Worry("music", P, 4, "We have instruments, and nobody who dares.", "Years 3 to 6", "Every class makes music weekly."),
        Worry("exclusions", X, 4, "Pupils stay with us for too long because no school takes them back.", "The outreach team", "A way back that three schools sign up to."),
        Worry("careers", S, 2, "Year 10 work experience fell through, and the careers lead has left.", "Year 10", "Placements for all."),
    ),
}
# fmt: on
RING_WHEN = (
    "Most days before 8.15, or after 4",
    "Tuesday or Thursday, 1.30 to 3",
    "Any afternoon but Wednesday",
    "Mornings from 9.30; ask the office to fetch me",
    "Friday before break",
    "Ring my mobile after half past four",
)
DONE = (
    "Walked through lessons with the lead, then planned the next fortnight together.",
    "Taught a lesson with two colleagues watching; talked it over afterwards.",
    "Looked at books from all classes and agreed three things to change.",
    "Coached two teachers in their own rooms.",
    "Ran the first half of the staff meeting; the lead ran the second.",
    "Went through the plan week by week and took a third of it out.",
    "Met the teaching assistants: practised the routine until it sat.",
)
NEXT = (
    "They try it in two classes; I see both next time.",
    "The lead writes the plan on one page.",
    "Each teacher films five minutes for herself.",
    "Visit our school to see it in the afternoon.",
    "",
)
CHANGED = (
    "It is in every class now, and staff talk about it without being asked.",
    "The lead leads. That is what we wanted most.",
    "Books show it. The next data will tell whether it lasts.",
    "Calmer, clearer, and the children noticed first.",
    "Some of it has stuck. We should have started with fewer classes.",
    "We know what to do now, and do about half of it.",
)
SEEN = (
    "Seen in three lessons out of four last week.",
    "Books of two classes, looked at with the lead.",
    "Staff say so, and the walk round confirms it.",
)
STORY = {
    "title": "Calmer lessons, one routine at a time",
    "situation": "Staff each did it their own way, and new colleagues had nothing to hold on to.",
    "done": "Lessons were watched with the lead; three things were agreed, and practised in staff "
    "meetings. The lead took over from the second half on.",
    "changed": "The routine is in every class, and staff talk about it without being asked.",
    "lasted": "Three months on it was still so. What helped most: fewer things, done by everybody.",
}
COMMENTS = (
    "A pleasure: the doors were open from the first day.",
    "The lead is ready to help somebody else.",
    "I took as much home as I brought.",
)
