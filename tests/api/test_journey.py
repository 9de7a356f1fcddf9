"""The main journey, over HTTP only: from a writer's Markdown to an approved page, and a revision behind it."""

from collections.abc import Iterator

import httpx
import pytest

from editorial.models import BoardMember, User
from editorial.record import ledger
from tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery staple"
SLUG = "ivig-back-pain"
MARKDOWN = factories.BODY


@pytest.fixture
def house(live_server) -> str:
    """A house with a policy, an audience and people who have passwords; the rest comes over HTTP."""
    factories.make_policy()
    factories.make_audience("professional")
    for name in ("ada", "ben"):
        factories.make_member(name)
    factories.make_user("wanda", is_writer=True)
    for user in User.objects.filter(username__in=["wanda", "edith", "ada", "ben"]):
        user.set_password(PASSWORD)
        user.save()
    return f"{live_server.url}/api/v1/"


class Person:
    """Somebody with a token and nothing else."""

    def __init__(self, house: str, name: str) -> None:
        self.http = httpx.Client(base_url=house)
        token = self.post("tokens/", {"username": name, "password": PASSWORD})["token"]
        self.http.headers["Authorization"] = f"Token {token}"

    def post(self, path: str, body: object = None, **headers: str) -> dict:
        answer = self.http.post(path, json=body or {}, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> tuple[dict, str]:
        answer = self.http.get(path)
        assert answer.is_success, answer.text
        return answer.json(), answer.headers["ETag"]


@pytest.fixture
def people(house) -> Iterator[dict[str, Person]]:
    people = {name: Person(house, name) for name in ("wanda", "edith", "ada", "ben")}
    yield people
    for person in people.values():
        person.http.close()


@pytest.fixture
def reader(house) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house) as client:
        yield client


def shown(reader: httpx.Client) -> tuple[str, bool, int]:
    """What readers are told: the status, whether with a caution, and of which version."""
    page = reader.get(f"articles/{SLUG}/").raise_for_status().json()
    return page["review"]["status"], page["review"]["caution"] is not None, page["version"]


def sign(person: Person, review_id: int) -> None:
    review, etag = person.get(f"reviews/{review_id}/")
    signed = {
        "decision": "approve",
        "digest": review["version"]["digest"],
        "statement": "Read it all.",
        "password": PASSWORD,
    }
    person.post(f"reviews/{review_id}/sign/", signed, **{"If-Match": etag})


def member_id(name: str) -> int:
    return BoardMember.objects.get(user__username=name).pk


def submit(writer: Person, version_id: int, *, key: str = "submit") -> dict:
    _, etag = writer.get(f"versions/{version_id}/")
    headers = {"If-Match": etag, "Idempotency-Key": f"{key}-{version_id}"}
    first = writer.post(f"versions/{version_id}/submit/", **headers)
    assert writer.post(f"versions/{version_id}/submit/", **headers) == first
    return first


def test_answer_goes_from_draft_to_approved_and_stays_so_while_it_is_revised(people, reader):
    wanda, edith = people["wanda"], people["edith"]
    for key in ("orbach2005", "stiehm2013"):
        wanda.post("references/", {"csl": factories.csl(key), "kind": "research"})
    text = {"audience": "professional", "summary": "Yes, sometimes.", "body": MARKDOWN, "primary": True}
    new = {"slug": SLUG, "question": "Can IVIG cause back pain?", "renditions": [text]}
    draft = wanda.post("articles/", new, **{"Idempotency-Key": "new"})
    assert wanda.post("articles/", new, **{"Idempotency-Key": "new"}) == draft
    assert reader.get(f"articles/{SLUG}/").status_code == 404

    submit(wanda, draft["id"])
    assert shown(reader) == ("submitted", True, 1)

    invited = {
        name: edith.post(f"versions/{draft['id']}/invite/", {"member": member_id(name)})["id"]
        for name in ("ada", "ben")
    }
    assert shown(reader) == ("submitted", True, 1)
    for name, review_id in invited.items():
        people[name].post(f"reviews/{review_id}/accept/")
    assert shown(reader) == ("under_review", True, 1)
    sign(people["ada"], invited["ada"])
    assert shown(reader) == ("under_review", True, 1)
    sign(people["ben"], invited["ben"])
    assert shown(reader) == ("approved", False, 1)

    approved = reader.get(f"articles/{SLUG}/")
    assert [by["name"] for by in approved.json()["review"]["reviewed_by"]] == ["Ada Example", "Ben Example"]
    unchanged = {"If-None-Match": approved.headers["ETag"]}
    assert reader.get(f"articles/{SLUG}/", headers=unchanged).status_code == 304

    revised = wanda.post(f"versions/{draft['id']}/revise/")
    text["body"] = MARKDOWN.replace("It is mild", "It is mild and passes")
    _, etag = wanda.get(f"versions/{revised['id']}/")
    saved = wanda.http.patch(f"versions/{revised['id']}/", json={"renditions": [text]}, headers={"If-Match": etag})
    assert saved.status_code == 200, saved.text
    submit(wanda, revised["id"])
    assert shown(reader) == ("approved", False, 1)
    assert reader.get(f"articles/{SLUG}/", headers=unchanged).status_code == 304
    assert reader.get(f"articles/{SLUG}/").content == approved.content
    assert list(ledger.chain_breaks()) == []
