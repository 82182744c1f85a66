from regard.listen.models.review import Review

__all__ = ["Review"]
