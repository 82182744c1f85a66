from regard.profile.models.customer import Customer
from regard.profile.models.identity import Identity, IdentityLink
from regard.profile.models.order import Order

__all__ = ["Customer", "Identity", "IdentityLink", "Order"]
