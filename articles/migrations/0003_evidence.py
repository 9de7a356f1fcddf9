import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from editorial.triggers import append_only, never_deleted


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_laws'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(help_text='Its place in the file, from 1.')),
                ('line', models.PositiveIntegerField(default=0, help_text='Where it begins, from 1; 0 if unknown.')),
                ('label', models.CharField(blank=True, help_text='Its key, or its title.', max_length=300)),
                ('outcome', models.CharField(choices=[('created', 'Created'), ('matched', 'Matched'), ('refused', 'Refused')], max_length=10)),
                ('reason', models.TextField(blank=True, help_text='Why it was refused, or by what it was matched.')),
            ],
        ),
        migrations.CreateModel(
            name='LibraryImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('csl-json', 'CSL-JSON'), ('bibtex', 'BibTeX'), ('ris', 'RIS'), ('nbib', 'PubMed (NBIB)')], max_length=10)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(help_text='Of the file.', max_length=64)),
                ('content', models.BinaryField(null=True)),
                ('progress', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('failure', models.TextField(blank=True, help_text='Why the file as a whole could not be read.')),
                ('records', models.PositiveIntegerField(default=0, help_text='In the file, as far as it was read.')),
                ('created', models.PositiveIntegerField(default=0)),
                ('matched', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='RetractionList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('as_of', models.DateField(help_text='The day on which the file was published.')),
                ('imported_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField(help_text='Records that were read.')),
                ('unreadable', models.PositiveIntegerField(default=0, help_text='Records that could not be read, and were left out.')),
            ],
        ),
        migrations.CreateModel(
            name='RetractionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.PositiveIntegerField(help_text='In the Retraction Watch data.', unique=True)),
                ('nature', models.CharField(choices=[('retraction', 'retraction'), ('expression_of_concern', 'expression of concern'), ('correction', 'correction'), ('reinstatement', 'reinstatement')], max_length=30)),
                ('doi', models.CharField(db_index=True, help_text='Of the work, in lower case.', max_length=255, null=True, verbose_name='DOI')),
                ('pmid', models.CharField(db_index=True, help_text='Of the work.', max_length=9, null=True, verbose_name='PMID')),
                ('title', models.TextField(blank=True)),
                ('notice_doi', models.CharField(blank=True, help_text='Of the notice.', max_length=255)),
                ('notice_pmid', models.CharField(blank=True, help_text='Of the notice.', max_length=9)),
                ('notice_date', models.DateField(help_text='Empty when it is not known or could not be read.', null=True)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
            ],
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='isbn',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=13, null=True, verbose_name='ISBN'),
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The record that stands for this work; this one is kept for the versions that cite it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.reference'),
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='nct',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=11, null=True, verbose_name='ClinicalTrials.gov number'),
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='pmcid',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=15, null=True, verbose_name='PMCID'),
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='superseded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text="The work that takes its place, such as a guideline's next edition.", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.reference'),
        ),
        migrations.AddField(
            model_name='historicalreference',
            name='title_key',
            field=models.CharField(blank=True, default='', editable=False, help_text='Hash of the normalised title and the year.', max_length=64),
        ),
        migrations.AddField(
            model_name='reference',
            name='isbn',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=13, null=True, verbose_name='ISBN'),
        ),
        migrations.AddField(
            model_name='reference',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, help_text='The record that stands for this work; this one is kept for the versions that cite it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='articles.reference'),
        ),
        migrations.AddField(
            model_name='reference',
            name='nct',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=11, null=True, verbose_name='ClinicalTrials.gov number'),
        ),
        migrations.AddField(
            model_name='reference',
            name='pmcid',
            field=models.CharField(blank=True, editable=False, max_length=15, null=True, unique=True, verbose_name='PMCID'),
        ),
        migrations.AddField(
            model_name='reference',
            name='superseded_by',
            field=models.ForeignKey(blank=True, editable=False, help_text="The work that takes its place, such as a guideline's next edition.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='articles.reference'),
        ),
        migrations.AddField(
            model_name='reference',
            name='title_key',
            field=models.CharField(blank=True, default='', editable=False, help_text='Hash of the normalised title and the year.', max_length=64),
        ),
        migrations.AddIndex(
            model_name='reference',
            index=models.Index(models.F('title_key'), name='works_by_title'),
        ),
        migrations.AddConstraint(
            model_name='reference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into', models.F('id')), _negated=True), models.Q(('superseded_by', models.F('id')), _negated=True)), name='work_stands_for_another'),
        ),
        migrations.AddField(
            model_name='importedrecord',
            name='reference',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.reference'),
        ),
        migrations.AddField(
            model_name='libraryimport',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importedrecord',
            name='library_import',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report', to='articles.libraryimport'),
        ),
        migrations.AddField(
            model_name='retractionlist',
            name='imported_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='importedrecord',
            constraint=models.UniqueConstraint(models.F('library_import'), models.F('position'), name='record_reported_once'),
        ),
        *append_only('articles_retractionlist'),
        *never_deleted('articles_reference'),
    ]
