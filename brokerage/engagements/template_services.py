"""Use cases about what agreements say: the partnership's sentences, and who is named in one."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.engagements.agreement_models import AgreementTemplate
from brokerage.engagements.agreement_text import DEFAULTS, check_texts
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts
from brokerage.engagements.rules import LIVE, SPEAKERS
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.ledger.steps import record


@use_case("agreement_template.write")
def write_template(
    by: By, session: Session, partnership_id: int, *, version: int | None, texts: Mapping[str, str]
) -> None:
    """Set the standing sentences of the partnership's agreements; those that were made keep theirs.

    ``version`` is 0 where the partnership has none of its own yet. Raises RuleBroken for a
    placeholder that there is not.
    """
    template = _own(session, by, partnership_id)
    checked = check_texts(texts)
    if template is None:
        if version:
            raise ChangedMeanwhile("these sentences")
        template, before = AgreementTemplate(partnership_id=partnership_id), DEFAULTS
    else:
        check_version(template, version, "these sentences")
        before = template.texts
    changed = [code for code, text in checked.items() if text != before.get(code)]
    if not changed:
        return
    template.texts, template.changed_at = checked, by.now
    template.changed_by = by.actor.person_id
    session.add(template)
    session.flush()
    record(
        session,
        by,
        "agreement_template.written",
        template,
        partnership_id=partnership_id,
        fields=changed,
    )


def _own(session: Session, by: By, partnership_id: int) -> AgreementTemplate | None:
    """The partnership's own sentences, locked; None where it has none."""
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    query = select(AgreementTemplate.id).filter_by(partnership_id=partnership_id)
    number = session.scalar(query)
    return locked(session, AgreementTemplate, number)[0] if number is not None else None


@use_case("engagement.name_contacts")
def name_contacts(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    version: int | None,
    accountable: str,
    site_contact: str,
) -> None:
    """Who answers for it at the supported school (empty: its head), and whom to ask for there. The
    head says so, or a coordinator; nobody else is asked."""
    (engagement,) = locked(session, Engagement, engagement_id)
    if not parts(by.actor, engagement) & SPEAKERS:
        raise NotFound
    check_version(engagement, version, "this support")
    if engagement.state not in LIVE:
        raise RuleBroken("This support is over.")
    changed = set_changed(engagement, {"accountable": accountable, "site_contact": site_contact})
    if changed:
        record(
            session,
            by,
            "engagement.contacts_named",
            engagement,
            partnership_id=engagement.partnership_id,
            fields=changed,
        )
