from __future__ import annotations

from django.urls import path

from regard.profile.pages import customers

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/timeline/", customers.more_timeline, name="customer_timeline"),
]
