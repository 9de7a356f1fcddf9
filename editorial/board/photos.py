"""Portraits: a picture as somebody handed it in, made into one that can be shown to the public."""

from io import BytesIO

from PIL import Image, ImageOps

from editorial.exceptions import Fault, Unacceptable

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
"""A full frame of a good camera; decoded it takes 120 MB."""

SIDE = 400
"""Pixels of the square that is shown."""

FORMATS = ("JPEG", "PNG", "WEBP")


def portrait(data: bytes) -> bytes:
    """A square JPEG with the middle of the picture, turned upright, without anything else that the file carried.

    The size is read from the file's head, before anything is decoded. Raises Unacceptable.
    """
    if len(data) > MAX_BYTES:
        raise _refusal("too_large", "The file is larger than 10 MB.")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _refusal("too_many_pixels", "The picture has more than 40 megapixels.")
            picture.thumbnail((4 * SIDE, 4 * SIDE))  # a JPEG is decoded no larger than that takes
            return _jpeg(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _refusal("too_many_pixels", "The picture has more than 40 megapixels.") from bomb
    except (OSError, SyntaxError, ValueError) as broken:  # what Pillow raises for files that are no pictures
        raise _refusal("no_picture", "This is not a picture in JPEG, PNG or WebP.") from broken


def _jpeg(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    clean = Image.new("RGB", (SIDE, SIDE), "white")
    fitted = ImageOps.fit(upright, (SIDE, SIDE))
    clean.paste(fitted, mask=fitted.getchannel("A"))
    made = BytesIO()
    clean.save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()


def _refusal(code: str, detail: str) -> Unacceptable:
    return Unacceptable(detail, code=code, faults=(Fault("/photo", code, detail),))
