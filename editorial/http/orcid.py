"""The log-in at ORCID, by which a member shows that an iD is theirs (OAuth 2.0, RFC 6749).

ORCID's answer to the code names the iD. Its token is neither used nor stored. This log-in opens no session here.
"""

import logging
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from requests import RequestException

from editorial.actions import connect_orcid
from editorial.exceptions import Conflict, Refusal

SCOPE = "/authenticate"
STATE = "orcid"
OLD = "This log-in at ORCID was used already, is too old, or was begun in another session. Start again."
DECLINED = "ORCID did not confirm your iD. Nothing was changed. You can start again."
FAILED = "ORCID did not answer as expected. Nothing was changed. Try again later."

logger = logging.getLogger(__name__)


def is_configured() -> bool:
    """Return whether this site is registered at ORCID."""
    return bool(settings.ORCID_CLIENT_ID)


def authorisation_address(request: HttpRequest) -> str:
    """Return the address at ORCID at which the person logs in, bound to this session for ten minutes."""
    state = statekit.stash_state(request, provider_id=STATE, state={})
    asked = {
        "client_id": settings.ORCID_CLIENT_ID,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": _return_address(request),
        "state": state,
    }
    return f"{settings.ORCID_URL}/oauth/authorize?{urlencode(asked)}"


@login_required
@require_safe
def orcid_return(request: HttpRequest) -> HttpResponse:
    """Connect the iD of the person whom ORCID sent back, and show the result on “My account”."""
    account: Any = request.user
    try:
        member = connect_orcid(orcid=_orcid_named(request), by=account, now=timezone.now())
    except Refusal as refusal:
        logger.warning("A log-in at ORCID was refused: %s", refusal.code)
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"Your ORCID iD {member.orcid} is connected. Readers see it as authenticated.")
    return HttpResponseRedirect(reverse("admin:my_account"))


def _orcid_named(request: HttpRequest) -> str:
    """Return the iD that ORCID names for the code in the address.

    Raises Conflict if this session did not begin the log-in, the person declined it, or ORCID fails.
    """
    state = statekit.unstash_state(request, provider_id=STATE, state_id=request.GET.get("state", ""))
    if state is None:
        raise Conflict(OLD, code="orcid_state")
    code = request.GET.get("code", "")
    if "error" in request.GET or not code:
        raise Conflict(DECLINED, code="orcid_declined")
    try:
        return str(_client(request).get_access_token(code)["orcid"])
    except (OAuth2Error, RequestException, LookupError, TypeError, ValueError) as error:  # also an answer without words
        raise Conflict(FAILED, code="orcid_failed") from error


def _client(request: HttpRequest) -> OAuth2Client:
    return OAuth2Client(
        request,
        settings.ORCID_CLIENT_ID,
        settings.ORCID_CLIENT_SECRET,
        "POST",
        f"{settings.ORCID_URL}/oauth/token",
        _return_address(request),
        headers={"Accept": "application/json"},
    )


def _return_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("orcid_return"))
