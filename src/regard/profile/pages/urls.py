from __future__ import annotations

from django.urls import path

from regard.profile.pages import (
    bulk,
    consents,
    customer,
    customers,
    merging,
    notes,
    personal_data,
    segment_builder,
    segments,
)
from regard.profile.pages.page_parts import PARTS

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/export/", customers.export_customers, name="customers_export"),
    path("customers/tag/", bulk.tag_selected, name="customers_tag"),
    path("customers/untag/", bulk.untag_selected, name="customers_untag"),
    path("customers/builder/", segment_builder.segment_builder, name="segment_builder"),
    path("customers/segments/", segments.segment_chips, name="segment_chips"),
    path("customers/segments/new/", segments.new_segment, name="segment_new"),
    path("customers/segments/restore/", segments.restore_segment, name="segment_restore"),
    path("customers/segments/<int:segment_id>/", segments.segment, name="segment"),
    path("customers/segments/<int:segment_id>/remove/", segments.remove_segment, name="segment_remove"),
    path("customers/<int:customer_id>/", customer.customer, name="customer"),
    *(
        path(
            f"customers/<int:customer_id>/parts/{part}/",
            customer.part,
            {"name": part},
            name=f"customer_{part}",
        )
        for part in PARTS
    ),
    path("customers/identities/<int:identity_id>/part/", merging.part, name="identity_part"),
    path("customers/identities/<int:identity_id>/undo/", merging.undo, name="identity_undo"),
    path("customers/<int:customer_id>/merge/", merging.merge, name="customer_merge"),
    path("customers/<int:customer_id>/tag/", customer.tag_customer, name="customer_tag"),
    path("customers/<int:customer_id>/untag/", customer.untag_customer, name="customer_untag"),
    path("customers/<int:customer_id>/export/", personal_data.export_one, name="customer_export"),
    path("customers/<int:customer_id>/erase/", personal_data.erase, name="customer_erase"),
    path(
        "customers/<int:customer_id>/consents/<str:channel>/<str:answer>/",
        consents.note_consent,
        name="customer_consent",
    ),
    path("customers/<int:customer_id>/notes/", notes.write, name="note_write"),
    path("customers/notes/<int:note_id>/change/", notes.change, name="note_change"),
    path("customers/notes/<int:note_id>/remove/", notes.remove, name="note_remove"),
    path("customers/notes/<int:note_id>/restore/", notes.restore, name="note_restore"),
    path("customers/<int:customer_id>/look/", customer.look, name="customer_look"),
    path("customers/<int:customer_id>/version/", customer.version, name="customer_version"),
    path("customers/<int:customer_id>/timeline/", customer.more_timeline, name="customer_timeline"),
]
