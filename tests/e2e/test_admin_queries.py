"""No admin page needs more queries for more rows."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Version
from editorial.actions import keep_mail_choice
from editorial.models import MailChoice
from tests.support import admin_records, factories

SIZES = (1, 3, 30)


@pytest.fixture(autouse=True)
def content_types_known(db):
    """Load all content types. A process loads each only once, on whatever page needs it first."""
    ContentType.objects.clear_cache()
    ContentType.objects.get_for_models(*admin.site._registry)


def count(client, address):
    """Return the number of queries of one GET, with those of session and account, which every page has.

    The statement that stores the use of a session is left out: only one request a minute has it.
    """
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum("INTO editorial_accountsession" not in query["sql"] for query in queries)


def addresses():
    yield reverse("admin:index")
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    yield from rounds_and_figures()


def rounds_and_figures():
    yield from (reverse(f"admin:articles_version_{name}") for name in ("rounds", "rounds_csv", "figures"))


def test_queries_of_start_page_and_every_list_are_the_same_at_1_3_and_30_rows(db, client):
    editor = factories.make_user("edith", is_editor=True, is_superuser=True, is_writer=True)
    counted, rows = {}, 0
    for size in SIZES:
        for number in range(rows, size):
            admin_records.add(number)
        rows = size
        client.force_login(editor)
        counted[size] = {address: count(client, address) for address in addresses()}
    assert counted[1] == counted[3] == counted[30]


def test_queries_of_queue_rounds_and_figures_are_the_same_at_1_3_and_30_open_reviews(policy, client, edith):
    ada, counted, editor = factories.make_member("ada").user, {}, Client()
    client.force_login(ada)
    editor.force_login(edith)
    for number in range(30):
        factories.make_invitation(factories.make_submitted(f"slug-{number}"), "ada")
        if number + 1 in SIZES:
            pages = (reverse("admin:index"), reverse("admin:reviews_review_changelist"))
            counted[number + 1] = [count(client, address) for address in pages]
            counted[number + 1] += [count(editor, address) for address in rounds_and_figures()]
    assert counted[1] == counted[3] == counted[30]


def test_queries_of_history_pages_are_the_same_at_1_3_and_30_changes(db, client):
    root = factories.make_user("root", is_superuser=True)
    admin_records.add(0)
    client.force_login(root)
    models = [model for model in admin.site._registry if hasattr(model, "history")]
    rows = {model: admin_records.one_of(model) for model in models}
    rows[MailChoice] = keep_mail_choice(choice=MailChoice(user=root), by=root, now=factories.NOW)  # others' are hidden
    counted, changes = {}, 1
    for size in SIZES:
        for _ in range(changes, size):
            for model, row in rows.items():
                past = model.history.filter(id=row.pk).latest("history_id")
                past.pk, past.history_user, past._state.adding = None, root, True
                past.save(force_insert=True)
        changes = size
        counted[size] = {model: count(client, history(row)) for model, row in rows.items()}
    assert counted[1] == counted[3] == counted[30]


def history(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])


def test_queries_of_version_and_review_page_do_not_grow_with_comments_and_claims(policy, client, edith):
    counted = []
    for slug, claims in (("few", 2), ("many", 30)):
        body = "".join(f"Claim {number} stands [@orbach2005].\n\n" for number in range(claims))
        draft = factories.make_draft(slug)
        client.force_login(edith)
        version = submitted_with(draft, body)
        review = factories.sign(commented(factories.make_accepted(version), claims))
        pages = (version, review)
        counted.append([count(client, address_of(record)) for record in pages])
    assert counted[0] == counted[1]


def submitted_with(draft, body):
    act = {"version_id": draft.pk, "by": factories.make_user("wanda"), "now": factories.NOW}
    admin_records.articles.edit(texts=factories.make_texts(body), **act)
    admin_records.articles.submit(**act)
    return Version.objects.get(pk=draft.pk)


def commented(review, times):
    for number in range(times):
        act = {"review_id": review.pk, "by": review.member.user, "now": factories.NOW}
        admin_records.reviews.comment(text=f"Comment {number}", **act)
    return review


def address_of(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
