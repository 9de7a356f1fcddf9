"""The page on which a reviewer compares the version under review with one that they signed or readers saw."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from articles.text.comparison.side_by_side import differences
from editorial.admin.formatting import address
from editorial.admin.model_admin import BaseAdmin, actor
from reviews.desk.comparable_versions import comparable_versions, default_comparison
from reviews.permissions import reads_text


class ComparingPages(BaseAdmin):
    """Adds the comparison, which editors have on the page of a version, to the pages of a review for its reviewer."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changes_view)
        return [path("<path:object_id>/changes/", view, name="reviews_review_changes"), *super().get_urls()]

    def changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show two versions side by side. ``?with=<id>`` chooses the other one, else it is the default comparison."""
        user, review = actor(request), self.get_object(request, object_id)
        if review is None or not reads_text(user, review.version):
            return self.unseen(request, object_id)
        others = comparable_versions(review, user=user)
        chosen = request.GET.get("with", "")
        is_id = chosen.isdecimal() and len(chosen) < 19
        other = others.filter(pk=int(chosen)).first() if is_id else default_comparison(review, user=user)
        if chosen and (other is None or not is_id):
            raise Http404
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What changed",
            "review": review,
            "back": address(review),
            "version": review.version,
            "other": other,
            "others": others,
            "differences": differences(other, review.version) if other else None,
        }
        return TemplateResponse(request, "admin/reviews/compare.html", context)
