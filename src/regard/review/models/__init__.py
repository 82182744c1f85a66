from regard.review.models.display import ReviewDisplay
from regard.review.models.mention import Mention, MentionStanding, ToldFeeling
from regard.review.models.standing import ReviewStanding, Shown

__all__ = ["Mention", "MentionStanding", "ReviewDisplay", "ReviewStanding", "Shown", "ToldFeeling"]
