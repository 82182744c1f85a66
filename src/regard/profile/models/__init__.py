from regard.profile.models.consent import Consent, ConsentChannel, DoubleOptIn
from regard.profile.models.customer import Customer, shop_numbers
from regard.profile.models.customer_event import CustomerEvent
from regard.profile.models.identity import ERASED, Identity, IdentityKind, IdentityLink, LinkReason
from regard.profile.models.note import CustomerNote
from regard.profile.models.order import Order
from regard.profile.models.order_parts import OrderFollower, OrderLine, Refund, RefundKind
from regard.profile.models.product import Product
from regard.profile.models.segment import Segment
from regard.profile.models.shipment import Shipment, ShipmentState, TrackingStep
from regard.profile.models.tag import CustomerTag
from regard.profile.models.visit import Visit

__all__ = [
    "ERASED",
    "Consent", "ConsentChannel", "Customer", "CustomerEvent", "CustomerNote", "CustomerTag",
    "DoubleOptIn", "Identity",
    "IdentityKind", "IdentityLink", "LinkReason", "Order", "OrderFollower", "OrderLine", "Product",
    "Refund", "RefundKind", "Segment", "Shipment", "ShipmentState", "TrackingStep", "Visit", "shop_numbers",
]  # fmt: skip
