import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0002_laws'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(help_text='The record that it is about, as in the ledger: “review:12”.', max_length=100)),
                ('form', models.CharField(help_text='Which form of its pages.', max_length=100)),
                ('value', models.JSONField()),
                ('size', models.PositiveIntegerField(help_text='Characters of the value.')),
                ('saved_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unsent', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'unsent',
                'indexes': [models.Index(models.F('saved_at'), name='unsent_when')],
                'constraints': [models.UniqueConstraint(models.F('owner'), models.F('about'), models.F('form'), name='unsent_once'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='unsent_something')],
            },
        ),
    ]
