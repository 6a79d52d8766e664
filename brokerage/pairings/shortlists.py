"""What a coordinator reads before proposing: who could do a need, in order, and why others not."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of, releaser_of
from brokerage.leaders.rules import school_year
from brokerage.matching import explanation
from brokerage.matching.eligibility import FunnelStep, first_bar
from brokerage.matching.explanation import Reason
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import points, total
from brokerage.matching.shortlist import Ranked, Shortlist, make_shortlist
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import queries
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import leader_profile, need_profile
from brokerage.pairings.rules import IN_WORDS, UNDER_WAY, PairingState, covers
from brokerage.partnerships.models import Partnership
from brokerage.specialisms.queries import names
from brokerage.web.paging import Page
from brokerage.web.words import days

PER_PAGE = 20


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
    pairings: list[Pairing]

    @property
    def being_asked(self) -> list[Pairing]:
        return [pairing for pairing in self.pairings if pairing.state in UNDER_WAY]


def for_need(session: Session, need: Need, today: date, number: int) -> NeedShortlist:
    """The shortlist of a need, a page of those who could at a time. The need must be ready."""
    floor = session.get_one(Partnership, need.partnership_id).quality_floor
    register = queries.register(session, need.partnership_id, today, besides=need.id)
    profile = need_profile(need, names(session), earlier=queries.earlier_work(session, need.urn))
    found = make_shortlist(profile, [fit for _, fit in register], floor=floor)
    rows = {fit.leader_id: leader for leader, fit in register}
    pairings = queries.pairings_of(session, need.id)
    number = max(1, min(number, -(-len(found.ranked) // PER_PAGE)))
    shown = found.ranked[(number - 1) * PER_PAGE : number * PER_PAGE]
    return NeedShortlist(
        page=Page(
            [
                _candidate(session, need, rows[one.leader.leader_id], one, found, pairings, today)
                for one in shown
            ],
            number,
            len(found.ranked),
            PER_PAGE,
        ),
        left_out=_left_out(found, rows, pairings),
        funnel=found.funnel,
        register=len(register),
        floor=floor,
        nobody=explanation.gap_to_floor(found)
        if found.ranked
        else explanation.why_nobody(found.funnel) or "Nobody is on the register yet.",
        pairings=pairings,
    )


def _candidate(
    session: Session,
    need: Need,
    leader: Leader,
    one: Ranked,
    found: Shortlist,
    pairings: list[Pairing],
    today: date,
) -> Candidate:
    mine = next((p for p in pairings if p.leader_id == leader.id), None)
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
    )


def fit_of(session: Session, need: Need, leader_id: int, today: date) -> Fit:
    """How a leader of the need's partnership fits it; raises NotFound for anybody else."""
    leaders = leaders_of(session, need.partnership_id, today)
    leader = next((one for one in leaders if one.id == leader_id), None)
    if leader is None:
        raise NotFound
    profile = need_profile(need, names(session), earlier=queries.earlier_work(session, need.urn))
    fit = leader_profile(leader, today)
    given = points(profile, fit)
    floor = session.get_one(Partnership, need.partnership_id).quality_floor
    return Fit(
        leader=leader,
        score=total(given),
        reasons=explanation.for_coordinator(profile, fit, given),
        in_the_way=in_the_way(profile, fit, total(given), floor),
        release=release_in_words(session, need, leader, today),
    )


def in_the_way(profile: NeedProfile, fit: LeaderProfile, score: int, floor: int) -> str:
    """The rule that leaves somebody out, or by how much the floor does; empty where neither."""
    bar = first_bar(profile, fit)
    if bar is not None:
        return explanation.why_not(bar)
    if score < floor:
        return f"This is {floor - score} points below what the partnership asks for."
    return ""


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


def _left_out(found: Shortlist, rows: dict[str, Leader], pairings: list[Pairing]) -> list[LeftOut]:
    """Those nearest to being taken first: the later the rule that failed, the nearer."""
    place = {step.code: number for number, step in enumerate(found.funnel)}
    asked = {p.leader_id for p in pairings if p.state in UNDER_WAY}
    return [
        LeftOut(
            leader=rows[out.leader.leader_id],
            why=explanation.why_not(out.bar),
            private=out.bar.private,
            open_to_reason=int(out.leader.leader_id) not in asked,
        )
        for out in sorted(found.left_out, key=lambda out: -place[out.bar.code])
    ]
