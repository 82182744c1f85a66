from __future__ import annotations

from django.urls import path

from regard.review.pages import handling, reviews

urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/publish/", handling.publish_selected, name="reviews_publish"),
    path("reviews/hide/", handling.hide_selected, name="reviews_hide"),
    path("reviews/return/", handling.return_selected, name="reviews_return"),
    path("reviews/<int:review_id>/", reviews.review, name="review"),
    path("reviews/<int:review_id>/publish/", handling.publish, name="review_publish"),
    path("reviews/<int:review_id>/hide/", handling.hide, name="review_hide"),
    path("reviews/<int:review_id>/return/", handling.take_back, name="review_return"),
    path("reviews/<int:review_id>/answer/", handling.answer, name="review_answer"),
]
