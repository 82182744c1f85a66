from __future__ import annotations

from django.urls import path

from regard.web.pages import audit, keys, members, stores

urlpatterns = [
    path("", stores.store_details, name="store_settings"),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="member_invite"),
    path("members/<int:member_id>/role/", members.role, name="member_role"),
    path("members/<int:member_id>/remove/", members.remove, name="member_remove"),
    path("invitations/<int:invitation_id>/withdraw/", members.withdraw, name="invitation_withdraw"),
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.new, name="key_new"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="key_revoke"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
]
