from __future__ import annotations

from django.urls import path

from regard.grow.pages import members, programme, programmes, sessions

urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.new_programme, name="programme_new"),
    path("programmes/candidates/<int:customer_id>/", members.add, name="programme_add"),
    path("programmes/<int:programme_id>/", programme.members, name="programme"),
    path("programmes/<int:programme_id>/candidates/", programme.candidates, name="programme_candidates"),
    path("programmes/<int:programme_id>/members.csv", programme.export, name="programme_export"),
    path("programmes/<int:programme_id>/change/", programmes.change, name="programme_change"),
    path("programmes/<int:programme_id>/state/", programmes.switch, name="programme_state"),
    path("programmes/<int:programme_id>/propose/", members.propose, name="programme_propose"),
    path("programmes/<int:programme_id>/invite/", members.invite, name="programme_invite"),
    path("programmes/<int:programme_id>/dismiss/", members.dismiss, name="programme_dismiss"),
    path("programmes/<int:programme_id>/recall/", members.recall, name="programme_recall"),
    path("programmes/<int:programme_id>/members/<int:member_id>/", members.move, name="programme_member"),
    path("programmes/<int:programme_id>/sessions/", sessions.sessions, name="programme_sessions"),
    path("programmes/<int:programme_id>/sessions/new/", sessions.new_session, name="programme_session_new"),
    path(
        "programmes/<int:programme_id>/sessions/<int:session_id>/", sessions.session, name="programme_session"
    ),
    path(
        "programmes/<int:programme_id>/sessions/<int:session_id>/change/",
        sessions.change,
        name="programme_session_change",
    ),
    path(
        "programmes/<int:programme_id>/sessions/<int:session_id>/members/",
        sessions.attend,
        name="programme_attend",
    ),
    path("programmes/<int:programme_id>/decisions/", sessions.decisions, name="programme_decisions"),
    path("programmes/<int:programme_id>/decisions/new/", sessions.decide_one, name="programme_decide"),
]
