"""Dates in English as lists and timelines say them, 3 Nov 2026, which readers on both sides of the ocean
understand alike; Django's own English is American."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
