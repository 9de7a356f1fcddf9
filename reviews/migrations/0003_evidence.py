import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from editorial.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_evidence'),
        ('reviews', '0002_laws'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='claimcheck',
            name='quote',
            field=models.TextField(blank=True, help_text='The words of the work that the verdict stands on.'),
        ),
        migrations.AddField(
            model_name='historicalclaimcheck',
            name='quote',
            field=models.TextField(blank=True, help_text='The words of the work that the verdict stands on.'),
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('supports', 'supports'), ('partly', 'partly supports'), ('does_not_support', 'does not support'), ('contradicts', 'contradicts'), ('could_not_check', 'could not check')], help_text='The verdict that was ruled on.', max_length=20)),
                ('reason', models.TextField()),
                ('ruled_at', models.DateTimeField()),
                ('claim_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='reviews.claimcheck')),
                ('ruled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CarriedCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carried_at', models.DateTimeField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_checks', to='articles.claim')),
                ('claim_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='reviews.claimcheck')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.reference')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('claim'), models.F('reference'), models.F('claim_check'), name='carried_once')],
            },
        ),
        *append_only('reviews_carriedcheck'),
        *append_only('reviews_ruling'),
    ]
