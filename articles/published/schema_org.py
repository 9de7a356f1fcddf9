"""Describe a page for search engines: schema.org's MedicalWebPage as JSON-LD."""

from django.conf import settings

from articles.published.dates_and_urls import utc
from articles.published.visible_version import Shown
from editorial.record.canonical_json import JSONDict

PUBLICATION_STATUS = {"submitted": "Submitted", "under_review": "Under Review", "approved": "Approved"}


def medical_web_page(document: JSONDict, *, shown: Shown, audience_type: str) -> JSONDict:
    """Return the JSON-LD of a reader's ``document``. It claims a review only while the text is validly approved."""
    version = shown.version
    page = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": document["question"],
        "url": document["html"],
        "description": document["summary"],
        "inLanguage": "en",
        "creativeWorkStatus": PUBLICATION_STATUS[document["review"]["status"]],
        "datePublished": utc(version.approved_at or version.submitted_at),
        "dateModified": document["updated_at"],
        "version": str(document["version"]),
        "medicalAudience": {"@type": "MedicalAudience", "audienceType": audience_type},
        "publisher": {
            "@type": "Organization",
            "name": settings.SITE_NAME,
            "url": f"{settings.SITE_URL}/",
            "publishingPrinciples": document["policy"]["url"],
        },
        "citation": [_work(reference) for reference in document["references"]],
    }
    return page | (_review(document["review"]) if shown.is_approved else {})


def _review(review: JSONDict) -> JSONDict:
    return {
        "lastReviewed": review["last_reviewed"][:10],  # schema.org requires a date
        "reviewedBy": [_person(person) for person in review["reviewed_by"]],
    }


def _person(person: JSONDict) -> JSONDict:
    described: JSONDict = {"@type": "Person", "name": person["name"]}
    if credentials := person["credentials"]:
        held = {"@type": "EducationalOccupationalCredential", "name": credentials}
        described |= {"honorificSuffix": credentials, "hasCredential": held}
    same = {"sameAs": f"https://orcid.org/{person['orcid']}"} if person["orcid_authenticated"] else {}
    return described | same


def _work(reference: JSONDict) -> JSONDict:
    described = {"@type": "CreativeWork", "name": reference["text"]}
    described |= {"creativeWorkStatus": "Retracted"} if reference["retraction"]["status"] == "retracted" else {}
    return described | ({"url": reference["url"]} if reference["url"] else {})
