"""The scheduler: APScheduler, which only ticks, and the list of what each tick does.

One process holds the lease and ticks; any other stands by. All truth is rows: each tick function
looks for what is due and does it, however late, and twice does no harm.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

from apscheduler.job import Job
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import FormKey, db, writing
from brokerage.engagements.visit_services import settle_silent
from brokerage.follow_ups import services as follow_ups
from brokerage.headships import ticks as headships
from brokerage.leaders.asked_services import open_questions
from brokerage.messages.leftovers import Fence
from brokerage.messages.sending import Mailer, new_holder, send_waiting, unfenced
from brokerage.pairings.carrying_out import always, run_waiting
from brokerage.pairings.run_services import look_again_where_due
from brokerage.pairings.services import end_those_without_a_need
from brokerage.people.links import fill
from brokerage.people.steps import refuse_address
from brokerage.schools.services import run_waiting_imports
from brokerage.settings import Settings
from brokerage.upkeep import daily, steps

log = logging.getLogger("brokerage")

LEASE = "scheduler"
TICK_SECONDS = 3
BEGINS_WITHIN = 0.05


@dataclass(frozen=True)
class Turn:
    """One tick: who acts at which instant, and the question to ask before an effect outside the
    database: whether this process still is the one that ticks. What takes long asks ``going_on``
    in between: whether the process is not told to end."""

    by: By
    fence: Fence = unfenced
    going_on: Callable[[], bool] = always


def send_messages(turn: Turn) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    mailer = Mailer(
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
        fill=fill,
        on_refused=refuse_address,
        keep=bool(current_app.config["DEMO"]),
        burst_guard=settings.burst_guard,
    )
    came = send_waiting(turn.by, mailer, fence=turn.fence)
    return ", ".join(f"{count} {what}" for what, count in sorted(came.items())) or "none were due"


def forget_form_keys(turn: Turn) -> str:
    with Session(db.engine) as session:
        old = FormKey.at < turn.by.now - steps.FORM_KEYS_LAST
        if session.scalar(select(FormKey.id).where(old).limit(1)) is None:
            return "none are old"
    with writing() as session:
        return f"{steps.forget_form_keys(session, turn.by.now)} forgotten"


def run_imports(turn: Turn) -> str:
    """Imports of the register that coordinators asked for; each is claimed by one process alone."""
    settings: Settings = current_app.config["SETTINGS"]
    ran = run_waiting_imports(settings.instance / "imports")
    return f"{ran} imported" if ran else "none are waiting"


def settle(turn: Turn) -> str:
    """What happens below without a caller above: time passes, a school closes."""
    ended = end_those_without_a_need(turn.by)
    settled = settle_silent(turn.by)
    new_heads = headships.tick(turn.by, daily.hushed(turn.by))
    words = [f"{count} {what}" for what, count in sorted(new_heads.items()) if count]
    return ", ".join([f"{ended} pairings ended", f"{settled} logs settled", *words])


def hand_over(turn: Turn) -> str:
    """Who left their post, and who follows."""
    handed_over = daily.hand_over(turn.by)
    return "nobody changed post" if handed_over is None else f"{handed_over} handed over"


def follow_up(turn: Turn) -> str:
    def ours() -> bool:
        with Session(db.engine) as session:
            return turn.going_on() and turn.fence(session)

    return f"{follow_ups.tick(turn.by, ours)} asked, reminded or put on a desk"


def sweep(turn: Turn) -> str:
    """Once a night, look at everything in the morning, whatever the hints say."""
    swept = daily.once(turn.by, "sweep", follow_ups.sweep)
    return "done today" if swept is None else f"{swept} to be looked at"


def ask_about_days(turn: Turn) -> str:
    """Once a day: what leaders are to be asked about their days; the follow-ups ask it."""
    opened = daily.once(turn.by, "days", open_questions)
    return "done today" if opened is None else f"{opened} new questions"


def look_again(turn: Turn) -> str:
    """Once a night, in each partnership in which a need has nobody."""
    return f"{look_again_where_due(turn.by)} asked for"


def make_plans(turn: Turn) -> str:
    """Plans that coordinators asked for; each is claimed by one process alone."""
    return f"{run_waiting(going_on=turn.going_on)} made"


# What each tick does, in this order. Each answers in a few words what it did.
TICKS: list[tuple[str, Callable[[Turn], str]]] = [
    ("forget old form keys", forget_form_keys),
    ("import schools", run_imports),
    ("settle what time has settled", settle),
    ("hand over", hand_over),
    ("sweep", sweep),
    ("ask about days", ask_about_days),
    ("follow up", follow_up),
    ("send messages", send_messages),
    ("look again for waiting needs", look_again),
    ("make plans", make_plans),
]
LONG = frozenset({"make plans"})
"""What may take minutes has a turn of its own, so that messages do not wait for it."""


def tick(
    app: Flask,
    now: datetime,
    fence: Fence = unfenced,
    going_on: Callable[[], bool] = always,
    *,
    long: bool | None = None,
) -> list[tuple[str, str]]:
    """Run every tick once, as at ``now``; answers each one's name and what it did. ``long``: only
    those that may take long, or only the others.

    One that fails is logged, and the others go on.
    """
    done: list[tuple[str, str]] = []
    for name, function in TICKS:
        if long is not None and (name in LONG) is not long:
            continue
        with app.app_context():
            try:
                done.append((name, function(Turn(By(SERVICE, now), fence, going_on))))
            except Exception as fault:
                log.exception("tick=%s failed", name.replace(" ", "-"))
                done.append((name, f"failed ({type(fault).__name__})"))
    if not long:
        with app.app_context(), writing() as session:
            steps.note_tick(session, LEASE, clock.true_now())
    return done


class Ticker:
    """This process as the one that ticks, or as one that stands by."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.holder = new_holder()
        self.token: int | None = None
        self.stopping = threading.Event()
        self._told: str | None = None

    def keep_lease(self) -> None:
        """Hold on to the lease, or take it where it is free."""
        with self.app.app_context(), writing() as session:
            now = clock.true_now()
            if self.token is None or not steps.keep(session, LEASE, self.token, now):
                self.token = steps.take(session, LEASE, self.holder, now)
        self._tell("standby" if self.token is None else "ticking")

    def tick(self, *, long: bool = False) -> None:
        """Run every tick (``long``: those that may take long), if it is for this process to do."""
        token = self.token
        if token is None or self.stopping.is_set():
            return

        def fence(session: Session) -> bool:
            return not self.stopping.is_set() and steps.holds(
                session, LEASE, token, clock.true_now()
            )

        with self.app.app_context(), Session(db.engine) as session:
            ours = fence(session)
        if ours:
            tick(self.app, clock.now(), fence, lambda: not self.stopping.is_set(), long=long)

    def take_time(self) -> None:
        """Run what may take long, beside the other ticks."""
        self.tick(long=True)

    def give_back(self) -> None:
        """Let another process take over at once."""
        self.stopping.set()
        if self.token is not None:
            with self.app.app_context(), writing() as session:
                steps.give_back(session, LEASE, self.token, clock.true_now())
            self.token = None

    def _tell(self, what: str) -> None:
        if what != self._told:
            log.info("scheduler=%s holder=%s", what, self.holder)
            self._told = what


def _shut_down(scheduler: BlockingScheduler) -> None:
    """End it, even where the word to stop came before it had begun."""
    while True:
        try:
            scheduler.shutdown()
            return
        except SchedulerNotRunningError:
            threading.Event().wait(BEGINS_WITHIN)


def run(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT."""
    ticker = Ticker(app)
    scheduler = BlockingScheduler(
        timezone=clock.LONDON,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if ticker.stopping.is_set():
            return  # told twice: by an operator, and by the process that started this one
        ticker.stopping.set()
        threading.Thread(target=_shut_down, args=(scheduler,), name="stop").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    every = IntervalTrigger(seconds=TICK_SECONDS)
    work: list[Job] = []

    def keep_lease() -> None:
        stood_by = ticker.token is None
        ticker.keep_lease()
        if stood_by and ticker.token is not None:  # what the dead one left waits no longer
            for job in work:
                job.modify(next_run_time=datetime.now(clock.LONDON))

    # Each on its own, so that a long tick keeps its lease, and a longer one holds up no message.
    scheduler.add_job(keep_lease, every, next_run_time=datetime.now(clock.LONDON))
    for job in (ticker.tick, ticker.take_time):
        work.append(scheduler.add_job(job, every, next_run_time=datetime.now(clock.LONDON)))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    try:
        scheduler.start()
    finally:
        ticker.give_back()
        log.info("scheduler=stopped holder=%s", ticker.holder)
