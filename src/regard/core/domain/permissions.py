"""Who may do what: permissions are named once, and serve as the scopes of API keys too."""

from __future__ import annotations

from regard.core.models.member import Role

READ = frozenset(
    {
        "events.read",
        "customers.read",
        "metrics.read",
        "alerts.read",
        "messages.read",
        "tasks.read",
        "offers.read",
        "journeys.read",
        "surveys.read",
        "sources.read",
        "imports.read",
        "store.read",
    }
)
HANDLE = frozenset(
    {"alerts.handle", "tasks.handle", "offers.give", "texts.judge", "reviews.handle", "notes.write"}
)
CHANGE = frozenset(
    {
        "events.mend",
        "sources.manage",
        "imports.run",
        "metrics.manage",
        "customers.change",
        "customers.export",
        "segments.manage",
        "journeys.manage",
        "surveys.manage",
        "messages.write",
        "texts.teach",
        "offers.manage",
    }
)
ADMINISTER = frozenset(
    {"members.read", "members.manage", "keys.manage", "store.manage", "audit.read", "customers.erase"}
)

PERMISSIONS = READ | HANDLE | CHANGE | ADMINISTER

OF_ROLE: dict[str, frozenset[str]] = {
    Role.OWNER: PERMISSIONS,
    Role.ADMIN: PERMISSIONS,
    Role.MANAGER: READ | HANDLE | CHANGE | {"members.read", "audit.read"},
    Role.AGENT: READ | HANDLE,
    Role.ANALYST: READ,
    Role.READ_ONLY: frozenset(
        {
            "customers.read",
            "metrics.read",
            "alerts.read",
            "tasks.read",
            "journeys.read",
            "surveys.read",
            "store.read",
        }
    ),
}


def role_allows(role: str, permission: str) -> bool:
    """Whether members of this role have the permission. Raises KeyError for a permission that does not exist."""
    if permission not in PERMISSIONS:
        raise KeyError(f"there is no permission {permission!r}")
    return permission in OF_ROLE[role]
