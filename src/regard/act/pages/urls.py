from __future__ import annotations

from django.urls import path

from regard.act.pages import alerts

urlpatterns = [
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:alert_id>/seen/", alerts.seen, name="alert_seen"),
    path("alerts/<int:alert_id>/take/", alerts.take, name="alert_take"),
    path("alerts/<int:alert_id>/handle/", alerts.handle, name="alert_handle"),
    path("alerts/<int:alert_id>/reopen/", alerts.reopen, name="alert_reopen"),
]
