"""Portraits of the demo's invented people: drawn initials, so that no real face is used."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from editorial import actions
from editorial.models import BoardMember

COLOURS = {"ada": "#24474a", "ben": "#5b3a5e", "cleo": "#7a4a1f", "dov": "#2f5233", "esi": "#7b2d3b"}
"""Background colours. The other members have no portrait."""

SIDE = 480


def upload_portraits(*, now: datetime) -> None:
    for member in BoardMember.objects.filter(user__username__in=COLOURS).select_related("user").order_by("pk"):
        user = member.user
        picture = _initials(f"{user.first_name[0]}{user.last_name[0]}", colour=COLOURS[user.username])
        actions.keep_portrait(member_id=member.pk, picture=picture, by=user, now=now)


def _initials(letters: str, *, colour: str) -> bytes:
    picture = Image.new("RGB", (SIDE, SIDE), colour)
    font = ImageFont.load_default(size=SIDE // 3)
    ImageDraw.Draw(picture).text((SIDE // 2, SIDE // 2), letters, fill="white", font=font, anchor="mm")
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
