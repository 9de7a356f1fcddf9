"""What the meter beside a new password shows, see ``config/static/imprimatur/passwords.js``."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from editorial.accounts.password_strength import ENOUGH, LONGEST, score_of
from editorial.http.throttling import AddressThrottle
from editorial.models import User

WORDS = ("Very weak.", "Weak.", "Not strong enough.", "Good.", "Very good.")
"""By score."""


class StrengthThrottle(AddressThrottle):
    scope = "password_strength"


@never_cache
@sensitive_post_parameters()
@require_POST
def password_strength(request: HttpRequest) -> JsonResponse:
    """Return the ``score`` of a password from 0 to 4, and ``words`` on what is wrong with it.

    ``about`` is the name and address of its owner, as the page has it. A score of 3 or 4 means that the password is
    accepted. Nothing is stored. 429 after too many requests; the page then shows no strength.
    """
    if not StrengthThrottle().allow_request(request, None):  # type: ignore[arg-type]
        return JsonResponse({}, status=429)
    password = request.POST.get("password", "")[:1000]
    about = User(first_name=request.POST.get("about", "")[:LONGEST])
    score, refusals = score_of(password, about=about)[0], refusals_of(password, about=about)
    score = min(score, ENOUGH - 1) if refusals else score
    return JsonResponse({"score": score, "words": " ".join([WORDS[score], *refusals])})


def refusals_of(password: str, *, about: User) -> list[str]:
    """Return why a password would be refused for its owner."""
    try:
        validate_password(password, about)
    except ValidationError as error:
        return error.messages
    return []
