"""Where customers say whether they take part; the address stands in invitations."""

from __future__ import annotations

from django.urls import path

from regard.grow.pages import answering

urlpatterns = [path("programmes/<str:token>/", answering.answer, name="programme_answer")]
