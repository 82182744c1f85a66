from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms and fields look the same everywhere: `{{ form }}` and `{{ field.as_field_group }}` use these."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
