from __future__ import annotations

from django.urls import path

from regard.desk.pages import item_changes, items, loop

urlpatterns = [
    path("improvements/", items.items, name="feedback_items"),
    path("improvements/new/", item_changes.new_item, name="feedback_item_new"),
    path("improvements/page/", loop.page, name="improvement_page"),
    path("improvements/page/preview/", loop.preview, name="improvement_page_preview"),
    path("improvements/<int:item_id>/", items.item, name="feedback_item"),
    path("improvements/<int:item_id>/change/", item_changes.change, name="feedback_item_change"),
    path("improvements/<int:item_id>/status/", item_changes.settle, name="feedback_item_status"),
    path("improvements/<int:item_id>/words/", loop.words, name="feedback_item_words"),
    path("improvements/<int:item_id>/evidence/", item_changes.add, name="feedback_item_add"),
    path(
        "improvements/<int:item_id>/evidence/<int:evidence_id>/remove/",
        item_changes.remove,
        name="feedback_item_remove",
    ),
]
