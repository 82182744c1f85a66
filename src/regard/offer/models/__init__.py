from regard.offer.models.limits import OfferLimits
from regard.offer.models.offer import Offer, OfferCode, OfferRedemption, OfferState
from regard.offer.models.pool import OfferKind, OfferPool

__all__ = ["Offer", "OfferCode", "OfferKind", "OfferLimits", "OfferPool", "OfferRedemption", "OfferState"]
