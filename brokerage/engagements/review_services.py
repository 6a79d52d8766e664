"""Use cases about reviews: the mid-point, the evaluation, the leader's comment, the look-backs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.engagements import phone_notes, steps
from brokerage.engagements.concern_steps import tell_in_private
from brokerage.engagements.models import Engagement, Review
from brokerage.engagements.outcome_steps import keep_findings
from brokerage.engagements.queries import leader_today, parts, review_of, supported_head
from brokerage.engagements.review_rules import MEASURED, Said, check_said
from brokerage.engagements.rules import (
    LOGGERS,
    SPEAKERS,
    WENT_WELL,
    Difference,
    EngagementState,
    MidPoint,
    NoteKind,
    ReviewKind,
)
from brokerage.engagements.telling import ANSWERED_BY, COMMENT, coordinator, settled, tell
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason
from brokerage.pairings.models import Pairing
from brokerage.people.steps import use_link

ONCE = "This was answered already. Thank you."


@dataclass(frozen=True)
class Given:
    """An answer as it was given: ``said`` of each outcome, and ``private`` for the coordinator."""

    kind: ReviewKind
    choice: str
    words: str
    exit_plan: str = ""
    said: Sequence[Said] = ()
    private: str = ""
    link_id: int | None = None


@use_case("review.mid_point")
def mid_point(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    choice: MidPoint,
    words: str = "",
    exit_plan: str = "",
    said: Sequence[Said] = (),
    private: str = "",
    link_id: int | None = None,
) -> None:
    """How each outcome stands; keep, change or stop, and a plan for afterwards. The coordinator
    hears of the last two, and of what is ``private``."""
    engagement, mine = _for_school(session, by, engagement_id)
    if engagement.state is not EngagementState.ACTIVE:
        raise RuleBroken("The mid-point comes while the support is under way.")
    came: dict[str, int] = {}
    if choice is not MidPoint.KEEP:
        says = f"Half way, the school says: {choice}. {words}"
        came["concern"] = steps.note_concern(session, by, engagement, says).id
        tell(
            session,
            by,
            engagement,
            "mid_point_change",
            coordinator(session, by, engagement),
            key=f"mid_point_change/{engagement.id}/{by.now.isoformat()}",
        )
    answer = Given(ReviewKind.MID_POINT, choice, words, exit_plan, said, private, link_id)
    _keep(session, by, engagement, answer, mine, came)
    engagement.exit_plan = exit_plan or engagement.exit_plan


@use_case("review.evaluation")
def evaluate(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    difference: Difference,
    words: str,
    exit_plan: str = "",
    said: Sequence[Said] = (),
    private: str = "",
    link_id: int | None = None,
) -> None:
    """The supported head says what it has changed, of each outcome and as a whole: that closes the
    engagement and its need."""
    engagement, mine = _for_school(session, by, engagement_id)
    if not words.strip() and not any(one.evidence.strip() for one in said):
        raise RuleBroken("Say in a line or two what has changed, or what has not.", field="words")
    answer = Given(ReviewKind.EVALUATION, difference, words, exit_plan, said, private, link_id)
    _keep(session, by, engagement, answer, mine)
    steps.move(session, by, engagement, "close", mine)
    engagement.over_at = by.now
    engagement.exit_plan = exit_plan or engagement.exit_plan
    pairing = session.get_one(Pairing, engagement.pairing_id)
    pairing.went_well = difference.level >= WENT_WELL
    (need,) = locked(session, Need, engagement.need_id)
    needs.close(session, by, need, CloseReason.MET, as_service=True)
    tell(
        session,
        by,
        engagement,
        "evaluation_given",
        leader_today(session, engagement, london_date(by.now)),
        key=f"evaluation_given/{engagement.id}/{by.now.isoformat()}",
        purpose=COMMENT,
    )


@use_case("review.comment")
def comment(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    words: str,
    private: str = "",
    link_id: int | None = None,
) -> None:
    """The leader's own word beside the evaluation."""
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if not mine & LOGGERS:
        raise NotFound
    if not words.strip():
        raise RuleBroken("Write a line or two.", field="words")
    kind = ReviewKind.LEADER_COMMENT
    answer = Given(kind, "comment", words, private=private, link_id=link_id)
    _keep(session, by, engagement, answer, mine)


@use_case("review.look_back")
def look_back(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    kind: ReviewKind,
    difference: Difference,
    words: str = "",
    said: Sequence[Said] = (),
    private: str = "",
    link_id: int | None = None,
) -> None:
    """Three or six months on: the same measures again."""
    if kind not in (ReviewKind.LOOK_BACK_3, ReviewKind.LOOK_BACK_6):
        raise NotFound
    engagement, mine = _for_school(session, by, engagement_id)
    if engagement.state is not EngagementState.CLOSED:
        raise RuleBroken("The look back comes after the evaluation.")
    answer = Given(kind, difference, words, "", said, private, link_id)
    _keep(session, by, engagement, answer, mine)


def _for_school(session: Session, by: By, engagement_id: int) -> tuple[Engagement, set[Part]]:
    """The engagement, locked, for the supported head, or a coordinator who was told by phone."""
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if not mine & SPEAKERS:
        raise NotFound
    return engagement, mine


def _keep(
    session: Session,
    by: By,
    engagement: Engagement,
    given: Given,
    mine: set[Part],
    came: Mapping[str, int] | None = None,
) -> None:
    """Keep the answer; what a coordinator noted by telephone, with what else came of it."""
    kind, choice = given.kind, given.choice
    if review_of(engagement, kind) is not None:
        raise RuleBroken(ONCE)
    if kind in MEASURED:
        check_said(kind, [outcome.id for outcome in engagement.outcomes], given.said)
    if given.link_id is not None:
        use_link(session, by, given.link_id)
    before = phone_notes.as_it_stands(engagement) | dict(came or {})
    whose = Part.LEADER if kind is ReviewKind.LEADER_COMMENT else Part.HEAD
    by_phone = whose not in mine  # a coordinator, then, be they what they may beside that
    head = supported_head(session, engagement, london_date(by.now))
    said_by = engagement.leader.person if whose is Part.LEADER else head
    told_by = said_by if by_phone else None
    review = Review(
        engagement_id=engagement.id,
        kind=kind,
        answered_at=by.now,
        answered_by=told_by.id if told_by else by.actor.person_id,
        recorded_by=by.actor.person_id if by_phone else None,
        choice=str(choice),
        difference=choice.level if isinstance(choice, Difference) else None,
        words=given.words,
        exit_plan=given.exit_plan,
    )
    keep_findings(review, given.said)
    session.add(review)
    session.flush()
    session.expire(engagement, ["reviews"])
    settled(session, by, engagement, ANSWERED_BY[kind])
    engagement.next_look_on = london_date(by.now)
    record(
        session,
        by,
        f"review.{kind.name.lower()}",
        review,
        partnership_id=engagement.partnership_id,
        on_behalf_of=told_by.id if told_by else None,
        fields=["choice"] + ["findings"] * bool(given.said),
    )
    phone_notes.keep(session, by, engagement, NoteKind(kind.value), told_by, before)
    tell_in_private(session, by, engagement, given.private)
