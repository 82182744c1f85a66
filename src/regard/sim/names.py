"""What people, places and things of the made-up store are called."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada", "Aino", "Alma", "Amir", "Anke", "Bram", "Carla", "Chloe", "Dario", "Elif", "Emil", "Femke",
    "Greta",
    "Hana", "Ida", "Ivo", "Jonas", "Jule", "Kaan", "Lara", "Leo", "Lotte", "Malik", "Mara", "Mila",
    "Nico", "Nora",
    "Olga", "Omar", "Paula", "Pia", "Rosa", "Ruben", "Sami", "Selma", "Sofia", "Theo", "Tilda", "Viktor",
    "Yara",
)  # fmt: skip
LAST_NAMES = (
    "Albers", "Aydin", "Bakker", "Bauer", "Berg", "Brandt", "Conti", "Costa", "Dahl", "Dubois", "Eriksen",
    "Fischer",
    "Garcia", "Hansen", "Hoffmann", "Ilves", "Jansen", "Keller", "Kowalski", "Lang", "Lehmann", "Martin",
    "Meyer",
    "Moreau", "Novak", "Olsen", "Petrov", "Ricci", "Roth", "Santos", "Sommer", "Vogel", "Weber", "Winter",
    "Yilmaz",
)  # fmt: skip
CITIES = (
    ("Berlin", "DE"), ("Hamburg", "DE"), ("Munich", "DE"), ("Cologne", "DE"), ("Vienna", "AT"),
    ("Graz", "AT"),
    ("Zurich", "CH"), ("Amsterdam", "NL"), ("Utrecht", "NL"), ("Copenhagen", "DK"), ("Paris", "FR"),
    ("Lyon", "FR"),
)  # fmt: skip
# Title, price in cents, category, how well it is made (0 to 1).
PRODUCTS = (
    ("Linen shirt, sand", 5990, "Shirts", 0.9), ("Linen shirt, ink", 5990, "Shirts", 0.9),
    ("Oxford shirt, white", 6490, "Shirts", 0.8), ("Merino jumper, oat", 8990, "Knitwear", 0.85),
    ("Merino jumper, forest", 8990, "Knitwear", 0.85), ("Lambswool scarf", 3990, "Knitwear", 0.95),
    ("Straight jeans, washed", 7990, "Trousers", 0.75), ("Straight jeans, raw", 7990, "Trousers", 0.8),
    ("Pleated trousers, grey", 8490, "Trousers", 0.55), ("Canvas trainers", 6990, "Shoes", 0.4),
    ("Leather loafers", 12990, "Shoes", 0.8), ("Wool socks, three pairs", 1990, "Shoes", 0.9),
    ("Rain jacket, navy", 14990, "Jackets", 0.85), ("Field jacket, olive", 13990, "Jackets", 0.7),
    ("Leather belt", 3490, "Accessories", 0.9), ("Tote bag", 2490, "Accessories", 0.7),
)  # fmt: skip
CARRIERS = (("Nordpost", 0.06), ("Swiftline", 0.12), ("Parcelbee", 0.3))  # how often each is late
PRAISE = (
    "Fits as described, and the fabric is lovely.", "Arrived early, very well packed.",
    "My third one. No complaints.",
    "Exactly the colour of the picture.", "Good quality for the price.", "Would buy again.",
)  # fmt: skip
SO_SO = ("Fine, but the sizes run small.", "It is all right.", "Nice, though the parcel took its time.")
BLAME_PARCEL = (
    "Came more than a week late, and nobody told me why.", "The parcel was lost for days.",
    "Late again. I had to ask twice where it was.",
)  # fmt: skip
BLAME_PRODUCT = (
    "The sole came off after two weeks.", "Much smaller than the size says.",
    "The seam tore on the first day.",
)  # fmt: skip
TICKETS = (
    ("Where is my order?", "Shipping"), ("It does not fit, how do I return it?", "Returns"),
    ("One piece is missing from the parcel", "Shipping"), ("Can I change the address?", "Orders"),
    ("The product is faulty", "Quality"),
)  # fmt: skip
