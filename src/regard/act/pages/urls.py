from __future__ import annotations

from django.urls import path

from regard.act.pages import (
    alert,
    alert_acts,
    alerts,
    channels,
    confirming,
    email,
    holds,
    outbox,
    sending_rules,
    suppressed,
)

urlpatterns = [
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/handle/", alert_acts.handle_selected, name="alerts_handle"),
    path("alerts/take/", alert_acts.take_selected, name="alerts_take"),
    path("alerts/reopen/", alert_acts.reopen_selected, name="alerts_reopen"),
    path("alerts/<int:alert_id>/", alert.alert, name="alert"),
    path("alerts/<int:alert_id>/seen/", alert_acts.seen, name="alert_seen"),
    path("alerts/<int:alert_id>/take/", alert_acts.take, name="alert_take"),
    path("alerts/<int:alert_id>/people/", alert_acts.people, name="alert_people"),
    path("alerts/<int:alert_id>/handle/", alert_acts.handle, name="alert_handle"),
    path("alerts/<int:alert_id>/resolution/", alert_acts.resolve, name="alert_resolution"),
    path("alerts/<int:alert_id>/reopen/", alert_acts.reopen, name="alert_reopen"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/stop/", outbox.stop, name="outbox_stop"),
    path("outbox/resume/", outbox.resume, name="outbox_resume"),
    path("outbox/retry/", outbox.retry_all, name="outbox_retry_all"),
    path("outbox/holds/<int:hold_id>/release/", holds.release, name="outbox_release"),
    path("outbox/holds/<int:hold_id>/drop/", holds.drop, name="outbox_drop"),
    path("outbox/suppressed/", suppressed.suppressed, name="outbox_suppressed"),
    path("outbox/suppressed/<int:suppressed_id>/allow/", suppressed.allow, name="outbox_allow"),
    path("outbox/<int:send_id>/", outbox.send, name="send"),
    path("outbox/<int:send_id>/retry/", outbox.retry, name="send_retry"),
    path("outbox/<int:send_id>/cancel/", outbox.cancel, name="send_cancel"),
    path("customers/<int:customer_id>/confirm/<slug:channel>/", confirming.ask, name="consent_ask"),
    path("settings/email/", email.email, name="email"),
    path("settings/channels/", channels.channels, name="channels"),
    path("settings/channels/<slug:channel>/", channels.set_up, name="channel_set_up"),
    path("settings/channels/<slug:channel>/remove/", channels.remove, name="channel_remove"),
    path("settings/channels/<slug:channel>/trial/", channels.trial, name="channel_trial"),
    path("settings/messages/", sending_rules.sending_rules, name="sending_rules"),
    path("settings/email/trial/", email.trial, name="email_trial"),
]
