"""Remarks and encodings of imports, DOIs with angle brackets, and looking works up by title and place."""

import django.core.validators
from django.db import migrations, models

FUNCTIONS = r"""
-- The letters and digits of a title without accents, as articles.library.matching.work_index computes them.
CREATE FUNCTION imprimatur_title_letters(csl jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(regexp_replace(lower(normalize(regexp_replace(regexp_replace(
        btrim(regexp_replace(csl ->> 'title', '\s+', ' ', 'g')),
        '(?<=.) ?\[[A-Za-z ;,.]{3,30}\]\.?$', ''),
        '</?[A-Za-z][^<>]{0,80}>', '', 'g'), NFKD) COLLATE "C"),
        '[\s\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]+', '', 'g'), 300)
$$;

-- The first numbers of volume and pages, as articles.library.matching.work_index computes them.
CREATE FUNCTION imprimatur_place(csl jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ltrim(substring(csl ->> 'volume' from '[0-9]{1,12}'), '0') || ':'
        || ltrim(substring(csl ->> 'page' from '[0-9]{1,12}'), '0')
$$;

CREATE INDEX works_by_title_letters ON articles_reference (imprimatur_title_letters(csl));
CREATE INDEX works_by_place ON articles_reference (imprimatur_place(csl));
"""

DROP = """
DROP FUNCTION imprimatur_title_letters, imprimatur_place CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0019_document_findings'),
    ]

    operations = [
        migrations.AddField(
            model_name='importedrecord',
            name='remarks',
            field=models.JSONField(default=list, help_text='What was left out of the record or changed in it, in sentences.'),
        ),
        migrations.AddField(
            model_name='libraryimport',
            name='encoding',
            field=models.CharField(blank=True, help_text='The encoding that was read, and how it was found.', max_length=80),
        ),
        migrations.AddField(
            model_name='libraryimport',
            name='remarked',
            field=models.PositiveIntegerField(default=0, help_text='Number of records that were taken with remarks.'),
        ),
        migrations.AlterField(
            model_name='historicalreference',
            name='doi',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=255, null=True, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s\\"{}|\\\\^`]+\\Z', 'A DOI begins with 10. and has a slash: 10.1000/xyz123.')], verbose_name='DOI'),
        ),
        migrations.AlterField(
            model_name='reference',
            name='doi',
            field=models.CharField(blank=True, editable=False, max_length=255, null=True, unique=True, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s\\"{}|\\\\^`]+\\Z', 'A DOI begins with 10. and has a slash: 10.1000/xyz123.')], verbose_name='DOI'),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
