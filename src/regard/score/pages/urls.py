from __future__ import annotations

from django.urls import path

from regard.score.pages import weights

urlpatterns = [path("settings/scores/", weights.score_weights, name="score_weights")]
