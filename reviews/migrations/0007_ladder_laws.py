"""A reminder that was taken stays taken, and a letter that was owed stays owed."""

from django.db import migrations

from editorial.record.triggers import hold_columns, never_deleted, write_once


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_ladder")]

    operations = [
        *never_deleted("reviews_reminder"),
        hold_columns("reviews_reminder", mutable=["settled_at"]),
        write_once("reviews_reminder", columns=["settled_at"]),
        *never_deleted("reviews_letter"),
        hold_columns("reviews_letter", mutable=["notice_id", "dropped_at", "not_before"]),
        write_once("reviews_letter", columns=["notice_id", "dropped_at"]),
    ]
