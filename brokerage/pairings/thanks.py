"""What somebody reads once they have answered: thank you, and what happens next."""

from brokerage.pairings.rules import Step

SAID = {
    (Step.RELEASE, "yes"): "released",
    (Step.RELEASE, "conditions"): "released",
    (Step.RELEASE, "year"): "released-for-the-year",
    (Step.RELEASE, "no"): "not-released",
    (Step.CHOOSE, "yes"): "chosen",
    (Step.CHOOSE, "no"): "not-chosen",
    (Step.ACCEPT, "yes"): "accepted",
    (Step.ACCEPT, "no"): "declined",
}
"""By step and answer, the name of the page that says what comes next."""

THANKS: dict[str, tuple[str, str]] = {
    "released": (
        "Thank you: you have released them",
        "The others who have to agree are asked next. You hear as soon as it is settled, and the "
        "days count only then.",
    ),
    "released-for-the-year": (
        "Thank you: you have released them for the year",
        "The others who have to agree are asked next. From now on you are told each time that days "
        "are offered, and have three school days to object; you can take the release back whenever "
        "you like.",
    ),
    "not-released": (
        "Thank you for saying so",
        "Only the coordinator sees your answer. The person will not hear that they were asked for, "
        "and nor will the school.",
    ),
    "chosen": (
        "Thank you: you have made your choice",
        "Whoever still has to agree is asked now. You hear as soon as it is settled, with a date "
        "for the first contact.",
    ),
    "not-chosen": (
        "Thank you: we look on",
        "Your need keeps its place. The coordinator comes back to you with somebody else, or to "
        "talk about it. Nobody is told that they were not chosen.",
    ),
    "accepted": (
        "Thank you: the days are held for this",
        "The coordinator confirms it once everybody has agreed. Then you and the school get the "
        "agreement and each other’s details.",
    ),
    "declined": (
        "Thank you for saying so",
        "Nothing is held against anybody here. The coordinator looks for somebody else.",
    ),
    "ring": (
        "Somebody will ring you",
        "The coordinator has just been told. Nothing is decided: you can still answer with the "
        "same link.",
    ),
    "objected": (
        "Thank you: this is stopped for now",
        "The days are not given this time. Your release for the year stays as it is for other "
        "requests. Only the coordinator sees your reason.",
    ),
    "undone": (
        "That answer is undone",
        "You are asked afresh by e-mail, and can answer as you wish. The coordinator is told.",
    ),
}
