"""Where customers answer: the addresses stand in messages, on parcels and in the shop."""

from __future__ import annotations

from django.urls import path

from regard.survey.pages import answering

urlpatterns = [
    path("q/o/<str:token>/", answering.open_answering, name="survey_open"),
    path("q/<str:token>/", answering.answering, name="survey_answering"),
]
