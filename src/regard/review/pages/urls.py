from __future__ import annotations

from django.urls import path

from regard.review.pages import display, handling, mention_handling, mentions, reviews

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
    path("mentions/", mentions.mentions, name="mentions"),
    path("mentions/finish/", mention_handling.finish_selected, name="mentions_finish"),
    path("mentions/reopen/", mention_handling.reopen_selected, name="mentions_reopen"),
    path("mentions/<int:mention_id>/", mentions.mention, name="mention"),
    path("mentions/<int:mention_id>/finish/", mention_handling.finish, name="mention_finish"),
    path("mentions/<int:mention_id>/reopen/", mention_handling.reopen, name="mention_reopen"),
    path("mentions/<int:mention_id>/reply/", mention_handling.reply, name="mention_reply"),
    path("mentions/<int:mention_id>/task/", mention_handling.task, name="mention_task"),
    path("settings/reviews/", display.display, name="review_display"),
    path("settings/reviews/preview/", display.preview, name="review_display_preview"),
]
