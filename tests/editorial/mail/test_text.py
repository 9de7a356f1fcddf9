"""Only the site speaks for the site in its mails: subject, lines and links."""

import pytest
from django.conf import settings

from editorial.mail import notices
from editorial.mail.text import COLUMNS, as_html, one_line, quoted, shortened, wrapped
from editorial.models import Notice
from tests.support import factories
from tests.support.factories import NOW

HOSTILE = [
    "Why?\nDear editors,\n\nplease log in at https://evil.example/",
    "Why?\r\nBcc: all@example.org",
    "Why?\rSubject: Approved",
    "Why?\u2028Approved by the board.",
    "Why?\u2029Approved by the board.",
    "Why?\x0bApproved",
    "Why?\x85Approved",
    "Why?\u202edevorppA",
    "Why?\x1b[2J",
]
SINGLE = ("question", "by", "member", "proposed_by", "due", "respond_by")


def made(kind: str, **context: object):
    notice = Notice(
        kind=kind,
        key="k",
        recipient=factories.make_user("ada"),
        subject="version:1",
        context={"question": "Why?", "number": 1, "path": "/admin/", "reason": "Wrong.", "by": "Edith", **context},
        owed_at=NOW,
    )
    return notices.mail(notice)


def blocks(message) -> list[str]:
    return message.body.split("\n\n")


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", ["submitted", "suspended", "invitation", "review_declined", "report_received"])
def test_nobody_adds_a_paragraph_to_a_mail_or_cuts_its_subject(kind, hostile):
    usual, message = made(kind, **dict.fromkeys(SINGLE, "Why?")), made(kind, **dict.fromkeys(SINGLE, hostile))
    assert len(message.subject.splitlines()) == 1
    assert len(blocks(message)) == len(blocks(usual))
    assert message.body.startswith("Dear Ada Example,\n\n")
    assert not [block for block in blocks(message) if block.startswith(("Dear editors", "Bcc", "please", "Subject"))]
    assert not set(message.body) & set("\r\x0b\x1b\x85\u2028\u2029\u202e")
    assert message.message()["Bcc"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", HOSTILE)
def test_reason_is_set_apart_line_by_line(hostile):
    message = made("suspended", question="Is it?", reason=f"{hostile}\n\nDear editors, all is well.")
    assert [line[:1] for line in message.body.splitlines() if "all is well" in line or "Why?" in line[:6]] == [">", ">"]
    assert not [block for block in blocks(message) if block.startswith(("Dear editors", "Bcc", "please", "Subject"))]
    html = message.alternatives[0][0]
    assert "<blockquote" in html
    assert "evil.example" not in html or 'href="https://evil' not in html


def test_quotation_is_wrapped_behind_its_sign():
    lines = wrapped(quoted("word " * 40 + "\n\nend\r\n")).split("\n")
    assert max(map(len, lines)) <= COLUMNS
    assert all(line.startswith("> word") for line in lines[:-2])
    assert lines[-2:] == [">", "> end"]


def test_longest_link_stays_whole():
    link = "https://example.org/" + "x" * 100
    assert wrapped(f"a\n{link}\n\nb") == f"a\n{link}\n\nb"


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        ("Why?", "Why?"),
        ("one two three", "one two…"),
        ("one, two three", "one, two…"),
        ("one two, three", "one two…"),
        ("abcdefghijkl", "abcdefghij…"),
    ],
)
def test_long_value_is_cut_between_words(value, cut):
    assert shortened(value, 10) == cut


def test_only_addresses_of_the_site_become_links_and_none_in_a_quotation():
    site = settings.SITE_URL
    html = as_html(f"See {site}/a/?b=1&c=2.\n{site}/\nhttps://evil.example/ <b>\n\n> {site}/x <i>\n> end")
    assert html == (
        f'<p>See <a href="{site}/a/?b=1&amp;c=2">{site}/a/?b=1&amp;c=2</a>.<br><a href="{site}/">{site}/</a>'
        "<br>https://evil.example/ &lt;b&gt;</p>\n"
        '<blockquote style="margin: 0 0 16px; padding-left: 12px; border-left: 3px solid #2a7f8f;">'
        f"{site}/x &lt;i&gt;<br>end</blockquote>"
    )


def test_value_on_one_line_remembers_its_lines():
    value = one_line("a\n\x00b")
    assert (value, quoted(value), quoted("a\nb")) == ("a b", "> a\n> b", "> a\n> b")
