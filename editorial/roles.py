"""The roles of design and docs. A role is read from the record, never stored a second time:
writers and editors are flags on the account, board members have a ``BoardMember`` row in office."""

from django.db.models import TextChoices


class Role(TextChoices):
    READER = "reader"
    WRITER = "writer"
    EDITOR = "editor"
    BOARD_MEMBER = "board_member", "board member"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
