from regard.core.models.account_mail import AccountMail, AccountMailKind
from regard.core.models.api_key import ApiKey
from regard.core.models.audit import AuditEntry
from regard.core.models.invitation import Invitation
from regard.core.models.member import Member
from regard.core.models.store import Store
from regard.core.models.user import User

__all__ = ["AccountMail", "AccountMailKind", "ApiKey", "AuditEntry", "Invitation", "Member", "Store", "User"]
