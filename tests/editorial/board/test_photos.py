"""Portraits: what is taken, what is made of it, and who is shown."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from editorial.actions import keep_portrait
from editorial.board.photos import MAX_BYTES, SIDE, portrait
from editorial.exceptions import NotPermitted, Unacceptable
from editorial.models import BoardMember, LedgerEntry, MemberPhoto
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW


def picture(size=(640, 480), *, form="JPEG", mode="RGB", **saved) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "teal").save(made, form, **saved)
    return made.getvalue()


def bomb(width, height) -> bytes:
    """The head of a PNG that says how large it is, and nothing behind it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def kept(member, data=None, *, by=None):
    return keep_portrait(member_id=member.pk, picture=data or picture(), by=by or member.user, now=NOW)


def code(data) -> str:
    with pytest.raises(Unacceptable) as refusal:
        portrait(data)
    return refusal.value.faults[0].code


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_picture_becomes_a_square_jpeg(form, mode):
    with Image.open(BytesIO(portrait(picture(form=form, mode=mode)))) as made:
        assert (made.format, made.size, made.mode) == ("JPEG", (SIDE, SIDE), "RGB")


def test_what_the_file_carried_is_gone():
    exif = Image.Exif()
    exif[0x010E] = "At home, 52.5200 13.4050"
    made = portrait(picture(exif=exif, comment=b"secret"))
    assert b"home" not in made
    assert b"secret" not in made
    assert not Image.open(BytesIO(made)).getexif()


@pytest.mark.parametrize("data", [b"", b"<svg onload='x'/>", b"GIF89a" + b"\0" * 100, picture()[:200], bomb(10, 10)])
def test_what_is_no_picture_is_refused(data):
    assert code(data) == "no_picture"


@pytest.mark.parametrize("size", [(10_000, 4_001), (10_000, 10_000), (100_000, 100_000)])
def test_too_many_pixels_are_refused_by_the_head_of_the_file(size):
    assert code(bomb(*size)) == "too_many_pixels"


def test_too_large_a_file_is_refused_unread():
    assert code(b"\0" * (MAX_BYTES + 1)) == "too_large"


@pytest.mark.django_db
def test_portrait_is_kept_by_the_member_and_by_editors_only(ada, ben, edith):
    member = ada.board_member
    kept(member)
    kept(member, picture((500, 500), form="PNG"), by=edith)
    with pytest.raises(NotPermitted):
        kept(member, by=ben)
    assert MemberPhoto.objects.count() == 1
    assert LedgerEntry.objects.filter(action="portrait_changed").count() == 2


@pytest.mark.django_db
def test_portrait_is_handed_in_on_the_members_page(client, ada):
    member, photo = ada.board_member, SimpleUploadedFile("me.jpg", picture(), "image/jpeg")
    assert do(client, ada, member, "portrait", photo=photo).status_code == 302
    page = client.get(address(member))
    assert "Handed in" in words(page)
    assert f"/board/portraits/{MemberPhoto.objects.get().sha256}.jpg" in page.content.decode()


@pytest.mark.django_db
def test_members_page_says_that_a_portrait_is_not_shown_to_the_public(client):
    member = factories.make_member("ada", is_public=False)
    kept(member)
    client.force_login(member.user)
    page = client.get(address(member))
    assert "not shown to the public" in words(page)
    assert "/board/portraits/" not in page.content.decode()


@pytest.mark.django_db
def test_what_is_no_picture_is_refused_at_the_field(client, ada):
    text = SimpleUploadedFile("me.jpg", b"hello", "image/jpeg")
    answer = do(client, ada, ada.board_member, "portrait", photo=text)
    assert answer.status_code == 422
    assert answer.context["form"].errors["photo"] == ["This is not a picture in JPEG, PNG or WebP."]


@pytest.mark.django_db
def test_member_cannot_hand_in_for_another(client, ben, ada):
    assert "the member can change" not in words(do(client, ben, ada.board_member, "portrait"))
    assert not MemberPhoto.objects.exists()


# --- in public ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(ada) -> str:
    """Where Ada's portrait is."""
    return f"/board/portraits/{kept(ada.board_member).sha256}.jpg"


def test_board_shows_the_portrait_on_its_page_and_in_json(client, shown, policy):
    assert shown in client.get("/board/").content.decode()
    assert client.get("/api/v1/board/").json()["results"][0]["photo"].endswith(shown)


def test_portrait_is_revalidated_by_its_tag(client, shown):
    first = client.get(shown)
    assert (first.status_code, first["Content-Type"]) == (200, "image/jpeg")
    assert "max-age" in first["Cache-Control"]
    again = client.get(shown, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("change", [{"is_public": False}, {"term_to": factories.NOW.date()}])
def test_portrait_of_who_is_not_public_or_left_is_out_of_sight(client, shown, ada, change, time_machine):
    time_machine.move_to(NOW.replace(year=2027))
    member = BoardMember.objects.get(user=ada)
    for name, value in change.items():
        setattr(member, name, value)
    member.save()
    assert client.get(shown).status_code == 404
