"""What a coordinator reads before proposing: who could do a need, in order, and why others not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leader_on_register
from brokerage.matching import explanation
from brokerage.matching import shortlist as matching
from brokerage.matching.eligibility import Bar, FunnelStep, all_bars
from brokerage.matching.explanation import Reason
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import points, total
from brokerage.matching.shortlist import Ranked, Shortlist
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import queries, register_columns
from brokerage.pairings.giving_way import GivesWay, giving_way
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import need_profile
from brokerage.pairings.register_columns import Called
from brokerage.pairings.releases import release_in_words, releases_in_words
from brokerage.pairings.rules import IN_WORDS, UNDER_WAY, PairingState
from brokerage.pairings.turns import fit_of_leader
from brokerage.specialisms.queries import names
from brokerage.web.paging import Page, page_of

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

    leader_id: int
    name: str
    why: str
    private: bool
    open_to_reason: bool


@dataclass(frozen=True)
class NeedShortlist:
    """All that is to be said about one need. ``nobody`` says why where nobody can be proposed."""

    page: Page[Candidate]
    left_out: Page[LeftOut]
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
    session: Session,
    need: Need,
    today: date,
    number: int,
    left_out: int = 1,
    *,
    actor: Actor | None = None,
    half_days: int | None = None,
) -> NeedShortlist:
    """The shortlist of a need as ``actor`` may read it, a page of those who could at a time, and
    page ``left_out`` of those who are left out: for its days, or for ``half_days`` that are left of
    them. The need must be ready."""
    house = house_rules(session, need.partnership_id)
    floor = house.floor
    earlier = queries.earlier_work(session, need.urn)
    profile = need_profile(need, names(session), earlier=earlier, today=today)
    profile = replace(profile, half_days=half_days or profile.half_days)
    pairings = queries.pairings_of(session, need.id)
    register = register_columns.standing(session, need.partnership_id, today)
    asked_now = any(pairing.state in UNDER_WAY for pairing in pairings)
    instead = register_columns.instead(session, register, need.id) if asked_now else {}
    found = register.index(house.weights).shortlist(profile, floor=floor, instead=instead)
    planned = suggestions(session, need.partnership_id)
    shown = page_of(found.ranked, number, PER_PAGE)
    others = page_of(found.left_out, left_out, PER_PAGE)
    rows = register_columns.leaders_by_id(session, [one.leader.leader_id for one in shown.rows])
    leaders = [rows[one.leader.leader_id] for one in shown.rows]
    releases = releases_in_words(session, need, leaders, today)
    candidates = [
        _candidate(need, leader, one, found, pairings, planned, releases[leader.id])
        for leader, one in zip(leaders, shown.rows, strict=True)
    ]
    called = register_columns.called_by_id(session, [one.leader.leader_id for one in others.rows])
    why_not = _left_out(others.rows, called, pairings, need, actor)
    return NeedShortlist(
        page=shown.with_rows(candidates),
        left_out=others.with_rows(why_not),
        funnel=found.funnel,
        register=len(found.ranked) + len(found.left_out),
        floor=floor,
        nobody=explanation.gap_to_floor(found)
        if found.ranked
        else explanation.why_nobody(found.funnel) or "Nobody is on the register yet.",
        gives_way=[]
        if found.proposable
        else giving_way(session, need, found, register.everybody(instead), house.weights),
        pairings=pairings,
    )


def _candidate(
    need: Need,
    leader: Leader,
    one: Ranked,
    found: Shortlist,
    pairings: list[Pairing],
    planned: list[Pairing],
    release: str,
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
        release=release,
        suggested_for=theirs,
        what_if=touched and not in_plan and one.score >= found.floor,
    )


def fit_of(
    session: Session, need: Need, leader_id: int, today: date, actor: Actor | None = None
) -> Fit:
    """How a leader of the need's partnership fits it, as ``actor`` may read it; raises NotFound for
    anybody else."""
    leader = leader_on_register(session, need.partnership_id, leader_id, today)
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


def is_hushed(actor: Actor | None, need: Need, leader: Leader | Called) -> bool:
    """Whether a private reason between school and leader concerns the actor: as the leader, or as a
    head of the school."""
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


def _left_out(
    lines: Sequence[matching.LeftOut],
    called: Mapping[str, Called],
    pairings: list[Pairing],
    need: Need,
    actor: Actor | None,
) -> list[LeftOut]:
    asked = {p.leader_id for p in pairings if p.state in UNDER_WAY}
    return [
        LeftOut(
            leader_id=int(out.leader.leader_id),
            name=called[out.leader.leader_id].name,
            why=_why_not(out.bar, is_hushed(actor, need, called[out.leader.leader_id])),
            private=out.bar.private,
            open_to_reason=int(out.leader.leader_id) not in asked,
        )
        for out in lines
    ]
