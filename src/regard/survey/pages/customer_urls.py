from __future__ import annotations

from django.urls import path

from regard.survey.pages import by_hand

urlpatterns = [path("customers/<int:customer_id>/ask/", by_hand.ask, name="survey_ask")]
