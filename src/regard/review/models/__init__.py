from regard.review.models.standing import ReviewStanding, Shown

__all__ = ["ReviewStanding", "Shown"]
