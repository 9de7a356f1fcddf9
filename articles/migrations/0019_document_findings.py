"""Stored rows that differed from the record, and how far their verification has come."""

import django.db.models.deletion
from django.db import migrations, models

from editorial.record.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0018_documents_name_their_format'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentWalk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_article', models.BigIntegerField(default=0, help_text='The last article that was verified.')),
                ('verified', models.BigIntegerField(default=0, help_text='Verified articles in all rounds together.')),
                ('completed_at', models.DateTimeField(help_text='When the latest round was completed.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DocumentFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stored_row', models.CharField(help_text='Which row, such as “document for patient”.', max_length=200)),
                ('difference', models.CharField(help_text='What differs from the record.', max_length=300)),
                ('written_at', models.DateTimeField(help_text="When the article's rows were last written, if it is known.", null=True)),
                ('found_at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_findings', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(models.F('found_at'), name='findings_newest')],
            },
        ),
        *append_only("articles_documentfinding"),
    ]
