"""A question of the checklist keeps its identity through the versions of the policy.

Questions of earlier policies with the same words and kind are one question; each other one is a question of its own.
"""

from uuid import uuid4

from django.db import migrations, models

FROZEN = {"editorial_checklistquestion": "hold_rules", "editorial_historicalchecklistquestion": "append_only"}
"""The triggers that refuse any change: of a question once its policy is published, and of history."""


def identify(apps, schema_editor):
    """Give each question its identity, policy by policy; its history is that of the same question."""
    question = apps.get_model("editorial", "ChecklistQuestion")._base_manager
    history = apps.get_model("editorial", "HistoricalChecklistQuestion")._base_manager
    held = FROZEN.items()
    for table, trigger in held:
        schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    known, taken = {}, set()
    for row in question.select_related("policy").order_by("policy__number", "position", "pk"):
        identity = known.get((row.text, row.kind))
        if identity is None or (row.policy_id, identity) in taken:
            identity = uuid4()
        known.setdefault((row.text, row.kind), identity)
        taken.add((row.policy_id, identity))
        question.filter(pk=row.pk).update(identity=identity)
        history.filter(id=row.pk).update(identity=identity)
    for gone in set(history.filter(identity=None).values_list("id", flat=True)):
        history.filter(id=gone).update(identity=uuid4())
    for table, trigger in held:
        schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


class Migration(migrations.Migration):
    dependencies = [("editorial", "0013_approvals_below")]

    operations = [
        *(
            migrations.AddField(model, "identity", models.UUIDField(null=True, editable=False))
            for model in ("checklistquestion", "historicalchecklistquestion")
        ),
        migrations.RunPython(identify, migrations.RunPython.noop),
        *(
            migrations.AlterField(model, "identity", models.UUIDField(default=uuid4, editable=False))
            for model in ("checklistquestion", "historicalchecklistquestion")
        ),
        migrations.AddConstraint(
            "checklistquestion", models.UniqueConstraint("policy", "identity", name="question_once")
        ),
    ]
