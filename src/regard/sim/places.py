"""Where people of the made-up store live, what they are called, and who brings their parcels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """A region of the store. cities: the first is the largest. carriers: by how many parcels in a hundred.

    language: that people write in, ISO 639-1.
    """

    code: str
    share: int
    language: str
    cities: tuple[str, ...]
    carriers: tuple[int, int, int, int]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


@dataclass(frozen=True)
class Carrier:
    """late: the share of parcels that come after the promised day, in ordinary times."""

    name: str
    late: float
    prefix: str


CARRIERS = (
    Carrier("Nordpost", 0.05, "NP"), Carrier("Swiftline", 0.06, "SL"), Carrier("Parcelbee", 0.10, "PB"),
    Carrier("Albatross Cargo", 0.08, "AC"),
)  # fmt: skip
FAILING_CARRIER, FAILING_COUNTRY = "Swiftline", "FR"

COUNTRIES = (
    Country(
        "GB", 28, "en",
        ("London", "Manchester", "Bristol", "Leeds", "Glasgow", "Sheffield", "Cardiff", "Brighton", "York"),
        (25, 30, 35, 10),
        ("Abigail", "Adam", "Alice", "Callum", "Charlotte", "Daniel", "Dylan", "Ella", "Emily", "Freya",
         "George",
         "Grace", "Hannah", "Harry", "Imogen", "Isla", "Jack", "James", "Kiran", "Lewis", "Lucy", "Megan",
         "Nadia",
         "Oliver", "Poppy", "Priya", "Rhys", "Ruby", "Samuel", "Sophie", "Thomas", "Tom", "William", "Zara"),
        ("Ahmed", "Baker", "Barnes", "Bell", "Brooks", "Campbell", "Carter", "Clarke", "Cooper", "Davies",
         "Evans",
         "Fraser", "Green", "Hall", "Harris", "Hughes", "Hunt", "Jones", "Khan", "Lloyd", "Mason",
         "Mills", "Morgan",
         "Owen", "Patel", "Reid", "Shaw", "Singh", "Stone", "Turner", "Walker", "Ward", "Wood", "Wright"),
    ),
    Country(
        "DE", 26, "de",
        ("Berlin", "Hamburg", "München", "Köln", "Frankfurt", "Leipzig", "Bremen", "Freiburg", "Kassel"),
        (55, 15, 25, 5),
        ("Anke", "Anton", "Birte", "Carla", "David", "Elif", "Emil", "Emma", "Felix", "Frieda", "Greta",
         "Hanna",
         "Ida", "Jan", "Jonas", "Jule", "Kaan", "Karl", "Lena", "Lotte", "Lukas", "Mara", "Max", "Mila",
         "Moritz",
         "Nele", "Oskar", "Paula", "Ronja", "Selma", "Theo", "Tilda", "Till", "Yara"),
        ("Albers", "Aydin", "Bauer", "Beck", "Berg", "Brandt", "Busch", "Dietrich", "Engel", "Fischer",
         "Frank",
         "Haas", "Hoffmann", "Huber", "Jansen", "Keller", "Koch", "Kowalski", "Kraus", "Lang", "Lehmann",
         "Lorenz",
         "Meyer", "Möller", "Neumann", "Roth", "Sauer", "Seidel", "Sommer", "Vogel", "Weber", "Winter",
         "Yilmaz",
         "Zimmer"),
    ),
    Country(
        "FR", 18, "fr",
        ("Paris", "Lyon", "Marseille", "Nantes", "Lille", "Bordeaux", "Toulouse", "Rennes"),
        (10, 65, 15, 10),
        ("Adèle", "Alice", "Anaïs", "Antoine", "Baptiste", "Camille", "Chloé", "Clément", "Elsa",
         "Étienne", "Fanny",
         "Gabriel", "Hugo", "Inès", "Jeanne", "Jules", "Karim", "Léa", "Louis", "Lucie", "Manon",
         "Mathis", "Nadia",
         "Noé", "Paul", "Romane", "Sarah", "Simon", "Théo", "Yasmine"),
        ("Arnaud", "Aubert", "Benali", "Blanc", "Bonnet", "Boyer", "Caron", "Chevalier", "Dubois",
         "Dumas", "Faure",
         "Fontaine", "Garnier", "Girard", "Lambert", "Leroy", "Marchand", "Martin", "Mercier", "Moreau",
         "Morel",
         "Noël", "Petit", "Renard", "Robin", "Roussel", "Roy", "Simon", "Traoré", "Vidal"),
    ),
    Country(
        "ES", 10, "es",
        ("Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao", "Málaga", "Zaragoza"),
        (10, 30, 40, 20),
        ("Alba", "Alejandro", "Álvaro", "Ana", "Bruno", "Carmen", "Clara", "Daniela", "Diego", "Elena",
         "Hugo",
         "Inés", "Irene", "Javier", "Julia", "Laura", "Leire", "Lucía", "Marcos", "Marta", "Mateo",
         "Nerea", "Nuria",
         "Pablo", "Paula", "Rocío", "Sergio", "Sofía", "Vega"),
        ("Alonso", "Blanco", "Cano", "Castro", "Cruz", "Delgado", "Díaz", "Domínguez", "Fuentes", "Gallego",
         "García", "Gil", "Herrera", "Iglesias", "Lozano", "Marín", "Molina", "Moreno", "Navarro",
         "Núñez", "Ortega",
         "Prieto", "Ramos", "Romero", "Rubio", "Santos", "Serrano", "Torres", "Vázquez", "Vega"),
    ),
    Country(
        "NL", 10, "en",
        ("Amsterdam", "Rotterdam", "Utrecht", "Eindhoven", "Groningen", "Haarlem"),
        (30, 30, 30, 10),
        ("Anouk", "Bram", "Daan", "Eva", "Femke", "Fleur", "Hidde", "Isa", "Jasper", "Joris", "Lars",
         "Lieke", "Luuk",
         "Maud", "Niels", "Noor", "Pim", "Roos", "Ruben", "Sanne", "Sem", "Thijs", "Tess", "Wouter"),
        ("Bakker", "Bos", "Brouwer", "Dekker", "Dijkstra", "Hendriks", "Jacobs", "Kok", "Koster", "Kuipers",
         "Maas", "Mulder", "Peters", "Post", "Prins", "Schouten", "Smit", "Visser", "Vos", "Willems"),
    ),
    Country(
        "AT", 8, "de",
        ("Wien", "Graz", "Linz", "Salzburg", "Innsbruck"),
        (60, 10, 20, 10),
        ("Anna", "Benedikt", "Elias", "Eva", "Florian", "Hannah", "Jakob", "Johanna", "Katharina", "Lea",
         "Lorenz",
         "Magdalena", "Marie", "Matthias", "Nora", "Paul", "Sebastian", "Simon", "Valentin", "Viktoria"),
        ("Auer", "Bauer", "Berger", "Brunner", "Egger", "Ebner", "Fuchs", "Gruber", "Hofer", "Lechner",
         "Leitner",
         "Maier", "Mayr", "Moser", "Pichler", "Reiter", "Steiner", "Wagner", "Wallner", "Winkler"),
    ),
)  # fmt: skip

CHANNELS = (
    ("organic search", 30), ("paid search", 18), ("social ad", 20), ("referral", 14), ("newsletter", 8),
    ("marketplace", 10),
)  # fmt: skip
AGENTS = ("Amina", "Bela", "Chris", "Dora", "Enzo")
