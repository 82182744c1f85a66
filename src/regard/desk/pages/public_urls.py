"""Addresses of what a store did because customers asked, which stand on the pages of shops."""

from __future__ import annotations

from django.urls import path

from regard.desk.pages import published

urlpatterns = [
    path("i/<str:token>/", published.published, name="published_improvements"),
    path("i/<str:token>/improvements.json", published.published_json, name="published_improvements_json"),
]
