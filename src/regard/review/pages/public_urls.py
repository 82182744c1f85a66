"""Addresses of displayed reviews, which stand on the pages of shops."""

from __future__ import annotations

from django.urls import path

from regard.review.pages import displayed

urlpatterns = [
    path("r/<str:token>/", displayed.widget, name="review_widget"),
    path("r/<str:token>/reviews.json", displayed.reviews_json, name="displayed_reviews"),
    path("r/<str:token>/reviews.jsonld", displayed.reviews_json_ld, name="displayed_reviews_ld"),
]
