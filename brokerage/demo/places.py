"""Kelderby: a made-up town by the sea, its parts, villages, streets, trusts and church schools.

It lies where the map has only water, and its postcodes begin with letters that no real ones do.
"""

from dataclasses import dataclass

TOWN = "Kelderby"
AUTHORITY = "990"
FIRST_URN = 990001
FIRST_TRUST = 99001


@dataclass(frozen=True)
class Place:
    """A part of the town, or a village: metres east and north of the market place."""

    name: str
    east: int
    north: int
    outcode: str
    streets: tuple[str, ...]
    hardship: float
    """From 0 to 1: where between the easiest and the hardest part of the town it lies."""
    village: bool = False


MARKET_PLACE = (570_000, 480_000)

PLACES: tuple[Place, ...] = (
    Place("Ropery", 600, 500, "QX1", ("Hemp Lane", "Tarwalk", "Capstan Street"), 0.95),
    Place("Castlefold", -300, 200, "QX1", ("Minster Garth", "Castlefold Road"), 0.7),
    Place("Quayside", 1200, -200, "QX1", ("Coble Street", "Lobster Row", "Staith Road"), 0.9),
    Place("Millbeck", -1500, 900, "QX2", ("Beck Terrace", "Fuller’s Lane", "Weir Road"), 0.55),
    Place("Copperhill", -900, -1600, "QX2", ("Engine Street", "Copperhill Avenue"), 0.85),
    Place("Linden Park", -2600, -400, "QX2", ("Linden Drive", "Whitebeam Close"), 0.15),
    Place("Northsands", 300, 2600, "QX3", ("Dune Road", "Marram Way", "Sandpiper Close"), 0.6),
    Place("Highmoor", -2200, 2500, "QX3", ("Highmoor Lane", "Curlew Road"), 0.35),
    Place("Southholme", 400, -3000, "QX4", ("Holme Road", "Osier Lane", "Eel Bank"), 0.75),
    Place("Brickfields", -1800, -3100, "QX4", ("Kiln Road", "Clamp Street", "Clay Pit Lane"), 1.0),
    Place("Netherfold", -6200, 1500, "QX5", ("Church Lane", "The Pinfold"), 0.1, True),
    Place("Stanethorpe", -4800, -5600, "QX5", ("Main Street", "Tithe Barn Lane"), 0.2, True),
    Place("Larkthorpe", -8900, -2100, "QX6", ("Front Street", "Plover Lane"), 0.15, True),
    Place("Birkthwaite", -9800, 5200, "QX6", ("Moor Road", "Birk Brow"), 0.3, True),
    Place("Hexwold", -3500, 7900, "QX7", ("Wold Road", "Dewpond Lane"), 0.2, True),
    Place("Fenwickby", 500, -8200, "QX7", ("Drove Road", "Sluice Lane"), 0.4, True),
)
BY_NAME = {place.name: place for place in PLACES}

CE, RC = "Church of England", "Roman Catholic"

# Primary schools: name, where, religious character. The order gives the URNs.
# fmt: off
PRIMARIES: tuple[tuple[str, str, str | None], ...] = (
    ("Capstan Street Primary School", "Ropery", None),
    ("Hemp Lane Community Primary School", "Ropery", None),
    ("St Oswin’s Catholic Primary School", "Ropery", RC),
    ("Tarwalk Primary Academy", "Ropery", None),
    ("Castlefold Primary School", "Castlefold", None),
    ("Kelderby Minster Church of England Primary School", "Castlefold", CE),
    ("Market Cross Infant School", "Castlefold", None),
    ("Market Cross Junior School", "Castlefold", None),
    ("Coble Street Primary School", "Quayside", None),
    ("Lobster Row Infant and Nursery School", "Quayside", None),
    ("St Bega and St Hild Catholic Primary School", "Quayside", RC),
    ("Staith Road Primary Academy", "Quayside", None),
    ("Beck Terrace Primary School", "Millbeck", None),
    ("Millbeck St Oswin’s Church of England Primary School", "Millbeck", CE),
    ("Fuller’s Lane Primary School", "Millbeck", None),
    ("Weir Road Primary Academy", "Millbeck", None),
    ("Copperhill Primary School", "Copperhill", None),
    ("Engine Street Primary Academy", "Copperhill", None),
    ("St Ebba’s Catholic Primary School, Copperhill", "Copperhill", RC),
    ("Copperhill Avenue Community Primary School", "Copperhill", None),
    ("Linden Park Primary School", "Linden Park", None),
    ("Whitebeam Close Primary School", "Linden Park", None),
    ("Linden Park All Hallows’ Church of England Primary School", "Linden Park", CE),
    ("Noor Street Muslim Primary School", "Copperhill", "Muslim"),
    ("Dune Road Primary School", "Northsands", None),
    ("Marram Way Primary Academy", "Northsands", None),
    ("Northsands Sandpiper Primary School", "Northsands", None),
    ("St Herebald’s Catholic Primary School", "Northsands", RC),
    ("Northsands Church of England Primary School", "Northsands", CE),
    ("Highmoor Lane Primary School", "Highmoor", None),
    ("Curlew Road Primary School", "Highmoor", None),
    ("Highmoor Methodist and Church of England Primary School", "Highmoor",
     "Methodist/Church of England"),
    ("Holme Road Primary School", "Southholme", None),
    ("Osier Lane Primary Academy", "Southholme", None),
    ("Eel Bank Primary School", "Southholme", None),
    ("Southholme St Werburg’s Church of England Primary School", "Southholme", CE),
    ("St Alkmund and St Oswin Catholic Primary School", "Southholme", RC),
    ("Kiln Road Primary Academy", "Brickfields", None),
    ("Clamp Street Primary School", "Brickfields", None),
    ("Clay Pit Lane Community Primary School", "Brickfields", None),
    ("Brickfields Primary Academy", "Brickfields", None),
    ("Brickfields St Cedd’s Church of England Primary School", "Brickfields", CE),
    ("Kelderby Bridge Primary School", "Millbeck", None),
    ("Harbour Lights Primary School", "Quayside", None),
    ("Garth Primary Academy", "Castlefold", None),
    ("Netherfold Church of England Primary School", "Netherfold", CE),
    ("Stanethorpe Church of England Voluntary Controlled Primary School", "Stanethorpe", CE),
    ("Stanethorpe Grange Primary School", "Stanethorpe", None),
    ("Larkthorpe Primary School", "Larkthorpe", None),
    ("Larkthorpe St Osyth’s Church of England Primary School", "Larkthorpe", CE),
    ("Birkthwaite Primary School", "Birkthwaite", None),
    ("Hexwold Church of England Primary School", "Hexwold", CE),
    ("Hexwold Dewpond Primary School", "Hexwold", None),
    ("Fenwickby Primary School", "Fenwickby", None),
    ("Fenwickby Drove Church of England Primary School", "Fenwickby", CE),
)
# Name, where, kind, religious character.
OTHERS: tuple[tuple[str, str, str, str | None], ...] = (
    ("Kelderby High School", "Castlefold", "secondary", None),
    ("Copperhill Academy", "Copperhill", "secondary", None),
    ("Quayside Academy", "Quayside", "secondary", None),
    ("Northsands School", "Northsands", "secondary", None),
    ("St Oswin’s Catholic High School, Kelderby", "Millbeck", "secondary", RC),
    ("Highmoor School", "Highmoor", "secondary", None),
    ("Southholme Academy", "Southholme", "secondary", None),
    ("Archbishop Wilfrith Church of England School", "Linden Park", "secondary", CE),
    ("Brickfields Academy", "Brickfields", "secondary", None),
    ("Stanethorpe Wold School", "Stanethorpe", "secondary", None),
    ("Kelder Dale Academy", "Netherfold", "secondary", None),
    ("Fullers Free School", "Millbeck", "all-through", None),
    ("Kelderby Sixth Form College", "Castlefold", "16plus", None),
    ("Marsh View School", "Southholme", "special", None),
    ("The Lantern School", "Highmoor", "special", None),
    ("Copperhill Oaks School", "Copperhill", "special", None),
    ("Sandpiper Bank Academy", "Northsands", "special", None),
    ("Yaffle Wood School", "Linden Park", "special", None),
    ("The Slipway", "Quayside", "alternative", None),
    ("Tarwalk Nursery School", "Ropery", "nursery", None),
    ("Clay Pit Lane Nursery School", "Brickfields", "nursery", None),
    ("Linden House School", "Linden Park", "independent", None),
    ("Hexwold Manor School", "Hexwold", "independent", None),
)
CLOSED: tuple[tuple[str, str, str, str], ...] = (
    ("Tarwalk Community Primary School", "Ropery", "Tarwalk Primary Academy", "Successor"),
    ("Kiln Road Infant School", "Brickfields", "Brickfields Primary Academy",
     "Successor - merged"),
)
"""Closed schools: name, where, the school that took over, and the kind of link."""

# Trusts: name, kind, and the schools in them, by words of their names.
TRUSTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Lantern Light Learning Trust", "06",
     ("Tarwalk Primary Academy", "Staith Road Primary Academy", "Engine Street Primary Academy",
      "Kiln Road Primary Academy", "Brickfields Primary Academy", "Brickfields Academy",
      "Copperhill Academy", "Harbour Lights Primary School")),
    ("Kelder Dale Schools Trust", "06",
     ("Kelder Dale Academy", "Weir Road Primary Academy", "Marram Way Primary Academy",
      "Osier Lane Primary Academy", "Garth Primary Academy", "Stanethorpe Wold School",
      "Curlew Road Primary School", "Sandpiper Bank Academy", "Northsands School")),
    ("St Ebba and St Oswin Catholic Academies Trust", "06",
     ("St Oswin’s Catholic Primary School", "St Bega and St Hild Catholic Primary School",
      "St Ebba’s Catholic Primary School, Copperhill", "St Herebald’s Catholic Primary School",
      "St Alkmund and St Oswin Catholic Primary School",
      "St Oswin’s Catholic High School, Kelderby")),
    ("The Minster Garth Church Schools Trust", "06",
     ("Kelderby Minster Church of England Primary School",
      "Brickfields St Cedd’s Church of England Primary School",
      "Southholme St Werburg’s Church of England Primary School",
      "Archbishop Wilfrith Church of England School")),
    ("Quayside Academy Trust Kelderby", "10", ("Quayside Academy",)),
    ("Southholme Academy Trust", "10", ("Southholme Academy",)),
    ("Fullers Trust for Learning", "10", ("Fullers Free School",)),
)
# fmt: on
