"""Rows of the register turned into what matching understands.

A specialism counts in its phase: its key in a profile is ``code@phase``.
"""

from collections.abc import Collection, Mapping
from datetime import date

from brokerage.leaders.models import Leader
from brokerage.leaders.rules import Accepting, Level, school_year
from brokerage.matching import profiles as matching
from brokerage.needs.models import Need
from brokerage.schools.models import School, SchoolStatus

SIZE_BANDS = (120, 250, 450, 900)
"""Pupils: up to the first is band 1, above the last band 5 (quartiles of English schools)."""
DISADVANTAGE_BANDS = (8, 15, 25, 38)
"""Percentage of pupils entitled to free school meals, likewise."""
PHASES = frozenset(phase.value for phase in matching.Phase)


def ready(need: Need) -> bool:
    """Whether the need says enough to be matched: what, in which phase, how many days."""
    return bool(need.code and need.half_days and _phase(need) is not None)


def need_profile(
    need: Need,
    names: Mapping[str, str],
    *,
    today: date,
    for_school: bool = False,
    earlier: Mapping[int, bool] | None = None,
) -> matching.NeedProfile:
    """The need as matching sees it on a day. ``names`` are areas of expertise by code;
    ``for_school`` words it for the school's own page; ``earlier`` says of leaders who were here
    before how it went.

    The need must be :func:`ready`.
    """
    phase = _phase(need)
    if phase is None or need.code is None or need.half_days is None:
        raise ValueError(f"need {need.id} is not ready to be matched")
    suffix = "" if for_school else f" ({phase})"
    good, poor = matching.Relationship.GOOD, matching.Relationship.POOR
    return matching.NeedProfile(
        need_id=str(need.id),
        specialism=f"{need.code}@{phase}",
        specialism_name=f"{names.get(need.code, need.code)}{suffix}",
        also=f"{need.also_code}@{phase}" if need.also_code else None,
        also_name=names.get(need.also_code or "", ""),
        phase=phase,
        half_days=need.half_days,
        urgency=matching.Urgency(need.urgency.value),
        terms=frozenset(matching.Term(term) for term in need.terms),
        weekdays=frozenset(matching.Weekday(day) for day in need.weekdays),
        place=_place(need.school),
        school=str(need.urn),
        trust=_text(need.school.trust_uid),
        school_closed=not need.school.takes_work,
        designation=need.designation,
        designation_required=need.designation_required,
        context=context(need.school),
        not_leaders=frozenset(str(bar.leader_id) for bar in need.bars),
        earlier={str(leader): good if well else poor for leader, well in (earlier or {}).items()},
        remote_allowed=need.remote,
        phone_enough=need.phone_enough,
        fragile=need.fragile,
        same_trust=need.partnership.same_trust,
        conflicts=_conflicts(need, today),
    )


def _conflicts(need: Need, today: date) -> dict[str, str]:
    """What stands between the school and each leader, in words, by leader id."""
    found: dict[str, list[str]] = {}
    for conflict in need.conflicts:
        if conflict.holds_on(today):
            found.setdefault(str(conflict.leader_id), []).append(conflict.kind.value)
    return {leader: " and ".join(kinds) for leader, kinds in found.items()}


def leader_profile(
    leader: Leader,
    today: date,
    *,
    asked_out: tuple[int, int] = (0, 0),
    home_school_left: int | None = None,
    never_deployed: bool = False,
) -> matching.LeaderProfile:
    """The leader as matching sees them, with the days left of this school year.

    ``asked_out`` are the half-days, and the engagements, for which they are being asked just now
    and which are not held yet; ``home_school_left`` the half-days that their home school may still
    give this year (None: any); ``never_deployed``: no pairing of theirs was ever confirmed.
    """
    year = school_year(today)
    account = next((account for account in leader.accounts if account.year == year), None)
    half_days, places = asked_out
    return matching.LeaderProfile(
        leader_id=str(leader.id),
        specialisms=_claims(leader, today),
        phases=_phases(leader),
        half_days_left=max((account.left if account else 0) - half_days, 0),
        engagements_free=max(leader.engagements_at_once - leader.engaged - places, 0),
        max_metres=leader.max_km * 1000 if leader.max_km is not None else None,
        place=_place(leader.home),
        terms=frozenset(matching.Term(term) for term in leader.terms),
        weekdays=frozenset(matching.Weekday(day) for day in leader.weekdays),
        home_school=str(leader.home_urn),
        home_school_closed=leader.home.status is SchoolStatus.CLOSED,
        trust=_text(leader.home.trust_uid),
        designations=frozenset(d.kind for d in leader.designations),
        been_in=_been_in(leader),
        openness=openness(leader, today),
        home_school_half_days=home_school_left,
        never_deployed=never_deployed,
    )


BEEN_THERE = {
    "a small school": matching.Context(size=1),
    "a large school": matching.Context(size=5),
    "many disadvantaged pupils": matching.Context(disadvantage=5),
    "an academy": matching.Context(kind="academy"),
    "becoming an academy": matching.Context(kind="academy"),
}
"""What a leader says of where they have led, so far as a school's record can be like it."""


def _been_in(leader: Leader) -> tuple[matching.Context, ...]:
    """The kinds of school that the leader knows from inside, the home school first."""
    said = [BEEN_THERE[words] for words in leader.been_there if words in BEEN_THERE]
    faiths = [matching.Context(faith=faith) for faith in leader.faiths]
    return tuple(dict.fromkeys([context(leader.home), *said, *faiths]))


def openness(leader: Leader, today: date) -> matching.Openness:
    """Whether the leader takes new requests today; who is closed until a date opens on it."""
    if leader.accepting is Accepting.CALL_ONLY:
        return matching.Openness.PHONE_ONLY
    if leader.accepting is Accepting.CLOSED and (
        leader.closed_until is None or today < leader.closed_until
    ):
        return matching.Openness.CLOSED
    return matching.Openness.ACCEPTING


def context(school: School) -> matching.Context:
    """The kind of school, in bands; unknown parts are None."""
    kind = None
    if school.trust_uid is not None:
        kind = "academy"
    elif school.type_name:
        kind = "academy" if "cadem" in school.type_name else "maintained"
    return matching.Context(
        size=_band(school.pupils, SIZE_BANDS),
        kind=kind,
        faith=school.religious_character,
        disadvantage=_band(school.percent_fsm, DISADVANTAGE_BANDS),
    )


def _claims(leader: Leader, today: date) -> dict[str, matching.Claim]:
    this_year = school_year(today)
    return {
        f"{claim.code}@{claim.phase}": matching.Claim(
            depth=matching.Depth.LEADS if claim.level is Level.LEADS else matching.Depth.SUPPORTS,
            evidence_age=max(this_year - school_year(claim.evidence_on), 0)
            if claim.evidence_on
            else None,
        )
        for claim in leader.specialisms
    }


def _phases(leader: Leader) -> tuple[matching.Phase, ...]:
    """The home school's phase first, then those of the specialisms. A leader whose school has a
    phase that matching does not know starts with the first of their specialisms."""
    found = [leader.home.phase.value, *(claim.phase.value for claim in leader.specialisms)]
    known = [matching.Phase(value) for value in dict.fromkeys(found) if value in PHASES]
    return tuple(known) or (matching.Phase.PRIMARY,)


def _phase(need: Need) -> matching.Phase | None:
    value = (need.phase or need.school.phase).value
    return matching.Phase(value) if value in PHASES else None


def _place(school: School) -> matching.Place | None:
    if school.easting is None or school.northing is None:
        return None
    return matching.Place(school.easting, school.northing)


def _band(value: float | None, limits: Collection[float]) -> int | None:
    return None if value is None else 1 + sum(value > limit for limit in limits)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
