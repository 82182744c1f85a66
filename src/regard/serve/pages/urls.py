from __future__ import annotations

from django.urls import path

from regard.serve.pages import prompt, prompts

urlpatterns = [
    path("prompts/", prompts.prompts, name="prompts"),
    path("prompts/shop/", prompts.shop, name="prompts_shop"),
    path("prompts/new/", prompts.new, name="prompt_new"),
    path("prompts/<int:prompt_id>/", prompt.prompt, name="prompt"),
    path("prompts/<int:prompt_id>/chart", prompt.chart, name="prompt_chart"),
    path("prompts/<int:prompt_id>/chart.<slug:form>", prompt.chart, name="prompt_chart_file"),
    path("prompts/<int:prompt_id>/edit/", prompt.edit, name="prompt_edit"),
    path("prompts/<int:prompt_id>/words/", prompt.words, name="prompt_words"),
    path("prompts/<int:prompt_id>/frame/", prompt.preview_frame, name="prompt_frame"),
    path("prompts/<int:prompt_id>/preview/", prompt.preview, name="prompt_preview"),
    path("prompts/<int:prompt_id>/switch/", prompt.switch, name="prompt_switch"),
    path("prompts/<int:prompt_id>/copy/", prompt.copy, name="prompt_copy"),
    path("prompts/<int:prompt_id>/delete/", prompt.delete, name="prompt_delete"),
]
