"""Countries as files call them, in English, German, French, Spanish, Dutch and their own language; and as the
reader does."""

from __future__ import annotations

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

NAMES_BY_CODE = {
    "AT": "Austria|Österreich|Autriche|Oostenrijk",
    "AU": "Australia|Australien|Australie|Australië",
    "BE": "Belgium|Belgien|Belgique|Bélgica|België",
    "BR": "Brazil|Brasilien|Brésil|Brasil|Brazilië",
    "CA": "Canada|Kanada|Canadá",
    "CH": "Switzerland|Schweiz|Suisse|Suiza|Zwitserland|Svizzera",
    "CN": "China|Chine",
    "CZ": "Czechia|Czech Republic|Tschechien|Tchéquie|Chequia|Tsjechië|Česko",
    "DE": "Germany|Deutschland|Allemagne|Alemania|Duitsland|Germania",
    "DK": "Denmark|Dänemark|Danemark|Dinamarca|Denemarken|Danmark",
    "ES": "Spain|Spanien|Espagne|España|Spanje|Spagna",
    "FI": "Finland|Finnland|Finlande|Finlandia|Suomi",
    "FR": "France|Frankreich|Francia|Frankrijk",
    "GB": "United Kingdom|Great Britain|UK|England|Vereinigtes Königreich|Großbritannien|Royaume-Uni|Reino Unido|"
    "Verenigd Koninkrijk",
    "GR": "Greece|Griechenland|Grèce|Grecia|Griekenland",
    "HR": "Croatia|Kroatien|Croatie|Croacia|Kroatië|Hrvatska",
    "HU": "Hungary|Ungarn|Hongrie|Hungría|Hongarije|Magyarország",
    "IE": "Ireland|Irland|Irlande|Irlanda|Ierland",
    "IN": "India|Indien|Inde",
    "IT": "Italy|Italien|Italie|Italia|Italië",
    "JP": "Japan|Japon|Japón",
    "LI": "Liechtenstein",
    "LU": "Luxembourg|Luxemburg|Luxemburgo",
    "MX": "Mexico|Mexiko|Mexique|México",
    "NL": "Netherlands|The Netherlands|Niederlande|Pays-Bas|Países Bajos|Nederland|Holland",
    "NO": "Norway|Norwegen|Norvège|Noruega|Noorwegen|Norge",
    "NZ": "New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nieuw-Zeeland",
    "PL": "Poland|Polen|Pologne|Polonia|Polska",
    "PT": "Portugal",
    "RO": "Romania|Rumänien|Roumanie|Rumania|Roemenië|România",
    "SE": "Sweden|Schweden|Suède|Suecia|Zweden|Sverige",
    "SI": "Slovenia|Slowenien|Slovénie|Eslovenia|Slovenië|Slovenija",
    "SK": "Slovakia|Slowakei|Slovaquie|Eslovaquia|Slowakije|Slovensko",
    "TR": "Turkey|Türkiye|Türkei|Turquie|Turquía|Turkije",
    "US": "United States|United States of America|USA|Vereinigte Staaten|États-Unis|Estados Unidos|"
    "Verenigde Staten",
}
CODES = {name.casefold(): code for code, names in NAMES_BY_CODE.items() for name in names.split("|")}
CODES_AS_WRITTEN = {
    spelling: code
    for code, names in NAMES_BY_CODE.items()
    for name in names.split("|")
    for spelling in (name, name.lower())
}
NAMES = {
    "AT": _("Austria"), "AU": _("Australia"), "BE": _("Belgium"), "BR": _("Brazil"), "CA": _("Canada"),
    "CH": _("Switzerland"), "CN": _("China"), "CZ": _("Czechia"), "DE": _("Germany"), "DK": _("Denmark"),
    "ES": _("Spain"), "FI": _("Finland"), "FR": _("France"), "GB": _("United Kingdom"), "GR": _("Greece"),
    "HR": _("Croatia"), "HU": _("Hungary"), "IE": _("Ireland"), "IN": _("India"), "IT": _("Italy"),
    "JP": _("Japan"), "LI": _("Liechtenstein"), "LU": _("Luxembourg"), "MX": _("Mexico"),
    "NL": _("Netherlands"), "NO": _("Norway"), "NZ": _("New Zealand"), "PL": _("Poland"),
    "PT": _("Portugal"), "RO": _("Romania"), "SE": _("Sweden"), "SI": _("Slovenia"), "SK": _("Slovakia"),
    "TR": _("Turkey"), "US": _("United States"),
}  # fmt: skip


def country_name(told: str) -> str:
    """In the reader's language; what is no code that is known stays as it is."""
    return translated(NAMES[told]) if told in NAMES else told
