"""Addresses of the REST API for writers and editors, under ``/api/v1/``."""

from django.urls import path

from articles.api.articles import Articles
from articles.api.reference_imports import ReferenceImport, ReferenceImportReport, ReferenceImports
from articles.api.references import ReferenceDetail, ReferenceDuplicates, ReferenceExport, ReferenceList, ReferenceMerge
from articles.api.replacement import ReferenceCitedBy, ReferenceReplace, ReferenceSupersede
from articles.api.reports import ReportDetail, ReportList, ReportVerb
from articles.api.versions import Preflight, VersionDetail, VersionList, VersionVerb
from articles.verbs import reports, versions

urlpatterns = [
    path("articles/", Articles.as_view(), name="api-articles"),
    path("versions/", VersionList.as_view(), name="api-versions"),
    path("versions/<int:version_id>/", VersionDetail.as_view(), name="api-version"),
    path("versions/<int:version_id>/preflight/", Preflight.as_view(), name="api-version-preflight"),
    path("versions/<int:version_id>/submit/", VersionVerb.as_view(verb=versions.SUBMIT), name="api-version-submit"),
    path("versions/<int:version_id>/revise/", VersionVerb.as_view(verb=versions.REVISE), name="api-version-revise"),
    path("versions/<int:version_id>/suspend/", VersionVerb.as_view(verb=versions.SUSPEND), name="api-version-suspend"),
    path("versions/<int:version_id>/retract/", VersionVerb.as_view(verb=versions.RETRACT), name="api-version-retract"),
    path("reports/", ReportList.as_view(), name="api-reports"),
    path("reports/<int:report_id>/", ReportDetail.as_view(), name="api-report"),
    path("reports/<int:report_id>/uphold/", ReportVerb.as_view(verb=reports.UPHOLD), name="api-report-uphold"),
    path("reports/<int:report_id>/decline/", ReportVerb.as_view(verb=reports.DECLINE), name="api-report-decline"),
    path("references/", ReferenceList.as_view(), name="api-references"),
    path("references/imports/", ReferenceImports.as_view(), name="api-reference-imports"),
    path("references/imports/<int:import_id>/", ReferenceImport.as_view(), name="api-reference-import"),
    path(
        "references/imports/<int:import_id>/report/",
        ReferenceImportReport.as_view(),
        name="api-reference-import-report",
    ),
    path("references/export/", ReferenceExport.as_view(), name="api-reference-export"),
    path("references/duplicates/", ReferenceDuplicates.as_view(), name="api-reference-duplicates"),
    path("references/<path:key>/merge/", ReferenceMerge.as_view(), name="api-reference-merge"),
    path("references/<path:key>/cited-by/", ReferenceCitedBy.as_view(), name="api-reference-cited-by"),
    path("references/<path:key>/replace/", ReferenceReplace.as_view(), name="api-reference-replace"),
    path("references/<path:key>/supersede/", ReferenceSupersede.as_view(), name="api-reference-supersede"),
    path("references/<path:key>/", ReferenceDetail.as_view(), name="api-reference"),
]
