"""Portraits: convert an uploaded picture into one that can be shown to the public."""

from io import BytesIO

from PIL import Image, ImageOps

from editorial.exceptions import Fault, Unacceptable

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
"""Full resolution of a good camera; decoded, the picture takes 120 MB."""

SIDE = 400
"""Side of the square portrait, in pixels."""

FORMATS = ("JPEG", "PNG", "WEBP")


def portrait(data: bytes) -> bytes:
    """Return a square JPEG of the middle of the picture, rotated upright and without the file's metadata.

    The dimensions are read from the file's header, before anything is decoded. Raises Unacceptable for a file that is
    too large or is not a JPEG, PNG or WebP picture.
    """
    if len(data) > MAX_BYTES:
        raise _refusal("too_large", "The file is larger than 10 MB.")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _refusal("too_many_pixels", "The picture has more than 40 megapixels.")
            picture.thumbnail((4 * SIDE, 4 * SIDE))  # lets Pillow decode a JPEG at a smaller size
            return _jpeg(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _refusal("too_many_pixels", "The picture has more than 40 megapixels.") from bomb
    except (OSError, SyntaxError, ValueError) as broken:  # Pillow raises these for files that are no pictures
        raise _refusal("no_picture", "This is not a picture in JPEG, PNG or WebP.") from broken


def _jpeg(picture: Image.Image) -> bytes:
    rotated = ImageOps.exif_transpose(picture).convert("RGBA")
    canvas = Image.new("RGB", (SIDE, SIDE), "white")
    fitted = ImageOps.fit(rotated, (SIDE, SIDE))
    canvas.paste(fitted, mask=fitted.getchannel("A"))
    output = BytesIO()
    canvas.save(output, "JPEG", quality=85, optimize=True)
    return output.getvalue()


def _refusal(code: str, detail: str) -> Unacceptable:
    return Unacceptable(detail, code=code, faults=(Fault("/photo", code, detail),))
