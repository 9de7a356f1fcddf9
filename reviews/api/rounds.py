"""Verbs on a version that end its round."""

from editorial.http.verbs import OptionalReasonSerializer, ReasonSerializer, Verb
from reviews import actions

WITHDRAW = Verb(act=actions.withdraw, summary="Take a submitted version back", body=OptionalReasonSerializer)
REQUEST_CHANGES = Verb(act=actions.request_changes, summary="Ask the writers for changes", body=ReasonSerializer)
REJECT = Verb(act=actions.reject, summary="Turn a version down", body=ReasonSerializer)
