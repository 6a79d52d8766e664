"""What a coordinator reads before proposing: who could do a need, in order, and why others not."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of, releaser_of
from brokerage.leaders.rules import school_year
from brokerage.matching import explanation
from brokerage.matching.eligibility import Bar, FunnelStep, all_bars
from brokerage.matching.explanation import Reason
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import points, total
from brokerage.matching.shortlist import Ranked, Shortlist, make_shortlist
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import queries
from brokerage.pairings.giving_way import GivesWay, giving_way
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import need_profile
from brokerage.pairings.rules import IN_WORDS, UNDER_WAY, PairingState, covers
from brokerage.pairings.turns import fit_of_leader
from brokerage.specialisms.queries import names
from brokerage.web.paging import Page
from brokerage.web.words import days

PER_PAGE = 20
HUSHED = "Another coordinator knows why."


@dataclass(frozen=True)
class Fit:
    """How one leader fits a need; ``in_the_way`` says which rule, or the floor, leaves them out."""

    leader: Leader
    score: int
    reasons: tuple[Reason, ...]
    in_the_way: str
    release: str


@dataclass(frozen=True)
class Candidate:
    """One leader who could: ``below`` are the points that are wanting to the floor, ``became`` says
    what became of them if they were tried for this need, ``release`` who releases them."""

    leader: Leader
    rank: int
    score: int
    reasons: tuple[Reason, ...]
    metres: int | None
    half_days_left: int
    below: int
    became: str
    can_be_proposed: bool
    release: str
    suggested_for: list[Need]
    """Other needs for which the plan suggests them."""
    what_if: bool
    """Whether it can be asked what giving them here would change in the plan."""


@dataclass(frozen=True)
class LeftOut:
    """One leader whom a rule leaves out, and why; ``private`` is for the coordinator alone."""

    leader: Leader
    why: str
    private: bool
    open_to_reason: bool


@dataclass(frozen=True)
class NeedShortlist:
    """All that is to be said about one need. ``nobody`` says why where nobody can be proposed."""

    page: Page[Candidate]
    left_out: list[LeftOut]
    funnel: tuple[FunnelStep, ...]
    register: int
    floor: int
    nobody: str
    gives_way: list[GivesWay]
    pairings: list[Pairing]

    @property
    def being_asked(self) -> list[Pairing]:
        return [pairing for pairing in self.pairings if pairing.state in UNDER_WAY]


def for_need(
    session: Session, need: Need, today: date, number: int, actor: Actor | None = None
) -> NeedShortlist:
    """The shortlist of a need, a page of those who could at a time, as ``actor`` may read it. The
    need must be ready."""
    house = house_rules(session, need.partnership_id)
    floor = house.floor
    register = queries.register(session, need.partnership_id, today, besides=need.id)
    earlier = queries.earlier_work(session, need.urn)
    profile = need_profile(need, names(session), earlier=earlier, today=today)
    fits = [fit for _, fit in register]
    found = make_shortlist(profile, fits, floor=floor, weights=house.weights)
    rows = {fit.leader_id: leader for leader, fit in register}
    pairings = queries.pairings_of(session, need.id)
    planned = suggestions(session, need.partnership_id)
    number = max(1, min(number, -(-len(found.ranked) // PER_PAGE)))
    shown = found.ranked[(number - 1) * PER_PAGE : number * PER_PAGE]
    return NeedShortlist(
        page=Page(
            [
                _candidate(
                    session, need, rows[one.leader.leader_id], one, found, pairings, planned, today
                )
                for one in shown
            ],
            number,
            len(found.ranked),
            PER_PAGE,
        ),
        left_out=_left_out(found, rows, pairings, need, actor),
        funnel=found.funnel,
        register=len(register),
        floor=floor,
        nobody=explanation.gap_to_floor(found)
        if found.ranked
        else explanation.why_nobody(found.funnel) or "Nobody is on the register yet.",
        gives_way=[]
        if found.proposable
        else giving_way(need, found, [fit for _, fit in register], house.weights, rows),
        pairings=pairings,
    )


def _candidate(
    session: Session,
    need: Need,
    leader: Leader,
    one: Ranked,
    found: Shortlist,
    pairings: list[Pairing],
    planned: list[Pairing],
    today: date,
) -> Candidate:
    mine = next((p for p in pairings if p.leader_id == leader.id), None)
    theirs = [p.need for p in planned if p.leader_id == leader.id and p.need_id != need.id]
    in_plan = mine is not None and mine.state is PairingState.SUGGESTED
    touched = bool(theirs) or any(p.need_id == need.id for p in planned)
    over_or_new = mine is None or mine.state not in UNDER_WAY
    return Candidate(
        leader=leader,
        rank=one.rank,
        score=one.score,
        reasons=explanation.for_coordinator(found.need, one.leader, one.points),
        metres=one.metres,
        half_days_left=one.leader.half_days_left,
        below=max(found.floor - one.score, 0),
        became=_became(mine),
        can_be_proposed=over_or_new,
        release=release_in_words(session, need, leader, today),
        suggested_for=theirs,
        what_if=touched and not in_plan and one.score >= found.floor,
    )


def fit_of(
    session: Session, need: Need, leader_id: int, today: date, actor: Actor | None = None
) -> Fit:
    """How a leader of the need's partnership fits it, as ``actor`` may read it; raises NotFound for
    anybody else."""
    leaders = leaders_of(session, need.partnership_id, today)
    leader = next((one for one in leaders if one.id == leader_id), None)
    if leader is None:
        raise NotFound
    earlier, house = (
        queries.earlier_work(session, need.urn),
        house_rules(session, need.partnership_id),
    )
    profile = need_profile(need, names(session), earlier=earlier, today=today)
    fit = fit_of_leader(session, leader, need.partnership_id, today, besides=need.id)
    given = points(profile, fit, house.weights)
    return Fit(
        leader=leader,
        score=total(given),
        reasons=explanation.for_coordinator(profile, fit, given),
        in_the_way=in_the_way(
            profile, fit, total(given), house.floor, hushed=is_hushed(actor, need, leader)
        ),
        release=release_in_words(session, need, leader, today),
    )


def suggestions(session: Session, partnership_id: int) -> list[Pairing]:
    """What the plan of a partnership suggests and nobody has sent."""
    query = select(Pairing).filter_by(partnership_id=partnership_id, state=PairingState.SUGGESTED)
    return list(session.scalars(query.order_by(Pairing.id)))


def is_hushed(actor: Actor | None, need: Need, leader: Leader) -> bool:
    """Whether a private reason between the two concerns the actor: as the leader, or as a head of
    the school."""
    if actor is None:
        return False
    return leader.person_id == actor.person_id or need.urn in actor.heads()


def in_the_way(
    profile: NeedProfile, fit: LeaderProfile, score: int, floor: int, *, hushed: bool = False
) -> str:
    """Every rule that leaves somebody out, and by how much the floor does; empty where none does.
    A coordinator who overrides with a reason must know them all, but for what is ``hushed``."""
    said = [_why_not(bar, hushed) for bar in all_bars(profile, fit)]
    if score < floor:
        said.append(f"This is {floor - score} points below what the partnership asks for.")
    return " ".join(said)


def _why_not(bar: Bar, hushed: bool) -> str:
    return HUSHED if hushed and bar.private else explanation.why_not(bar)


def _became(pairing: Pairing | None) -> str:
    if pairing is None:
        return ""
    if pairing.state is PairingState.CONFIRMED and pairing.need.state in IN_QUEUE:
        return "Was agreed for this need, and has ended"
    reason = f": {pairing.over_reason}" if pairing.over_reason else ""
    return f"{IN_WORDS[pairing.state]}{reason}"


def release_in_words(session: Session, need: Need, leader: Leader, today: date) -> str:
    """Whether a standing release covers the need's days, or who would be asked."""
    if leader.standing_half_days is not None and covers(
        standing_half_days=leader.standing_half_days,
        standing_until=leader.standing_until,
        standing_terms=leader.standing_terms,
        standing_weekdays=leader.standing_weekdays,
        today=today,
        taken=queries.standing_days_taken(session, leader.id, school_year(today)),
        half_days=need.half_days or 1,
        terms=need.terms,
        weekdays=need.weekdays,
    ):
        return f"Released for the year ({days(leader.standing_half_days)} in all)"
    releaser = releaser_of(session, leader, today)
    return f"{releaser.name} is asked" if releaser else "Nobody known: add the head of their school"


def _left_out(
    found: Shortlist,
    rows: dict[str, Leader],
    pairings: list[Pairing],
    need: Need,
    actor: Actor | None,
) -> list[LeftOut]:
    """Those nearest to being taken first: the later the rule that failed, the nearer."""
    place = {step.code: number for number, step in enumerate(found.funnel)}
    asked = {p.leader_id for p in pairings if p.state in UNDER_WAY}
    return [
        LeftOut(
            leader=rows[out.leader.leader_id],
            why=_why_not(out.bar, is_hushed(actor, need, rows[out.leader.leader_id])),
            private=out.bar.private,
            open_to_reason=int(out.leader.leader_id) not in asked,
        )
        for out in sorted(found.left_out, key=lambda out: -place[out.bar.code])
    ]
