from regard.profile.models.customer import Customer
from regard.profile.models.customer_event import CustomerEvent
from regard.profile.models.identity import Identity, IdentityKind, IdentityLink, LinkReason
from regard.profile.models.order import Order

__all__ = ["Customer", "CustomerEvent", "Identity", "IdentityKind", "IdentityLink", "LinkReason", "Order"]
