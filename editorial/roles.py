"""The roles of people. A role is derived, never stored a second time.

Writers and editors have a flag on their account; board members have a ``BoardMember`` row and are in office.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    READER = "reader"
    WRITER = "writer"
    EDITOR = "editor"
    BOARD_MEMBER = "board_member", "board member"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
