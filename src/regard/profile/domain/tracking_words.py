"""The words in which shops, carriers and tracking services say how far a parcel is."""

from __future__ import annotations

import re

from regard.profile.models import ShipmentState

_WORDS = {
    ShipmentState.PENDING: """
        pending new created open requested scheduled processing preparing label_created label_printed
        label_purchased label_generated pre_transit pretransit pre_shipment preshipment info_received
        information_received shipment_information_received order_received order_processed
        shipment_information_sent_to_fedex ready_for_shipment ready_to_ship ready_for_dispatch awaiting_collection
        awaiting_pickup unfulfilled confirmed manifested booked oc mv
    """,
    ShipmentState.SHIPPED: """
        shipped fulfilled dispatched despatched handed_over accepted acceptance picked_up pick_up pickup
        collected posted sent success partial partially_shipped origin_scan received_by_carrier pu
    """,
    ShipmentState.IN_TRANSIT: """
        in_transit intransit transit on_its_way on_the_way en_route moving departed departure_scan arrived
        arrival_scan at_facility in_process processed customs customs_clearance customs_cleared held on_hold hold
        delayed delay delivery_delayed forwarded it i ar dp
    """,
    ShipmentState.OUT_FOR_DELIVERY: """
        out_for_delivery outfordelivery with_courier with_delivery_courier on_vehicle_for_delivery
        on_vehicle_for_delivery_today loaded_on_delivery_vehicle od
    """,
    ShipmentState.AVAILABLE: """
        available_for_pickup availableforpickup ready_for_pickup ready_for_collection available_for_collection
        awaiting_customer_pickup at_pickup_point held_for_pickup delivered_to_pickup_point
    """,
    ShipmentState.DELIVERED: """
        delivered complete completed signed_for collected_by_customer proof_of_delivery dl d
    """,
    ShipmentState.FAILED: """
        failed failure failed_attempt attempt_fail attemptfail attempted attempted_delivery delivery_attempt
        delivery_attempted delivery_failed failed_delivery delivery_exception exception alert error undelivered
        undeliverable not_delivered refused address_problem damaged de x
    """,
    ShipmentState.RETURNED: """
        returned return_to_sender returned_to_sender returning return_in_transit return_in_progress rts rs
    """,
    ShipmentState.LOST: "lost missing lost_in_transit expired",
    ShipmentState.CANCELLED: "cancelled canceled voided void deleted ca",
}
STATES = {word: state for state, words in _WORDS.items() for word in words.split()}
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z])(?=[A-Z])")


def state_in_words(text: str) -> ShipmentState:
    """The state that a word such as `in_transit`, `InTransit` or `Out for delivery` stands for.

    UNKNOWN when it stands for none. `picked_up` is what carriers mean by it: they have it.
    """
    plain = _BETWEEN_WORDS.sub("_", text.lower()).strip("_")
    spread = _BETWEEN_WORDS.sub("_", _CAPITAL_WITHIN.sub("_", text).lower()).strip("_")
    return STATES.get(plain) or STATES.get(spread) or ShipmentState.UNKNOWN
