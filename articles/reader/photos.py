"""Photos of public board members."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from editorial.exceptions import NotFound
from editorial.models import BoardMember, MemberPhoto

A_DAY = "public, max-age=86400"
"""The address names the picture by its digest, so it never shows another; but a member leaves office some day."""


@require_safe
def portrait(request: HttpRequest, sha256: str) -> HttpResponse:
    """The picture with this digest, as long as its member is in office and named in public; 304 for one known."""
    public = BoardMember.objects.public(on=timezone.localdate()).values("pk")
    photo = MemberPhoto.objects.filter(sha256=sha256, member__in=public).first()
    if photo is None:
        raise NotFound("There is no such portrait.")
    etag = f'"{photo.sha256}"'
    response = HttpResponse(
        bytes(photo.jpeg), content_type="image/jpeg", headers={"ETag": etag, "Cache-Control": A_DAY}
    )
    return get_conditional_response(request, etag=etag, response=response) or response
