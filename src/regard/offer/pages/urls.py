from __future__ import annotations

from django.urls import path

from regard.offer.pages import codes, limits, pool, pools, waiting

urlpatterns = [
    path("offers/", pools.offers, name="offers"),
    path("offers/new/", pools.new_offer, name="offer_new"),
    path("offers/limits/", limits.offer_limits, name="offer_limits"),
    path("offers/waiting/", waiting.offers_waiting, name="offers_waiting"),
    path("offers/waiting/<int:offer_id>/approve/", waiting.approve, name="offer_approve"),
    path("offers/waiting/<int:offer_id>/decline/", waiting.decline, name="offer_decline"),
    path("offers/give/<int:customer_id>/", waiting.give, name="offer_give"),
    path("offers/<int:pool_id>/", pool.offer, name="offer"),
    path("offers/<int:pool_id>/chart", pool.chart, name="offer_chart"),
    path("offers/<int:pool_id>/chart.<slug:form>", pool.chart, name="offer_chart_file"),
    path("offers/<int:pool_id>/change/", pools.change_offer, name="offer_change"),
    path("offers/<int:pool_id>/switch/", pool.switch, name="offer_switch"),
    path("offers/<int:pool_id>/codes/", codes.bring_in, name="offer_codes"),
    path("offers/<int:pool_id>/codes/make/", codes.make, name="offer_codes_make"),
    path("offers/<int:pool_id>/codes/export/", codes.export, name="offer_codes_export"),
]
