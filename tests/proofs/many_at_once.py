"""Four schedulers and four web workers at once: so many steps fall due, and each is one mail."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import comes
from tests.proofs.installation import installation
from tests.proofs.killed_scheduler import Pace, start
from tests.proofs.mails import Outcome, TimedSink, outcome, still_to_do
from tests.proofs.posting import Poster, Stock, Tally

AT_ONCE = 4
WITHIN = 600


@dataclass
class Many:
    """``first_to_last`` are the seconds from the first mail to the last."""

    outcome: Outcome = field(default_factory=Outcome)
    forms: int = 0
    first_to_last: float = 0.0
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        came = self.outcome
        wrong = came.lost, came.doubled, came.maybe, came.other.total(), len(self.broken)
        return not any(wrong) and came.of_steps == came.steps


def many_steps(
    folder: Path,
    database: str,
    server: str | None,
    *,
    steps: int,
    seed: int,
    pace: Pace | None = None,
) -> Many:
    """Let so many steps fall due before four schedulers, while people post."""
    over, tally, found = threading.Event(), Tally(), Many()
    with installation(folder, f"many_{database}", server) as place:
        sink = TimedSink()
        sink.start()
        stock = Stock(place)
        stock.fill()
        stock.steps.write(steps)
        with place.serving(workers=AT_ONCE):
            posters = [Poster(stock, tally, over, seed + number) for number in range(AT_ONCE)]
            for poster in posters:
                poster.sign_in()
                poster.start()
            schedulers = [
                start(place.settings, sink.url, f"scheduler-{number}", pace=pace)
                for number in range(AT_ONCE)
            ]
            comes(lambda: len(sink.mails) >= steps, within=WITHIN)
            over.set()
            for poster in posters:
                poster.join(60)

            def all_are_sent() -> bool:
                with place.looking() as session:
                    return not still_to_do(session, stock.steps)

            assert comes(all_are_sent, within=WITHIN), place.said("scheduler-0")
            for scheduler in schedulers:
                scheduler.terminate()
            for scheduler in schedulers:
                scheduler.join(60)
        sink.stop()
        found.outcome = outcome(stock.steps, sink)
        found.forms = len(tally.sent)
        found.first_to_last = max(sink.times) - min(sink.times)
        found.broken = place.broken()
    return found
