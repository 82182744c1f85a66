from __future__ import annotations

from django.urls import path

from regard.measure.pages import metric, metrics

urlpatterns = [
    path("metrics/", metrics.metric_list, name="metric_list"),
    path("metrics/<slug:metric_id>/", metric.metric, name="metric"),
    path("metrics/<slug:metric_id>/<slug:asked>/chart", metric.chart, name="metric_chart"),
    path("metrics/<slug:metric_id>/<slug:asked>/chart.<slug:form>", metric.chart, name="metric_chart_file"),
]
