from __future__ import annotations

from django.urls import path

from regard.message.pages import brand, template, templates

urlpatterns = [
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.new_template, name="template_new"),
    path("templates/starters/", templates.add, name="templates_add"),
    path("templates/<int:template_id>/", template.template, name="template"),
    path("templates/<int:template_id>/shown/", template.shown, name="template_shown"),
    path("templates/<int:template_id>/try/", template.try_out, name="template_try"),
    path("templates/<int:template_id>/copy/", template.copy, name="template_copy"),
    path("templates/<int:template_id>/archive/", template.archive, name="template_archive"),
    path("templates/<int:template_id>/unarchive/", template.unarchive, name="template_unarchive"),
    path("templates/<int:template_id>/restore/", template.restore, name="template_restore"),
    path("settings/brand/", brand.brand, name="brand"),
]
