"""Addresses for customers, which stand in messages."""

from __future__ import annotations

from django.urls import path

from regard.act.pages import preferences

urlpatterns = [
    path("unsubscribe/<str:token>/", preferences.end_marketing, name="unsubscribe"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
]
