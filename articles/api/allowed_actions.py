"""What a user can do with a record now, or why not, with the address to do it at."""

from collections.abc import Iterable, Mapping

from django.urls import reverse
from rest_framework import serializers

from articles.permissions import Offer
from editorial.record.canonical_json import JSONDict

Addresses = Mapping[str, tuple[str, str]]
"""By action: the method and the route name that takes the record's id."""


class AllowedActionSerializer(serializers.Serializer):
    action = serializers.CharField()
    label = serializers.CharField(help_text="The action as text for a button or menu.")  # type: ignore[assignment]
    allowed = serializers.BooleanField(help_text="Whether you may do this now.")
    reason = serializers.CharField(allow_blank=True, help_text="Why you may not; empty when allowed.")
    way = serializers.CharField(
        allow_blank=True, help_text="The path of the page on which you can do what is missing; empty if there is none."
    )
    method = serializers.ChoiceField(choices=["POST", "PATCH"])
    href = serializers.CharField(help_text="The path to send the request to.")


def addressed(offers: Iterable[Offer], *, addresses: Addresses, pk: int) -> list[JSONDict]:
    """Return ``offers`` about the record ``pk`` as JSON values."""
    return [_addressed(offer, *addresses[offer.action], pk) for offer in offers]


def _addressed(offer: Offer, method: str, route: str, pk: int) -> JSONDict:
    return {
        "action": offer.action,
        "label": offer.label,
        "allowed": offer.allowed,
        "reason": offer.reason,
        "way": offer.way,
        "method": method,
        "href": reverse(route, args=[pk]),
    }
