"""When the price of a product changed for good, told from what people paid each week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

WEEKS = 4  # that a price holds at least, before and after: a sale of some days is no new price
LEAST = 0.03  # as a share of the price before


@dataclass(frozen=True)
class PriceStep:
    """place: of the first week with the new price, among those that were given. The prices are medians of weeks;
    the pieces are means a week, of as many weeks before and after."""

    place: int
    price_before: float
    price_after: float
    pieces_before: float
    pieces_after: float
    weeks: int


def price_step(prices: Sequence[float | None], pieces: Sequence[float]) -> PriceStep | None:
    """The largest lasting change; None where there is none.

    prices: that were paid each week on average, None where nothing was bought; weeks in which it was given away
    tell nothing. pieces: bought each week. The four weeks with a price before a change are all below or all
    above the four after it.
    """
    known = [place for place, price in enumerate(prices) if price]
    return max(_steps(prices, pieces, known), key=_size, default=None)


def _steps(
    prices: Sequence[float | None], pieces: Sequence[float], known: Sequence[int]
) -> Iterator[PriceStep]:
    for number in range(WEEKS, len(known) - WEEKS + 1):
        before = [prices[place] or 0.0 for place in known[number - WEEKS : number]]
        after = [prices[place] or 0.0 for place in known[number : number + WEEKS]]
        lasts = max(before) < min(after) or min(before) > max(after)
        if not lasts or abs(median(after) - median(before)) < LEAST * median(before):
            continue
        place = next(each for each in known[number:] if _is_nearer(prices[each] or 0.0, after, before))
        weeks = min(place, len(pieces) - place, 3 * WEEKS)
        yield PriceStep(
            place,
            median(before),
            median(after),
            fmean(pieces[place - weeks : place]),
            fmean(pieces[place : place + weeks]),
            weeks,
        )


def _is_nearer(price: float, one: Sequence[float], other: Sequence[float]) -> bool:
    """A week in which the price changed has a mean between the two."""
    return abs(price - median(one)) <= abs(price - median(other))


def _size(step: PriceStep) -> float:
    return abs(step.price_after / step.price_before - 1)
