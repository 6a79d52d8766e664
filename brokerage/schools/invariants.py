"""What `brokerage check` asks of the register of schools."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.partnerships.models import PartnershipSchool
from brokerage.schools.comparing import with_search_text
from brokerage.schools.models import ImportState, School, SchoolImport, Trust


def broken(session: Session) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    known = select(School.urn)
    for picked in session.scalars(
        select(PartnershipSchool)
        .where(PartnershipSchool.urn.not_in(known))
        .order_by(PartnershipSchool.partnership_id, PartnershipSchool.urn)
    ):
        yield (
            f"Partnership {picked.partnership_id} has picked school {picked.urn}, "
            "which is not in the register."
        )
    astray = School.trust_uid.is_not(None) & School.trust_uid.not_in(select(Trust.uid))
    for urn in session.scalars(select(School.urn).where(astray).order_by(School.urn)):
        yield f"School {urn} is in a trust that is not in the register."
    columns = (School.urn, School.name, School.postcode, School.town, School.search_text)
    for row in session.execute(select(*columns).execution_options(yield_per=1000)):
        if with_search_text(dict(row._mapping))["search_text"] != row.search_text:
            yield f"School {row.urn} cannot be found by what it is called."
    done = SchoolImport.state == ImportState.DONE
    for import_id in session.scalars(
        select(SchoolImport.id).where(done, SchoolImport.ended_at.is_(None))
    ):
        yield f"Import {import_id} is done and has no end."
