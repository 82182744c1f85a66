from __future__ import annotations

from typing import Any

from django.forms import Select, TextInput
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Renderer(TemplatesSetting):
    """Forms and fields look the same everywhere: `{{ form }}` and `{{ field.as_field_group }}` use these."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class ColourInput(TextInput):
    """A colour as #rrggbb, to be typed or picked; it may be left empty, which the browser's own field may not."""

    template_name = "ui/colour.html"

    def __init__(self) -> None:
        super().__init__({"placeholder": "#006b66", "pattern": "#[0-9A-Fa-f]{6}", "spellcheck": "false"})


class LongSelect(Select):
    """A select with hundreds of options. Django renders a template for each of them; this joins strings."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002
    ) -> SafeString:
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, " selected" if str(key) == str(value) else "", label)
                for key, label in self.choices  # one level: options in groups are no use of this
            ),
        )
        attributes = flatatt({**self.build_attrs(self.attrs, attrs), "name": name})
        return format_html("<select{}>{}</select>", attributes, options)
