from regard.message.models.brand import Brand
from regard.message.models.template import PURPOSES, Template, TemplateChannel, TemplateVersion

__all__ = ["PURPOSES", "Brand", "Template", "TemplateChannel", "TemplateVersion"]
