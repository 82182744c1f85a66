from __future__ import annotations

from django.urls import path

from regard.capture.pages import events, imports, parked, rejected, retention, sources

urlpatterns = [
    path("events/", events.events, name="events"),
    path("events/live-pass/", events.live_pass, name="events_live_pass"),
    path("events/<int:event_id>/", events.event, name="event"),
    path("events/rejected/", rejected.rejected_events, name="rejected_events"),
    path("events/rejected/settle/", rejected.settle_selected, name="rejected_settle"),
    path("events/rejected/restore/", rejected.restore, name="rejected_restore"),
    path("events/rejected/<int:rejected_id>/", rejected.rejected_event, name="rejected_event"),
    path("events/parked/", parked.parked_events, name="parked_events"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<int:run_id>/", imports.import_run, name="import_run"),
    path("imports/<int:run_id>/start/", imports.start, name="import_start"),
    path("imports/<int:run_id>/resume/", imports.resume, name="import_resume"),
    path("imports/<int:run_id>/kind/", imports.read_as, name="import_read_as"),
    path("imports/<int:run_id>/discard/", imports.discard, name="import_discard"),
    path("imports/<int:run_id>/mend/", imports.mend, name="import_mend"),
    path("imports/<int:run_id>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:run_id>/rejected/", imports.rejects, name="import_rejects"),
    path("settings/retention/", retention.retention, name="retention"),
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/new/", sources.new, name="source_new"),
    path("settings/sources/<int:source_id>/", sources.source, name="source"),
    path("settings/sources/<int:source_id>/keys/new/", sources.new_key, name="write_key_new"),
    path("settings/sources/keys/<int:key_id>/revoke/", sources.revoke_key, name="write_key_revoke"),
]
