"""The made-up town written as files of the national register, and taken in by their import."""

import csv
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from brokerage.actor import By
from brokerage.demo.places import AUTHORITY, TOWN
from brokerage.demo.town import MadeUpSchool, Town
from brokerage.schools import services as schools
from brokerage.schools.bundle import read_bundle

LINKS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
TRUST_FILE = (
    "Group UID",
    "Group ID",
    "Group Name",
    "Companies House Number",
    "Group Type (code)",
    "Group Type",
    "Group Status (code)",
    "Group Status",
    "Open date",
    "Incorporated on (open date)",
    "Closed Date",
)
TRUST_TYPES = {"06": "Multi-academy trust", "10": "Single-academy trust"}


def import_town(by: By, town: Town) -> None:
    """Write the files and import them. Raises AssertionError unless every row was taken."""
    with tempfile.TemporaryDirectory(prefix="brokerage-") as folder:
        files = write_files(Path(folder), town)
        report = schools.import_schools(by, read_bundle(files), "kelderby.csv")
    if report.get("rejected"):
        raise AssertionError(f"the made-up register has faults: {report['rejected']}")


def write_files(folder: Path, town: Town) -> dict[str, Path]:
    """The establishments, their links and the trusts, each in the register's own columns."""
    files = {what: folder / f"{what}.csv" for what in ("establishments", "links", "groups")}
    _write(files["establishments"], [_establishment(school) for school in town.schools])
    links = []
    for closed, successor, kind, on in town.successors:
        name = {school.urn: school.name for school in town.schools}
        back = kind.replace("Successor", "Predecessor")
        links.append((closed, successor, name[successor], kind, _day(on)))
        links.append((successor, closed, name[closed], back, _day(on)))
    _write(files["links"], [dict(zip(LINKS, link, strict=True)) for link in links])
    _write(
        files["groups"], [_trust(trust.uid, trust.name, trust.type_code) for trust in town.trusts]
    )
    return files


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_NONNUMERIC)
        writer.writeheader()
        writer.writerows(rows)


def _trust(uid: int, name: str, code: str) -> dict[str, object]:
    # Numbers of companies are left out: any eight digits might be a real one's.
    values = (uid, f"TR{uid}", name, "", code, TRUST_TYPES[code], "OPEN", "Open", "", "", "")
    return dict(zip(TRUST_FILE, values, strict=True))


def _establishment(school: MadeUpSchool) -> dict[str, object]:
    closed = school.closed_on is not None
    title, first, last = ("", "", "") if closed else school.head
    place, (low, high) = school.place, school.ages
    return {
        "URN": school.urn,
        "LA (code)": AUTHORITY,
        "LA (name)": TOWN,
        "EstablishmentNumber": str(2000 + school.urn % 1000),
        "EstablishmentName": school.name,
        "TypeOfEstablishment (code)": school.type[0],
        "TypeOfEstablishment (name)": school.type[1],
        "EstablishmentTypeGroup (code)": school.group[0],
        "EstablishmentTypeGroup (name)": school.group[1],
        "EstablishmentStatus (code)": "2" if closed else "1",
        "EstablishmentStatus (name)": "Closed" if closed else "Open",
        "OpenDate": _day(school.opened_on),
        "CloseDate": _day(school.closed_on),
        "PhaseOfEducation (code)": school.phase[0],
        "PhaseOfEducation (name)": school.phase[1],
        "StatutoryLowAge": low,
        "StatutoryHighAge": high,
        "Gender (name)": "Mixed",
        "ReligiousCharacter (name)": school.character or "Does not apply",
        "SchoolCapacity": "" if school.capacity is None else school.capacity,
        "NumberOfPupils": "" if school.pupils is None else str(school.pupils),
        "PercentageFSM": "" if school.percent_fsm is None else str(school.percent_fsm),
        "Trusts (code)": str(school.trust.uid) if school.trust else "",
        "Trusts (name)": school.trust.name if school.trust else "",
        "LastChangedDate": "",
        "Street": school.street,
        "Locality": place.name,
        "Town": TOWN if not place.village else place.name,
        "County (name)": "",
        "Postcode": school.postcode,
        "SchoolWebsite": f"https://www.{school.domain}",
        "TelephoneNum": school.telephone,
        "HeadTitle (name)": title,
        "HeadFirstName": first,
        "HeadLastName": last,
        "HeadPreferredJobTitle": "" if closed else "Headteacher",
        "Easting": school.easting,
        "Northing": school.northing,
    }


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d-%m-%Y}"
