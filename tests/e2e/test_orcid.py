"""A member connects their ORCID iD in a real browser, which enforces the site's policy for forms and cookies."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from editorial.models import BoardMember
from tests.e2e.conftest import PASSWORD, close, log_in
from tests.e2e.test_my_account import DESKTOP, PHONE, faults
from tests.support import factories
from tests.support.orcid_server import CLIENT_ID, CLIENT_SECRET, ORCID, orcid_server


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_member_connects_at_orcid_and_disconnects(transactional_db, browser, live_server, forgiving, settings, size):
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    ada = factories.make_member("ada").user
    ada.set_password(PASSWORD)
    ada.save()
    with orcid_server() as orcid:
        settings.ORCID_URL = orcid.url.replace("127.0.0.1", "localhost")  # another site, for the cookies
        context = browser.new_context(base_url=live_server.url, viewport=size)
        page = context.new_page()
        page.goto(reverse("admin:my_account"))
        log_in(page, ada)
        page.get_by_role("button", name="Connect your ORCID iD").click()
        page.get_by_role("link", name="Authorize access").click()
        expect(page.get_by_text(f"Your ORCID iD {ORCID} is connected.")).to_be_visible()
        expect(page.get_by_text("Authenticated", exact=True)).to_be_visible()
        assert BoardMember.objects.get().orcid_authenticated
        page.get_by_role("button", name="Disconnect your ORCID iD").click()
        expect(page.get_by_text("Not authenticated", exact=True)).to_be_visible()
        close([context])
    styled = forgiving(ada, viewport=size)
    styled.goto(reverse("admin:my_account"))
    assert faults(styled) == []
