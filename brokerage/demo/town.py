"""The made-up town's schools, as the national register would have them: the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from brokerage.demo.names import made_up_names, title_for
from brokerage.demo.places import (
    BY_NAME,
    CE,
    CLOSED,
    FIRST_TRUST,
    FIRST_URN,
    MARKET_PLACE,
    OTHERS,
    PRIMARIES,
    TRUSTS,
    Place,
)

SEED = 20
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those that end postcodes

# Kind: code and name of the phase, ages, pupils (from, to), share of free meals (from, to).
KINDS: dict[str, tuple[str, str, int, int, tuple[int, int], tuple[float, float]]] = {
    "primary": ("02", "Primary", 3, 11, (190, 440), (5, 52)),
    "infant": ("02", "Primary", 3, 7, (140, 230), (5, 52)),
    "junior": ("02", "Primary", 7, 11, (200, 330), (5, 52)),
    "village": ("02", "Primary", 4, 11, (58, 160), (4, 24)),
    "secondary": ("04", "Secondary", 11, 16, (690, 1480), (9, 45)),
    "all-through": ("07", "All-through", 4, 16, (960, 1180), (20, 30)),
    "16plus": ("06", "16 plus", 16, 19, (1250, 1350), (0, 0)),
    "special": ("00", "Not applicable", 4, 19, (64, 170), (34, 62)),
    "alternative": ("00", "Not applicable", 11, 16, (48, 62), (58, 72)),
    "nursery": ("01", "Nursery", 2, 5, (74, 112), (0, 0)),
    "independent": ("00", "Not applicable", 3, 18, (160, 420), (0, 0)),
}
CONVERTER, SPONSORED = ("34", "Academy converter"), ("28", "Academy sponsor led")
TYPES: dict[str, tuple[str, str]] = {
    "community": ("01", "Community school"),
    "aided": ("02", "Voluntary aided school"),
    "controlled": ("03", "Voluntary controlled school"),
    "all-through": ("35", "Free schools"),
    "16plus": ("45", "Academy 16-19 converter"),
    "special": ("07", "Community special school"),
    "special academy": ("44", "Academy special converter"),
    "alternative": ("14", "Pupil referral unit"),
    "nursery": ("15", "Local authority nursery school"),
    "independent": ("11", "Other independent school"),
}
GROUPS = {
    "34": ("10", "Academies"),
    "28": ("10", "Academies"),
    "44": ("10", "Academies"),
    "45": ("10", "Academies"),
    "35": ("11", "Free Schools"),
    "07": ("05", "Special schools"),
    "11": ("03", "Independent schools"),
}
MAINTAINED = ("04", "Local authority maintained schools")


@dataclass(frozen=True)
class MadeUpTrust:
    uid: int
    name: str
    type_code: str


@dataclass(frozen=True)
class MadeUpSchool:
    """One school of the town, with what its row in the register says."""

    urn: int
    name: str
    kind: str
    place: Place
    phase: tuple[str, str]
    type: tuple[str, str]
    group: tuple[str, str]
    ages: tuple[int, int]
    pupils: int | None
    capacity: int | None
    percent_fsm: float | None
    character: str | None
    trust: MadeUpTrust | None
    easting: int
    northing: int
    street: str
    postcode: str
    telephone: str
    head: tuple[str, str, str]
    """Title, first name and surname, as the register has them."""
    opened_on: date | None = None
    closed_on: date | None = None

    @property
    def domain(self) -> str:
        """The end of the school's e-mail addresses: no address under .example reaches anybody."""
        plain = self.name.lower().replace("’", "").replace(",", "")
        words = [word for word in plain.split() if word not in ("primary", "school", "the")]
        return f"{'-'.join(words[:4])}.kelderby.example"


@dataclass(frozen=True)
class Town:
    schools: tuple[MadeUpSchool, ...]
    trusts: tuple[MadeUpTrust, ...]
    successors: tuple[tuple[int, int, str, date], ...]
    """A closed school, the one that took over, in which way, and when."""

    def called(self, name: str) -> MadeUpSchool:
        return next(school for school in self.schools if school.name == name)

    def open(self) -> list[MadeUpSchool]:
        return [school for school in self.schools if school.closed_on is None]


def make_town(year: int) -> Town:
    """The town as it is in the school year that began in ``year``."""
    chance = Random(SEED)
    names = made_up_names(chance)
    trusts = tuple(
        MadeUpTrust(FIRST_TRUST + number, name, code)
        for number, (name, code, _) in enumerate(TRUSTS)
    )
    trust_of = {
        school: trust
        for trust, (_, _, members) in zip(trusts, TRUSTS, strict=True)
        for school in members
    }
    rows = [(name, place, _primary_kind(name, place), faith) for name, place, faith in PRIMARIES]
    rows += OTHERS
    schools = [
        _school(chance, FIRST_URN + number, row, trust_of.get(row[0]), names)
        for number, row in enumerate(rows)
    ]
    closed, successors = _closed(chance, schools, year, names)
    return Town((*schools, *closed), trusts, successors)


def _primary_kind(name: str, place: str) -> str:
    if BY_NAME[place].village:
        return "village"
    return next((kind for kind in ("infant", "junior") if kind in name.lower()), "primary")


def _school(
    chance: Random,
    urn: int,
    row: tuple[str, str, str, str | None],
    trust: MadeUpTrust | None,
    names: Iterator[tuple[str, str]],
) -> MadeUpSchool:
    name, where, kind, character = row
    place = BY_NAME[where]
    phase_code, phase, low, high, (least, most), (few, many) = KINDS[kind]
    pupils = chance.randint(least, most)
    hardship = min(1.0, max(0.0, place.hardship + chance.uniform(-0.15, 0.15)))
    spread = 260 if place.village else 430
    first, last = next(names)
    type_ = _type(chance, kind, character, trust, hardship)
    return MadeUpSchool(
        urn=urn,
        name=name,
        kind=kind,
        place=place,
        phase=(phase_code, phase),
        type=type_,
        group=GROUPS.get(type_[0], MAINTAINED),
        ages=(low, high),
        pupils=pupils,
        capacity=round(pupils * chance.uniform(0.98, 1.25) / 15) * 15,
        percent_fsm=round(few + (many - few) * hardship, 1) if many else None,
        character=character,
        trust=trust,
        easting=MARKET_PLACE[0] + place.east + chance.randint(-spread, spread),
        northing=MARKET_PLACE[1] + place.north + chance.randint(-spread, spread),
        street=chance.choice(place.streets),
        postcode=f"{place.outcode} {chance.randint(1, 9)}{''.join(chance.choices(LETTERS, k=2))}",
        telephone=f"01632960{urn - FIRST_URN + 101:03d}",  # kept free for fiction
        head=(title_for(chance, first), first, last),
        opened_on=date(chance.randint(2012, 2022), 9, 1) if trust else None,
    )


def _type(
    chance: Random,
    kind: str,
    character: str | None,
    trust: MadeUpTrust | None,
    hardship: float,
) -> tuple[str, str]:
    if kind in ("all-through", "16plus", "alternative", "nursery", "independent"):
        return TYPES[kind]
    if kind == "special":
        return TYPES["special academy" if trust else "special"]
    if trust is not None:
        return SPONSORED if hardship > 0.8 and character is None else CONVERTER
    if character == CE:
        return TYPES[chance.choice(("aided", "controlled", "controlled"))]
    return TYPES["aided" if character is not None else "community"]


def _closed(
    chance: Random, schools: list[MadeUpSchool], year: int, names: Iterator[tuple[str, str]]
) -> tuple[list[MadeUpSchool], tuple[tuple[int, int, str, date], ...]]:
    """The two schools that have closed, and who took over from them."""
    closed, successors = [], []
    for number, (name, where, successor, link) in enumerate(CLOSED):
        row = (name, where, _primary_kind(name, where), None)
        urn = FIRST_URN + len(schools) + number
        ended = date(year - 1 - number, 8, 31)
        school = _school(chance, urn, row, None, names)
        closed.append(_as_closed(school, ended))
        took_over = next(other for other in schools if other.name == successor)
        successors.append((urn, took_over.urn, link, date(ended.year, 9, 1)))
    return closed, tuple(successors)


def _as_closed(school: MadeUpSchool, ended: date) -> MadeUpSchool:
    return replace(
        school, pupils=None, capacity=None, percent_fsm=None, closed_on=ended, opened_on=None
    )
