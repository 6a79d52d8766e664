"""What a partnership's agreements say is its own to write; an agreement keeps what it said."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements import assembling, template_services
from brokerage.engagements.agreement import own_template, versions
from brokerage.engagements.agreement_models import AgreementTemplate
from brokerage.engagements.agreement_text import DEFAULTS
from brokerage.engagements.models import Agreement, Outcome
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from tests.builders import acting
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged

OWN = {**DEFAULTS, "exit": "It ends at {school} with a cup of tea."}


def test_an_agreement_keeps_what_it_said_when_the_sentences_change(session: Session) -> None:
    town = a_town(session)
    town.need.outcomes, town.need.baseline = "All can blend\nTwo staff trained", "Half can\nNone"
    session.commit()
    engagement = engaged(session, town)
    by = acting(session, town.coordinator)
    template_services.write_template(by, town.partnership.id, version=0, texts=OWN)
    session.expire_all()
    (first,) = versions(session, engagement)
    assert first.text[-1][1].startswith("Half way, the head says keep, change or stop.")
    assert [(o["words"], o["baseline"]) for o in first.terms["outcome_list"]] == [
        ("All can blend", "Half can"),
        ("Two staff trained", "None"),
    ]
    session.scalars(select(Outcome)).first().measure = "A screening check"  # type: ignore[union-attr]
    assembling.assemble(session, by, engagement, "Written anew")
    second, again = versions(session, engagement)
    assert again == first
    assert second.text[-1] == ("How it ends", f"It ends at {town.school.name} with a cup of tea.")
    assert second.terms["outcome_list"][0]["measure"] == "A screening check"
    assert second.changed == [
        "what should be different is written otherwise",
        "the standing sentences are those of the partnership now",
    ]
    assert session.scalars(select(Agreement.number)).all() == [1, 2]


def test_two_who_write_the_sentences_at_once_do_not_overwrite_each_other(session: Session) -> None:
    town = a_town(session)
    by, number = acting(session, town.coordinator), town.partnership.id
    template_services.write_template(by, number, version=0, texts=DEFAULTS)
    assert own_template(session, number) is None, "nothing was changed"
    template_services.write_template(by, number, version=0, texts=OWN)
    for stale in (0, 2):
        with pytest.raises(ChangedMeanwhile):
            template_services.write_template(by, number, version=stale, texts=DEFAULTS)
    bad, head = {**OWN, "purpose": "{pupil}"}, acting(session, town.head)
    with pytest.raises(RuleBroken, match="nothing to fill in"):
        template_services.write_template(by, number, version=1, texts=bad)
    with pytest.raises(NotFound):
        template_services.write_template(head, number, version=1, texts=DEFAULTS)
    session.expire_all()
    kept = session.scalars(select(AgreementTemplate)).one()
    assert (kept.texts, kept.changed_by) == (OWN, town.coordinator.id)
    noted = select(LedgerEntry).filter_by(action="agreement_template.written")
    assert [entry.fields for entry in session.scalars(noted)] == [["exit"]]


def test_the_head_or_the_coordinator_names_who_answers_for_it(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    named = {"accountable": "Ada Marsh, deputy", "site_contact": "The office"}
    by = acting(session, town.head)
    version = engagement.version
    template_services.name_contacts(by, engagement.id, version=version, **named)
    session.expire_all()
    (now,) = versions(session, engagement)
    assert (now.accountable, now.site_contact) == ("Ada Marsh, deputy", "The office")
    assert now.terms["accountable"] == "", "what was signed stays as it was signed"
    with pytest.raises(ChangedMeanwhile):
        template_services.name_contacts(by, engagement.id, version=version, **named)
    for person in (town.leader.person, town.releaser):
        other = acting(session, person)
        with pytest.raises(NotFound):
            template_services.name_contacts(other, engagement.id, version=None, **named)
