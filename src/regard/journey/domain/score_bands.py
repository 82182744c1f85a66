"""The scores and bands by whose moves a journey may start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regard.score.domain.kinds import score_kinds


def bands_of_scores() -> Mapping[str, list[str]]:
    """By the name of each score of customers its bands, without the score's name before them."""
    return {kind.name: [str(value).partition(":")[2] for value in kind.bands.values] for kind in score_kinds}


def check_score(score: str, bands: Sequence[str]) -> list[str]:
    """What is wrong with the name of a score and its bands, in words; [] for nothing."""
    known = bands_of_scores()
    if score not in known:
        said = _("There is no score %(score)s; there are: %(known)s.")
        return [said % {"score": score, "known": ", ".join(known)}]
    wrong = [band for band in bands if band not in known[score]]
    said = _("%(score)s has no band %(band)s; there are: %(known)s.")
    return [said % {"score": score, "band": band, "known": ", ".join(known[score])} for band in wrong]
