"""The admin pages of accounts, with the verb that merges two accounts of one person."""

from django.contrib import admin

from editorial.admin.accounts import UserAdmin
from editorial.models import User
from reviews.verbs.merging_accounts import MERGE


@admin.register(User)
class MergingUserAdmin(UserAdmin):
    """Adds the merge, which also changes rounds and approvals."""

    verbs = (*UserAdmin.verbs, MERGE)

    def offered(self, user: User, record: User) -> dict[str, str]:
        own = "Your own account you cannot close." if user == record else ""
        merged = f"This account was merged into {record.merged_into}." if record.merged_into_id else own
        return {**super().offered(user, record), MERGE.name: merged}
