"""Every address of the pages and the REST API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from regard.web.pages import (
    account,
    health,
    home,
    invitations,
    look,
    palette,
    parked,
    stores,
    styleguide,
    today,
)

of_a_store: list[URLPattern | URLResolver] = [
    path("", today.today, name="store_home"),
    path("today/<slug:name>/", today.today_card, name="today_card"),
    path("palette/", palette.palette, name="palette"),
    path("charts/<slug:name>", today.chart, name="chart"),
    path("charts/<slug:name>.<slug:form>", today.chart, name="chart_file"),
    path("", include("regard.profile.pages.urls")),
    path("", include("regard.act.pages.urls")),
    path("", include("regard.message.pages.urls")),
    path("", include("regard.survey.pages.customer_urls")),
    path("", include("regard.task.pages.urls")),
    path("", include("regard.offer.pages.urls")),
    path("", include("regard.journey.pages.urls")),
    path("", include("regard.survey.pages.urls")),
    path("", include("regard.serve.pages.urls")),
    path("", include("regard.listen.pages.urls")),
    path("", include("regard.review.pages.urls")),
    path("", include("regard.desk.pages.urls")),
    path("", include("regard.grow.pages.urls")),
    path("", include("regard.score.pages.urls")),
    path("", include("regard.predict.pages.urls")),
    path("", include("regard.measure.pages.urls")),
    path("", include("regard.capture.pages.urls")),
    path("events/parked/replay/", parked.replay_all, name="parked_replay_all"),
    path("events/parked/<int:parked_id>/replay/", parked.replay, name="parked_replay"),
    path("settings/", include("regard.web.pages.settings_urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("regard.act.pages.public_urls")),
    path("", include("regard.survey.pages.public_urls")),
    path("", include("regard.review.pages.public_urls")),
    path("", include("regard.desk.pages.public_urls")),
    path("", include("regard.serve.pages.public_urls")),
    path("", include("regard.grow.pages.public_urls")),
    path("", home.home, name="home"),
    path("s/<slug:slug>/", include(of_a_store)),
    path("stores/new/", stores.new_store, name="store_new"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("account/", account.account, name="account"),
    path("account/look/", look.look, name="account_look"),
    path("account/", include("regard.web.pages.sign_in_urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/chart", styleguide.example_chart, name="styleguide_chart"),
    path("styleguide/chart.<str:form>", styleguide.example_chart, name="styleguide_chart_file"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", include("regard.web.api.urls")),
]
