from __future__ import annotations

from django.urls import path

from regard.listen.pages import feedback, teaching, texts, themes

urlpatterns = [
    path("feedback/", feedback.overview, name="feedback"),
    path("feedback/texts/", texts.texts, name="feedback_texts"),
    path("feedback/texts/<int:text_id>/judge/", teaching.judge, name="text_judge"),
    path("feedback/themes/<int:theme_id>/", themes.theme, name="theme"),
    path("feedback/themes/<int:theme_id>/chart", themes.chart, name="theme_chart"),
    path("feedback/themes/<int:theme_id>/chart.<slug:form>", themes.chart, name="theme_chart_file"),
    path("feedback/themes/<int:theme_id>/hide/", themes.hide, name="theme_hide"),
    path("feedback/themes/<int:theme_id>/show/", themes.show, name="theme_show"),
    path("feedback/themes/<int:theme_id>/rename/", themes.rename, name="theme_rename"),
    path("feedback/understanding/", teaching.understanding, name="understanding"),
    path("feedback/understanding/teach/", teaching.teach, name="intent_teach"),
    path("feedback/understanding/forget/", teaching.forget, name="intent_forget"),
]
