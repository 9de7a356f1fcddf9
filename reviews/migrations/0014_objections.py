
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_context_of_claims'),
        ('editorial', '0012_webhooks_forgotten'),
        ('reviews', '0013_approval_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AcceptedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(blank=True)),
                ('accepted_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='resolution',
            field=models.CharField(blank=True, choices=[('withdrawn', 'withdrawn by its author'), ('ruled', 'ruled on by an editor'), ('answered', 'answered by a writer')], editable=False, help_text='Empty while it is open, or if it was resolved before this was recorded.', max_length=20),
        ),
        migrations.AddField(
            model_name='comment',
            name='resolution_reason',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='historicalcomment',
            name='resolution',
            field=models.CharField(blank=True, choices=[('withdrawn', 'withdrawn by its author'), ('ruled', 'ruled on by an editor'), ('answered', 'answered by a writer')], editable=False, help_text='Empty while it is open, or if it was resolved before this was recorded.', max_length=20),
        ),
        migrations.AddField(
            model_name='historicalcomment',
            name='resolution_reason',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='historicalreview',
            name='handed_over',
            field=models.BooleanField(editable=False, help_text='Whether the member handed over the work of a review that ended unsigned; empty until they answer.', null=True),
        ),
        migrations.AddField(
            model_name='historicalreview',
            name='handed_over_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='handed_over',
            field=models.BooleanField(editable=False, help_text='Whether the member handed over the work of a review that ended unsigned; empty until they answer.', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='handed_over_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ruling',
            name='kind',
            field=models.CharField(choices=[('ruled', 'ruled on by an editor'), ('withdrawn', 'withdrawn by its reviewer')], default='ruled', max_length=20),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolution_reason', '')), ('resolved_at__isnull', False), _connector='OR'), name='resolution_of_what_is_resolved'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('is_blocking', True), ('resolution', 'ruled'), ('resolution_reason', ''), _negated=True), name='ruling_on_a_comment_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_over', None), ('handed_over_at', None)), models.Q(('handed_over__isnull', False), ('handed_over_at__isnull', False)), _connector='OR'), name='handed_over_and_at'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ruling_has_a_reason'),
        ),
        migrations.AddField(
            model_name='acceptedchange',
            name='accepted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acceptedchange',
            name='claim_check',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_changes', to='reviews.claimcheck'),
        ),
        migrations.AddField(
            model_name='acceptedchange',
            name='comment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_changes', to='reviews.comment'),
        ),
        migrations.AddField(
            model_name='acceptedchange',
            name='version',
            field=models.ForeignKey(help_text='The changed version.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version'),
        ),
        migrations.AddConstraint(
            model_name='acceptedchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claim_check__isnull', False), ('comment', None)), models.Q(('claim_check', None), ('comment__isnull', False)), _connector='OR'), name='accepted_change_of_one_objection'),
        ),
        migrations.AddConstraint(
            model_name='acceptedchange',
            constraint=models.UniqueConstraint(models.F('comment'), models.F('version'), name='change_of_comment_accepted_once'),
        ),
        migrations.AddConstraint(
            model_name='acceptedchange',
            constraint=models.UniqueConstraint(models.F('claim_check'), models.F('version'), name='change_of_verdict_accepted_once'),
        ),
    ]
