"""Addresses for customers, which stand in messages."""

from __future__ import annotations

from django.urls import path

from regard.act.pages import mail_returns, preferences, tracking

urlpatterns = [
    path("unsubscribe/<str:token>/", preferences.end_marketing, name="unsubscribe"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("webhooks/mail/<slug:provider>/", mail_returns.mail_webhook, name="mail_webhook"),
    path("o/<str:token>.gif", tracking.opened, name="email_opened"),
    path("l/<str:token>/", tracking.clicked, name="email_clicked"),
]
