from __future__ import annotations

from django.urls import path

from regard.journey.pages import editor, journey, journeys, making, people, sending, switching, trying

urlpatterns = [
    path("journeys/", journeys.journeys, name="journeys"),
    path("journeys/new/", making.new, name="journey_new"),
    path("journeys/import/", making.import_text, name="journey_import"),
    path("journeys/playbooks/<slug:key>/take/", journeys.take_playbook, name="journey_playbook"),
    path("journeys/<int:journey_id>/", journey.journey, name="journey"),
    path("journeys/<int:journey_id>/edit/", editor.edit, name="journey_edit"),
    path("journeys/<int:journey_id>/people/", people.people, name="journey_people"),
    path("journeys/<int:journey_id>/people/out/", people.take, name="journey_take_out"),
    path("journeys/<int:journey_id>/versions/", journey.versions, name="journey_versions"),
    path("journeys/<int:journey_id>/versions/move/", journey.move, name="journey_move"),
    path("journeys/<int:journey_id>/try/", trying.dry_run, name="journey_try"),
    path("journeys/<int:journey_id>/text/", journey.text, name="journey_text"),
    path("journeys/<int:journey_id>/text.yaml", journey.text_file, name="journey_file"),
    path("journeys/<int:journey_id>/on/", switching.on, name="journey_on"),
    path("journeys/<int:journey_id>/send/", sending.send, name="journey_send"),
    path("journeys/<int:journey_id>/pause/", switching.pause, name="journey_pause"),
    path("journeys/<int:journey_id>/off/", switching.off, name="journey_off"),
    path("journeys/<int:journey_id>/delete/", switching.delete, name="journey_delete"),
]
