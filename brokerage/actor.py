"""Who is doing something: built by ``people``, handed to every use case, read by every rule."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PostKind(StrEnum):
    """What a person can be, in a school or in a partnership. Posts are the one truth about it."""

    HEADTEACHER = "headteacher"
    ACTING_HEAD = "acting headteacher"
    INTERIM_HEAD = "interim headteacher"
    EXECUTIVE_HEAD = "executive headteacher"
    CO_HEAD = "co-headteacher"
    DEPUTY = "deputy headteacher"
    SENDCO = "SENDCo"
    BUSINESS_MANAGER = "business manager"
    TEACHER = "teacher"
    CHAIR = "chair of governors"
    TRUST_LEADER = "trust leader"
    SYSTEM_LEADER = "system leader"
    COORDINATOR = "coordinator"
    OFFICER = "officer"


HEADS = frozenset(
    {
        PostKind.HEADTEACHER,
        PostKind.ACTING_HEAD,
        PostKind.INTERIM_HEAD,
        PostKind.EXECUTIVE_HEAD,
        PostKind.CO_HEAD,
    }
)
OF_A_PARTNERSHIP = frozenset({PostKind.SYSTEM_LEADER, PostKind.COORDINATOR, PostKind.OFFICER})


@dataclass(frozen=True)
class HeldPost:
    """A post held today: of a school (``urn``) or of a partnership."""

    kind: PostKind
    urn: int | None = None
    partnership_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """A person (or the service itself) at this moment, with the posts that they hold today.

    ``partnership_ids`` are all partnerships they belong to, by a post of the partnership or through
    a school that is in it. ``via`` says how they came: a session, a link, the command line, the
    scheduler.
    """

    person_id: int | None = None
    name: str = ""
    posts: tuple[HeldPost, ...] = ()
    partnership_ids: frozenset[int] = frozenset()
    via: str = "session"

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    def holds(self, *kinds: PostKind) -> bool:
        return any(post.kind in kinds for post in self.posts)

    def schools(self, *kinds: PostKind) -> frozenset[int]:
        """URNs of the schools where the person holds one of these posts (any, if none is named)."""
        return frozenset(
            post.urn for post in self.posts if post.urn and (not kinds or post.kind in kinds)
        )

    def heads(self) -> frozenset[int]:
        """URNs of the schools that the person leads."""
        return self.schools(*HEADS)

    def partnerships(self, *kinds: PostKind) -> frozenset[int]:
        """Partnerships in which the person holds one of these posts."""
        return frozenset(
            post.partnership_id
            for post in self.posts
            if post.partnership_id is not None and post.kind in kinds
        )

    def coordinates(self) -> frozenset[int]:
        """Partnerships that the person coordinates."""
        return self.partnerships(PostKind.COORDINATOR)


ANONYMOUS = Actor()
SERVICE = Actor(name="The service", via="scheduler")


@dataclass(frozen=True)
class By:
    """Who does something, when (UTC), and with which form key: what each use case takes first.

    ``form_key`` makes a form's second sending the same as its first; ``form_print`` is a digest of
    what was sent with it.
    """

    actor: Actor
    now: datetime
    form_key: str | None = field(default=None, compare=False)
    form_print: str | None = field(default=None, compare=False)
