"""What can be refused, and how: each carries a sentence that is shown to the person."""


class BrokerageError(Exception):
    """Something was refused; ``sentence`` says what, to the person who asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(BrokerageError):
    """There is no such thing, or not for this person: both answer alike."""

    def __init__(self, sentence: str = "This page does not exist, or is not yours to see.") -> None:
        super().__init__(sentence)


class NotAllowed(BrokerageError):
    """The thing is there to be seen, but this is not theirs to do."""


class RuleBroken(BrokerageError):
    """A rule of the service says no. ``field`` names the form field to mend, where there is one."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class ChangedMeanwhile(RuleBroken):
    """Somebody else changed the thing since this person's page was made."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Somebody else changed {what} while you were looking at it. "
            "Nothing of yours is saved yet: look at how it is now, then send again."
        )


class DoneAlready(RuleBroken):
    """What is asked for was done before, by the same person: nothing more is needed."""


class SentAlready(RuleBroken):
    """The form was sent and done before, with something else in it."""

    def __init__(self) -> None:
        super().__init__("This form was already sent. Open it afresh to send something else.")


class Busy(BrokerageError):
    """The database could not be had in time; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The service is busy. Nothing was changed: wait a moment and try again.")


class TooManyTries(BrokerageError):
    """Something was tried too often in too short a time."""
