from regard.serve.models.prompt import (
    Device,
    Kind,
    Place,
    Prompt,
    PromptDay,
    Trigger,
    Visits,
)
from regard.serve.models.window import ShopWindow

__all__ = ["Device", "Kind", "Place", "Prompt", "PromptDay", "ShopWindow", "Trigger", "Visits"]
