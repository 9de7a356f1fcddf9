"""Names of browser and device, from what a browser says of itself."""

from ua_parser import parse

UNKNOWN = "Unknown device"

GENERIC = {"Other", "K", "Generic Smartphone", "Generic Tablet", "Smartphone", "Tablet", "Mac"}
"""Families of devices that say less than the operating system."""


def device_name(user_agent: str) -> str:
    """Return a name such as “Firefox on Ubuntu” or “Chrome Mobile on Pixel 8”.

    It is read from the ``User-Agent`` header, which anyone can set as they like.
    """
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    device = found.device.family if found.device and found.device.family not in GENERIC else ""
    system = device or (found.os.family if found.os else "")
    return f"{browser} on {system}" if browser and system else browser or system or UNKNOWN
