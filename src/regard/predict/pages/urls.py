from __future__ import annotations

from django.urls import path

from regard.predict.pages import models, past, quality

urlpatterns = [
    path("customers/<int:customer_id>/scores/", past.past_scores, name="past_scores"),
    path("predictions/", quality.prediction_quality, name="prediction_quality"),
    path("models/", models.model_list, name="model_list"),
    path("models/<int:model_id>/", models.model, name="model"),
    path("models/<int:model_id>/<slug:name>", models.chart, name="model_chart"),
    path("models/<int:model_id>/<slug:name>.<slug:form>", models.chart, name="model_chart_file"),
]
