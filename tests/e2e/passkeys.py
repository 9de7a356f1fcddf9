"""Chromium's virtual authenticator: a phone that knows its owner by the fingerprint."""

from playwright.sync_api import CDPSession, Page

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_virtual_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser of ``page`` an authenticator; return the session of the debugger, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]
