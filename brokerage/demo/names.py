"""Names of made-up people, as varied as in an English town today. Nobody real is meant."""

from collections.abc import Iterator
from random import Random

# First names, surnames, and how many of a hundred people have theirs from this line.
# fmt: off
NAMES: tuple[tuple[str, str, int], ...] = (
    (
        "Alison Amanda Andrea Andrew Angela Beth Catherine Chris Claire Colin Craig Dawn Debbie "
        "Diane Duncan Elaine Ellen Emma Fiona Gareth Gemma Gillian Graham Hannah Heather Helen "
        "Ian Jack Jane Janet Jenny Joanne Karen Katie Keith Laura Leanne Lesley Liam Linda Lisa "
        "Louise Lucy Lynne Mark Martin Matthew Megan Michelle Natalie Neil Nicola Paula Pauline "
        "Peter Philippa Rachel Rebecca Rob Ruth Sally Samantha Sarah Shaun Simon Sophie Steph "
        "Stuart Sue Susan Tim Tom Tracey Vicky Wendy Will Zoe",
        "Appleyard Atkinson Barraclough Bellwood Brackenbury Brigham Bulmer Calvert Chadwick "
        "Chilvers Coates Coulson Cragg Danby Dawber Dinsdale Dobson Eastwood Elstob Fairburn "
        "Fawcett Featherstone Garbutt Gill Goodall Grainger Hardcastle Harker Hebden Heslop "
        "Holroyd Horsfall Hutchinson Jackson Jowett Kettlewell Lofthouse Longstaff Lumley Marsden "
        "Metcalfe Moorhouse Naylor Newbould Oddy Otterburn Outhwaite Pickersgill Pounder "
        "Precious Raine Ridsdale Rushworth Sanderson Scaife Shackleton Sherwin Skelton Snowden "
        "Spink Stainthorpe Sturdy Sugden Swales Tempest Thackray Thirkell Trotter Umpleby Varley "
        "Waddington Wainwright Weatherill Whitwell Wilberfoss Winspear Wray Yeoman",
        68,
    ),
    (
        "Aisha Amir Anjali Asif Bilal Deepa Fatima Farah Gurpreet Harjit Imran Kiran Meera Nadia "
        "Nasreen Neha Parveen Priya Rashid Rukhsana Sadia Samina Shabana Sunita Tariq Uzma Yusuf "
        "Zainab",
        "Ahmad Akhtar Aziz Bashir Begum Chaudhry Dhillon Ghani Hussain Iqbal Joshi Kaur Khatun "
        "Mahmood Malik Mistry Parmar Qureshi Rahman Saleem Sandhu Sharif Sohal Suleman Thakur",
        12,
    ),
    (
        "Agnieszka Aleksandra Andrei Dorota Elena Ewa Irina Justyna Kasia Luminita Magda Marek "
        "Monika Natalia Piotr Raluca Tomasz",
        "Borkowska Ciobanu Dudek Gajda Ionescu Jankowska Kalnins Kowal Lis Mazur Pawlak Petrov "
        "Rusu Sobczak Urban Wilk Zajac",
        6,
    ),
    (
        "Abena Adaeze Blessing Chidi Delroy Efua Folake Grace Ifeoma Kwame Leroy Marcia Ngozi "
        "Nyasha Patience Sade Tendai Yaw",
        "Adeyemi Asante Bailey-Grant Boateng Campbell-Rose Chikwanha Eze Mensah Moyo Nwosu Obi "
        "Ofori Okafor Osei Owusu Sibanda Thompson-Reid",
        6,
    ),
    (
        "Aoife Bronagh Cathal Ciara Declan Eamonn Grainne Niamh Orla Roisin Sinead Rhian Carys "
        "Eluned Ailsa Catriona Fergus",
        "Brannigan Devlin Gallacher Kinsella Lavery McAteer McGlinchey Mulgrew O’Hagan Quigley "
        "Tierney Pugh-Ellis Gwilym Buchan Drummond",
        5,
    ),
    (
        "Mei Wing-Yan Jasmine Linh Rosario Maricel Shirin Leyla Hodan Amal Joao Beatriz",
        "Cheung Leung Tran Villanueva Santos-Lee Farahani Yilmaz Warsame Haddad Pereira Fonseca",
        3,
    ),
)
# fmt: on
TITLES = ("Mrs", "Ms", "Miss", "Mr", "Dr")
_MEN = """
    Andrew Colin Craig Duncan Gareth Graham Ian Jack Keith Liam Mark Martin Matthew Neil Peter Rob
    Shaun Simon Stuart Tim Tom Will Amir Asif Bilal Imran Rashid Tariq Yusuf Andrei Marek Piotr
    Tomasz Chidi Delroy Kwame Leroy Tendai Yaw Cathal Declan Eamonn Fergus Joao
"""


def made_up_names(chance: Random) -> Iterator[tuple[str, str]]:
    """First name and surname, never the same two twice, and no surname often."""
    lines = [(first.split(), last.split(), weight) for first, last, weight in NAMES]
    weights = [weight for _, _, weight in lines]
    given: set[str] = set()
    while True:
        ((firsts, lasts, _),) = chance.choices(lines, weights)
        first, last = chance.choice(firsts), chance.choice(lasts)
        known = {name for name in given if name.endswith(f" {last}")}
        if f"{first} {last}" in given or len(known) > 3:
            continue
        given.add(f"{first} {last}")
        yield first, last


def title_for(chance: Random, first: str) -> str:
    """How a register of schools would address somebody."""
    if chance.random() < 0.06:
        return "Dr"
    return "Mr" if first in _MEN.split() else chance.choice(TITLES[:3])
