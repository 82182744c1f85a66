"""Addresses for customers, which stand in messages."""

from __future__ import annotations

from django.urls import path

from regard.act.pages import confirming, mail_returns, preferences, text_returns, tracking

urlpatterns = [
    path("unsubscribe/<str:token>/", preferences.end_marketing, name="unsubscribe"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("confirm/<str:token>/", confirming.confirm_consent, name="confirm_consent"),
    path("webhooks/mail/<slug:provider>/", mail_returns.mail_webhook, name="mail_webhook"),
    path("webhooks/twilio-status/<str:token>/", text_returns.text_status, name="text_status"),
    path("webhooks/twilio/<slug:slug>/<slug:channel>/", text_returns.text_incoming, name="text_incoming"),
    path("o/<str:token>.gif", tracking.opened, name="email_opened"),
    path("l/<str:token>/", tracking.clicked, name="email_clicked"),
]
