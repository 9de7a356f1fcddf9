"""Create the tables of articles and what PostgreSQL refuses in them, as of the first release.

Replaces the 16 migrations from before it, which a database that has some of them still runs. Their steps that only
changed existing rows are left out. ``tests/support/squashed_migrations.py`` compares the two ways.
"""

import articles.models.search
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION imprimatur (COPY = english);
ALTER TEXT SEARCH CONFIGURATION imprimatur
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

FUNCTIONS = r"""
-- Argument: how the version of a row is found: its own column, or through its rendition or claim.
CREATE FUNCTION imprimatur_frozen_version(way text, content jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM articles_version v WHERE v.state <> 'draft' AND v.id = CASE way
            WHEN 'version' THEN (content ->> 'version_id')::bigint
            WHEN 'rendition' THEN
                (SELECT r.version_id FROM articles_rendition r WHERE r.id = (content ->> 'rendition_id')::bigint)
            WHEN 'claim' THEN
                (SELECT r.version_id FROM articles_claim c JOIN articles_rendition r ON r.id = c.rendition_id
                 WHERE c.id = (content ->> 'claim_id')::bigint)
        END)
$$;

CREATE FUNCTION imprimatur_hold_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND imprimatur_frozen_version(TG_ARGV[0], to_jsonb(OLD)))
        OR (TG_OP <> 'DELETE' AND imprimatur_frozen_version(TG_ARGV[0], to_jsonb(NEW)))
    THEN
        RAISE EXCEPTION '% belongs to a frozen version', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- Marks an article whenever something changed that readers are told of it, whoever changed it and how. A draft is told
-- to nobody, and what happens to it marks nothing.
CREATE FUNCTION imprimatur_mark_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id) VALUES (NEW.article_id);
    RETURN NULL;
END $$;

CREATE FUNCTION imprimatur_mark_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION imprimatur_mark_product_of_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id) VALUES (coalesce(NEW.article_id, OLD.article_id));
    RETURN NULL;
END $$;

CREATE FUNCTION imprimatur_mark_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id)
        SELECT article_id FROM articles_articleproduct WHERE product_id = NEW.id ORDER BY article_id;
    RETURN NULL;
END $$;

CREATE FUNCTION imprimatur_mark_citation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id)
        SELECT article_id FROM articles_version WHERE id = NEW.version_id AND state <> 'draft';
    RETURN NULL;
END $$;

-- What documents are made of besides their article.
CREATE FUNCTION imprimatur_ground(at timestamptz, code text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN concat_ws(':',
        coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= at
                  ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
        coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
        code);
END $$;

-- What became of a reader's report is a part of the history.
CREATE FUNCTION imprimatur_mark_triage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_unwritten (article_id) SELECT article_id FROM articles_report WHERE id = NEW.report_id;
    RETURN NULL;
END $$;

-- The document that holds, for an audience, or else the one that stands in for it, or else the primary one. The bytes of
-- what is known already are not read. ``missed`` is the name of an audience without a text of its own: the document has
-- to say so, and is sent in other words than it was written in.
CREATE FUNCTION imprimatur_document(wanted text, reader text, known text, at timestamptz, code text)
RETURNS TABLE (audience text, etag text, last_modified timestamptz, gzipped bytea, missed text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT found.audience::text, found.etag::text, found.last_modified,
        CASE WHEN found.missed IS NULL AND strpos(known, found.etag) > 0 THEN NULL ELSE found.gzipped END,
        found.missed
    FROM (
        SELECT d.audience, d.etag, d.last_modified, d.gzipped,
            CASE WHEN reader NOT IN ('', d.audience)
                THEN (SELECT a.name::text FROM editorial_audience a WHERE a.code = reader) END AS missed
        FROM articles_document d
        WHERE d.slug = wanted AND (d.audience = reader OR d.is_primary OR reader = ANY (d.stands_in_for))
            AND d.ground = imprimatur_ground(at, code)
            AND (d.lapses_at IS NULL OR d.lapses_at > at)
            AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = d.article_id)
        ORDER BY d.audience = reader DESC, reader = ANY (d.stands_in_for) DESC LIMIT 1
    ) AS found;
END $$;

-- Waits for whoever changes the version, who does not see the new passage.
CREATE FUNCTION imprimatur_passage_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.approved_until = (
            SELECT CASE WHEN state = 'approved' THEN valid_until END FROM articles_version
            WHERE id = NEW.version_id FOR SHARE
        );
        RETURN NEW;
    END $$;

CREATE FUNCTION imprimatur_version_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE articles_passage SET approved_until = CASE WHEN NEW.state = 'approved' THEN NEW.valid_until END
            WHERE version_id = NEW.id;
        RETURN NULL;
    END $$;

CREATE FUNCTION imprimatur_mark_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('articles_unwritten'), 0);
    INSERT INTO articles_unwritten (article_id)
        SELECT DISTINCT article_id FROM articles_version v JOIN articles_rendition r ON r.version_id = v.id
        WHERE r.audience_id = NEW.id AND v.state <> 'draft' ORDER BY article_id;
    RETURN NULL;
END $$;

-- Records that were merged are one work: what befalls one of them is told of every article that cites one of them.
CREATE FUNCTION imprimatur_mark_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('articles_unwritten'), 0);
    INSERT INTO articles_unwritten (article_id)
        WITH RECURSIVE same (id) AS (
            SELECT NEW.id UNION SELECT OLD.merged_into_id
            UNION SELECT other.id FROM same JOIN articles_reference one ON one.id = same.id
                JOIN articles_reference other ON other.id = one.merged_into_id OR other.merged_into_id = one.id
        )
        SELECT DISTINCT v.article_id FROM same JOIN articles_citation c ON c.reference_id = same.id
        JOIN articles_version v ON v.id = c.version_id WHERE v.state <> 'draft' ORDER BY v.article_id;
    RETURN NULL;
END $$;

-- The rules that a version is judged by: more may be added while it is in review, none is taken away.
CREATE FUNCTION imprimatur_hold_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('submitted', 'under_review') OR NOT OLD.tiers <@ NEW.tiers THEN
        RAISE EXCEPTION 'version % is judged by the rules of %', OLD.id, OLD.tiers USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION imprimatur_hold_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the approval of version % ends at %', OLD.id, OLD.valid_until USING ERRCODE = 'restrict_violation';
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION
    imprimatur_frozen_version,
    imprimatur_hold_content,
    imprimatur_mark_version,
    imprimatur_mark_article,
    imprimatur_mark_product_of_article,
    imprimatur_mark_product,
    imprimatur_mark_citation,
    imprimatur_ground,
    imprimatur_mark_triage,
    imprimatur_document,
    imprimatur_passage_is_approved,
    imprimatur_version_is_approved,
    imprimatur_mark_audience,
    imprimatur_mark_work,
    imprimatur_hold_tiers,
    imprimatur_hold_end
CASCADE;
"""
"""Their triggers go with them."""

TRIGGERS = """
CREATE TRIGGER never_deleted BEFORE DELETE ON articles_article FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_article
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER known_specialties BEFORE INSERT OR UPDATE OF specialties ON articles_article
    FOR EACH ROW EXECUTE FUNCTION imprimatur_known_specialties('specialties');
CREATE TRIGGER mark AFTER UPDATE ON articles_article
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION imprimatur_mark_article();

CREATE TRIGGER mark AFTER INSERT OR UPDATE OR DELETE ON articles_articleproduct
    FOR EACH ROW EXECUTE FUNCTION imprimatur_mark_product_of_article();

CREATE TRIGGER hold_content BEFORE INSERT OR UPDATE OR DELETE ON articles_citation
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_content('version');
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_citation
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER mark AFTER INSERT OR UPDATE ON articles_citation
    FOR EACH ROW EXECUTE FUNCTION imprimatur_mark_citation();

CREATE TRIGGER hold_content BEFORE INSERT OR UPDATE OR DELETE ON articles_claim
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_content('rendition');
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_claim
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER hold_content BEFORE INSERT OR UPDATE OR DELETE ON articles_claim_references
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_content('claim');
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_claim_references
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalarticle FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalarticle
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalarticle
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalarticleproduct
    FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalarticleproduct
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalarticleproduct
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalauthorship FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalauthorship
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalauthorship
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalreference FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalreference
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalreference
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalrendition FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalrendition
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalrendition
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalsynonym FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalsynonym
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalsynonym
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON articles_historicalversion FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_historicalversion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_historicalversion
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER approval BEFORE INSERT ON articles_passage
    FOR EACH ROW EXECUTE FUNCTION imprimatur_passage_is_approved();

CREATE TRIGGER never_deleted BEFORE DELETE ON articles_reference FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_reference
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER mark AFTER UPDATE ON articles_reference
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION imprimatur_mark_work();

CREATE TRIGGER hold_content BEFORE INSERT OR UPDATE OR DELETE ON articles_rendition
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_content('version');
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_rendition
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_reply
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_reply
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_retractionlist
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_retractionlist
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_triage
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_triage
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER mark AFTER INSERT ON articles_triage FOR EACH ROW EXECUTE FUNCTION imprimatur_mark_triage();

CREATE TRIGGER hold_states BEFORE INSERT OR UPDATE ON articles_version
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_hold_states('draft', 'approved>retracted', 'approved>superseded',
        'approved>suspended', 'draft>submitted', 'submitted>rejected', 'submitted>under_review',
        'submitted>withdrawn', 'suspended>approved', 'suspended>retracted', 'under_review>approved',
        'under_review>changes_requested', 'under_review>rejected', 'under_review>withdrawn');
CREATE TRIGGER never_deleted BEFORE DELETE ON articles_version FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON articles_version
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER mark AFTER UPDATE ON articles_version
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION imprimatur_mark_version();
CREATE TRIGGER approval AFTER UPDATE ON articles_version
    FOR EACH ROW
    WHEN ((OLD.state = 'approved', OLD.valid_until) IS DISTINCT FROM (NEW.state = 'approved', NEW.valid_until))
    EXECUTE FUNCTION imprimatur_version_is_approved();
CREATE TRIGGER hold_columns BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.state <> 'draft')
    EXECUTE FUNCTION imprimatur_hold_columns('state', 'revision', 'under_review_at', 'approved_at', 'valid_until',
        'policy_id', 'reviewed_by', 'state_changed_at', 'state_reason', 'tiers');
CREATE TRIGGER hold_tiers BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND OLD.tiers IS DISTINCT FROM NEW.tiers) EXECUTE FUNCTION imprimatur_hold_tiers();
CREATE TRIGGER write_once BEFORE UPDATE ON articles_version
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_write_once('submitted_at', 'under_review_at', 'approved_at', 'policy_id',
        'reviewed_by');
CREATE TRIGGER hold_end BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.valid_until IS NOT NULL AND OLD.valid_until IS DISTINCT FROM NEW.valid_until AND NOT coalesce(OLD.state = 'approved' AND NEW.valid_until < OLD.valid_until, false))
    EXECUTE FUNCTION imprimatur_hold_end();

CREATE TRIGGER mark AFTER UPDATE ON editorial_audience FOR EACH ROW EXECUTE FUNCTION imprimatur_mark_audience();

CREATE TRIGGER mark AFTER UPDATE ON editorial_product FOR EACH ROW EXECUTE FUNCTION imprimatur_mark_product();
"""


class Migration(migrations.Migration):

    replaces = [
        ("articles", "0001_initial"),
        ("articles", "0002_laws"),
        ("articles", "0003_ladder"),
        ("articles", "0004_triage"),
        ("articles", "0005_news"),
        ("articles", "0006_readings"),
        ("articles", "0007_formats"),
        ("articles", "0008_history"),
        ("articles", "0009_audience_fallback"),
        ("articles", "0010_search"),
        ("articles", "0011_look_up_without_functions"),
        ("articles", "0012_passages_know_their_approval"),
        ("articles", "0013_marks_are_not_missed"),
        ("articles", "0014_context_of_claims"),
        ("articles", "0015_rules_of_a_version"),
        ("articles", "0016_approvals_end_earlier"),
    ]

    initial = True

    dependencies = [
        ('editorial', '0001_squashed_0016_products_by_word'),
    ]

    operations = [
        django.contrib.postgres.operations.UnaccentExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION imprimatur;"),
        migrations.CreateModel(
            name='RetractionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.PositiveIntegerField(help_text='In the Retraction Watch data; empty for what could not be read.', null=True, unique=True)),
                ('nature', models.CharField(choices=[('retraction', 'retraction'), ('expression_of_concern', 'expression of concern'), ('correction', 'correction'), ('reinstatement', 'reinstatement'), ('unreadable', 'unreadable')], max_length=30)),
                ('doi', models.CharField(db_index=True, help_text='Of the work, in lower case.', max_length=255, null=True, verbose_name='DOI')),
                ('pmid', models.CharField(db_index=True, help_text='Of the work.', max_length=9, null=True, verbose_name='PMID')),
                ('title', models.TextField(blank=True)),
                ('notice_doi', models.CharField(blank=True, help_text='Of the notice.', max_length=255)),
                ('notice_pmid', models.CharField(blank=True, help_text='Of the notice.', max_length=9)),
                ('notice_date', models.DateField(help_text='Empty when it is not known or could not be read.', null=True)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('risk', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], default='moderate', max_length=10, verbose_name='risk tier')),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None)),
                ('created_at', models.DateTimeField(editable=False)),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ArticleProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='article_products', to='articles.article')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='article_products', to='editorial.product')),
            ],
            options={
                'verbose_name': 'product',
                'constraints': [models.UniqueConstraint(models.F('article'), models.F('product'), name='product_once')],
            },
        ),
        migrations.CreateModel(
            name='Authorship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorships', to='articles.article')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('article'), models.F('user'), name='author_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalArticle',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('slug', models.SlugField(max_length=100)),
                ('risk', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], default='moderate', max_length=10, verbose_name='risk tier')),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None)),
                ('created_at', models.DateTimeField(editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical article',
                'verbose_name_plural': 'historical articles',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalArticleProduct',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('article', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.product')),
            ],
            options={
                'verbose_name': 'historical product',
                'verbose_name_plural': 'historical products',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAuthorship',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('position', models.PositiveSmallIntegerField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('article', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical authorship',
                'verbose_name_plural': 'historical authorships',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
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
                ('records', models.PositiveIntegerField(default=0, help_text='Number of records read from the file so far.')),
                ('created', models.PositiveIntegerField(default=0)),
                ('matched', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Cited as [@key].', max_length=100, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9_][A-Za-z0-9_:.#$%&\\-+?<>~/]*\\Z', 'A key is written as in Pandoc: smith2020.')])),
                ('kind', models.CharField(choices=[('research', 'research article'), ('systematic_review', 'systematic review'), ('review', 'review article'), ('guideline', 'Guideline'), ('drug_label', 'drug label'), ('textbook', 'Textbook'), ('web_page', 'web page'), ('own_content', 'our own content'), ('other', 'Other')], default='other', max_length=20)),
                ('csl', models.JSONField(help_text='The work as one CSL-JSON item.', verbose_name='CSL-JSON')),
                ('title', models.TextField(editable=False)),
                ('year', models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ('doi', models.CharField(blank=True, editable=False, max_length=255, null=True, unique=True, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s<>\\"{}|\\\\^`]+\\Z', 'A DOI begins with 10. and has a slash: 10.1000/xyz123.')], verbose_name='DOI')),
                ('pmid', models.CharField(blank=True, editable=False, max_length=9, null=True, unique=True, validators=[django.core.validators.RegexValidator('^[1-9][0-9]{0,8}\\Z', 'A PubMed identifier is a number of up to nine digits.')], verbose_name='PMID')),
                ('pmcid', models.CharField(blank=True, editable=False, max_length=15, null=True, unique=True, verbose_name='PMCID')),
                ('isbn', models.CharField(blank=True, db_index=True, editable=False, max_length=13, null=True, verbose_name='ISBN')),
                ('nct', models.CharField(blank=True, db_index=True, editable=False, max_length=11, null=True, verbose_name='ClinicalTrials.gov number')),
                ('title_key', models.CharField(blank=True, default='', editable=False, help_text='Hash of the normalised title and the year.', max_length=64)),
                ('retraction', models.CharField(choices=[('unknown', 'unknown'), ('clear', 'not retracted'), ('retracted', 'retracted')], default='unknown', max_length=10)),
                ('retraction_as_of', models.DateField(blank=True, null=True, verbose_name='checked on')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, help_text='The record that replaced this one after a merge. This one stays for the versions that cite it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='articles.reference')),
                ('superseded_by', models.ForeignKey(blank=True, editable=False, help_text="The work that supersedes this one, such as a guideline's next edition.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='articles.reference')),
            ],
            options={
                'indexes': [models.Index(models.F('title_key'), name='works_by_title')],
                'constraints': [models.CheckConstraint(condition=models.Q(('retraction', 'unknown'), ('retraction_as_of__isnull', False), _connector='OR'), name='retraction_known_as_of', violation_error_message='Enter the date on which the work was checked.'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into', models.F('id')), _negated=True), models.Q(('superseded_by', models.F('id')), _negated=True)), name='work_stands_for_another')],
            },
        ),
        migrations.CreateModel(
            name='ImportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(help_text='Its place in the file, from 1.')),
                ('line', models.PositiveIntegerField(default=0, help_text='Where it begins, from 1; 0 if unknown.')),
                ('label', models.CharField(blank=True, help_text='Its key, or its title.', max_length=300)),
                ('outcome', models.CharField(choices=[('created', 'Created'), ('matched', 'Matched'), ('refused', 'Refused')], max_length=10)),
                ('reason', models.TextField(blank=True, help_text='Why it was refused, or how it was matched.')),
                ('library_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report', to='articles.libraryimport')),
                ('reference', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.reference')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('library_import'), models.F('position'), name='record_reported_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReference',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('key', models.CharField(db_index=True, help_text='Cited as [@key].', max_length=100, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9_][A-Za-z0-9_:.#$%&\\-+?<>~/]*\\Z', 'A key is written as in Pandoc: smith2020.')])),
                ('kind', models.CharField(choices=[('research', 'research article'), ('systematic_review', 'systematic review'), ('review', 'review article'), ('guideline', 'Guideline'), ('drug_label', 'drug label'), ('textbook', 'Textbook'), ('web_page', 'web page'), ('own_content', 'our own content'), ('other', 'Other')], default='other', max_length=20)),
                ('csl', models.JSONField(help_text='The work as one CSL-JSON item.', verbose_name='CSL-JSON')),
                ('title', models.TextField(editable=False)),
                ('year', models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ('doi', models.CharField(blank=True, db_index=True, editable=False, max_length=255, null=True, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s<>\\"{}|\\\\^`]+\\Z', 'A DOI begins with 10. and has a slash: 10.1000/xyz123.')], verbose_name='DOI')),
                ('pmid', models.CharField(blank=True, db_index=True, editable=False, max_length=9, null=True, validators=[django.core.validators.RegexValidator('^[1-9][0-9]{0,8}\\Z', 'A PubMed identifier is a number of up to nine digits.')], verbose_name='PMID')),
                ('pmcid', models.CharField(blank=True, db_index=True, editable=False, max_length=15, null=True, verbose_name='PMCID')),
                ('isbn', models.CharField(blank=True, db_index=True, editable=False, max_length=13, null=True, verbose_name='ISBN')),
                ('nct', models.CharField(blank=True, db_index=True, editable=False, max_length=11, null=True, verbose_name='ClinicalTrials.gov number')),
                ('title_key', models.CharField(blank=True, default='', editable=False, help_text='Hash of the normalised title and the year.', max_length=64)),
                ('retraction', models.CharField(choices=[('unknown', 'unknown'), ('clear', 'not retracted'), ('retracted', 'retracted')], default='unknown', max_length=10)),
                ('retraction_as_of', models.DateField(blank=True, null=True, verbose_name='checked on')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The record that replaced this one after a merge. This one stays for the versions that cite it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.reference')),
                ('superseded_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text="The work that supersedes this one, such as a guideline's next edition.", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.reference')),
            ],
            options={
                'verbose_name': 'historical reference',
                'verbose_name_plural': 'historical references',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('under_review', 'under review'), ('changes_requested', 'changes requested'), ('approved', 'approved'), ('superseded', 'superseded'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn'), ('rejected', 'rejected'), ('retracted', 'retracted')], default='draft', editable=False, max_length=20)),
                ('question', models.CharField(max_length=300)),
                ('digest', models.CharField(blank=True, editable=False, help_text='SHA-256 of the frozen content.', max_length=64)),
                ('listed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Keys of works that came with the texts. Pre-flight warns about those that are not cited.', size=None)),
                ('revision', models.PositiveIntegerField(default=1, editable=False, help_text='Counts changes; the ETag.')),
                ('created_at', models.DateTimeField(editable=False)),
                ('updated_at', models.DateTimeField(editable=False, help_text='When the text last changed.')),
                ('submitted_at', models.DateTimeField(editable=False, null=True)),
                ('under_review_at', models.DateTimeField(editable=False, null=True)),
                ('approved_at', models.DateTimeField(editable=False, null=True)),
                ('valid_until', models.DateTimeField(editable=False, help_text='The approval counts before this moment.', null=True)),
                ('reviewed_by', models.JSONField(default=None, editable=False, help_text='Approvers as they signed: name, credentials, ORCID, when.', null=True)),
                ('state_changed_at', models.DateTimeField(editable=False)),
                ('state_reason', models.TextField(blank=True, editable=False, help_text='The reason given for the last change of state.')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='articles.article')),
                ('based_on', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='articles.version')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(editable=False, help_text='The policy that the approval satisfied.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.editorialpolicy')),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_policy', models.ForeignKey(editable=False, help_text='The policy in force when it was submitted.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.editorialpolicy')),
                ('tiers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], max_length=10), default=list, editable=False, help_text='Risk tiers whose rules an approval has to satisfy: that of the submission and every higher one since. Only two people together lower it.', size=None)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('article'), models.F('number'), name='version_number_once'), models.UniqueConstraint(models.F('article'), condition=models.Q(('state', 'draft')), name='one_draft'), models.UniqueConstraint(models.F('article'), condition=models.Q(('state__in', ['submitted', 'under_review'])), name='one_in_review'), models.UniqueConstraint(models.F('article'), condition=models.Q(('state', 'approved')), name='one_approved'), models.CheckConstraint(condition=models.Q(models.Q(('digest', ''), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('digest__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='frozen_with_digest'), models.CheckConstraint(condition=models.Q(models.Q(('submitted_at', None), ('submitted_by', None)), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='submitted_at_and_by'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'superseded', 'suspended', 'retracted']), _negated=True), models.Q(('approved_at__isnull', False), ('policy__isnull', False), ('reviewed_by__isnull', False), ('valid_until__isnull', False)), _connector='OR'), name='approved_with_its_proof'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'under_review']), _negated=True), models.Q(('opened_policy__isnull', False), models.Q(('tiers', []), _negated=True)), _connector='OR'), name='in_review_under_its_rules')],
                'indexes': [models.Index(models.F('valid_until'), models.F('id'), condition=models.Q(('state', 'approved')), name='approvals_lapse'), models.Index(models.F('approved_at'), models.F('id'), condition=models.Q(('state', 'approved')), name='approvals_newest'), models.Index(models.F('state_changed_at'), models.F('id'), condition=models.Q(('state', 'retracted')), name='retractions_newest')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_primary', models.BooleanField(default=False, verbose_name='primary')),
                ('summary', models.TextField(help_text='The short answer, without citations.')),
                ('body', models.TextField(help_text='Markdown; cite as [@key] or [@key, p. 12; @other].')),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='editorial.audience')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='articles.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('audience'), name='one_text_per_audience'), models.UniqueConstraint(models.F('version'), condition=models.Q(('is_primary', True)), name='one_primary_text')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('fingerprint', models.CharField(db_index=True, help_text='SHA-256 of the normalised text and the works cited at it.', max_length=64)),
                ('references', models.ManyToManyField(related_name='claims', to='articles.reference')),
                ('rendition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='articles.rendition')),
                ('words', models.CharField(db_index=True, help_text='SHA-256 of the normalised text alone.', max_length=64)),
                ('context', models.CharField(help_text='SHA-256 of its context; null if unknown.', max_length=64, null=True)),
                ('context_words', models.JSONField(default=list, help_text='The context in readable form: kind and words of each part.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('rendition'), models.F('position'), name='claim_position_once')],
            },
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
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('email', models.EmailField(blank=True, help_text='Only to answer; optional.', max_length=254)),
                ('received_at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='articles.article')),
                ('version', models.ForeignKey(help_text='The version that the reader was shown.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version')),
                ('claim', models.ForeignKey(blank=True, help_text='The statement that the reader means, if they chose one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.claim')),
                ('email_purpose', models.CharField(blank=True, choices=[('answer', 'to reply to this question'), ('ask_back', 'to ask you about this report')], max_length=10)),
                ('erase_email_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(models.F('erase_email_at'), condition=models.Q(('erase_email_at__isnull', False)), name='report_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('email_purpose', ''), ('erase_email_at', None)), models.Q(models.Q(('email', ''), _negated=True), models.Q(('email_purpose', ''), _negated=True), ('erase_email_at__isnull', False)), _connector='OR'), name='report_address_with_purpose_and_end')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('email', models.EmailField(blank=True, help_text='Only to answer; optional.', max_length=254)),
                ('received_at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='articles.article')),
                ('version', models.ForeignKey(help_text='The version that the reader was shown.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version')),
                ('email_purpose', models.CharField(blank=True, choices=[('answer', 'to reply to this question'), ('ask_back', 'to ask you about this report')], max_length=10)),
                ('erase_email_at', models.DateTimeField(blank=True, null=True)),
                ('receipt', models.CharField(editable=False, help_text='Receipt of the form it was sent with; used once.', max_length=64, null=True, unique=True)),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['text'], name='questions_alike', opclasses=['gin_trgm_ops']), models.Index(models.F('erase_email_at'), condition=models.Q(('erase_email_at__isnull', False)), name='question_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('email_purpose', ''), ('erase_email_at', None)), models.Q(models.Q(('email', ''), _negated=True), models.Q(('email_purpose', ''), _negated=True), ('erase_email_at__isnull', False)), _connector='OR'), name='question_address_with_purpose_and_end')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalVersion',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('under_review', 'under review'), ('changes_requested', 'changes requested'), ('approved', 'approved'), ('superseded', 'superseded'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn'), ('rejected', 'rejected'), ('retracted', 'retracted')], default='draft', editable=False, max_length=20)),
                ('question', models.CharField(max_length=300)),
                ('digest', models.CharField(blank=True, editable=False, help_text='SHA-256 of the frozen content.', max_length=64)),
                ('listed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Keys of works that came with the texts. Pre-flight warns about those that are not cited.', size=None)),
                ('revision', models.PositiveIntegerField(default=1, editable=False, help_text='Counts changes; the ETag.')),
                ('created_at', models.DateTimeField(editable=False)),
                ('updated_at', models.DateTimeField(editable=False, help_text='When the text last changed.')),
                ('submitted_at', models.DateTimeField(editable=False, null=True)),
                ('under_review_at', models.DateTimeField(editable=False, null=True)),
                ('approved_at', models.DateTimeField(editable=False, null=True)),
                ('valid_until', models.DateTimeField(editable=False, help_text='The approval counts before this moment.', null=True)),
                ('reviewed_by', models.JSONField(default=None, editable=False, help_text='Approvers as they signed: name, credentials, ORCID, when.', null=True)),
                ('state_changed_at', models.DateTimeField(editable=False)),
                ('state_reason', models.TextField(blank=True, editable=False, help_text='The reason given for the last change of state.')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('article', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The policy that the approval satisfied.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
                ('submitted_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('based_on', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.version')),
                ('opened_policy', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The policy in force when it was submitted.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
                ('tiers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], max_length=10), default=list, editable=False, help_text='Risk tiers whose rules an approval has to satisfy: that of the submission and every higher one since. Only two people together lower it.', size=None)),
            ],
            options={
                'verbose_name': 'historical version',
                'verbose_name_plural': 'historical versions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalRendition',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('is_primary', models.BooleanField(default=False, verbose_name='primary')),
                ('summary', models.TextField(help_text='The short answer, without citations.')),
                ('body', models.TextField(help_text='Markdown; cite as [@key] or [@key, p. 12; @other].')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('audience', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.audience')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.version')),
            ],
            options={
                'verbose_name': 'historical rendition',
                'verbose_name_plural': 'historical renditions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('csl', models.JSONField(help_text='The work as it was when cited. Readers of this version see this record.')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='articles.reference')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='articles.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('number'), name='citation_number_once'), models.UniqueConstraint(models.F('version'), models.F('reference'), name='work_cited_once')],
            },
        ),
        migrations.CreateModel(
            name='Triage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('upheld', 'upheld'), ('declined', 'declined')], max_length=10)),
                ('reason', models.TextField(help_text='For the record; not published.')),
                ('triaged_at', models.DateTimeField()),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='triage', to='articles.report')),
                ('triaged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('public_words', models.TextField(blank=True, help_text='Published with the outcome.')),
            ],
            options={
                'verbose_name_plural': 'triages',
            },
        ),
        migrations.CreateModel(
            name='Unwritten',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'verbose_name_plural': 'unwritten',
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=100)),
                ('lapses_at', models.DateTimeField(help_text='When the approval in the document lapses.', null=True)),
                ('slug', models.SlugField(max_length=100)),
                ('audience', models.SlugField(help_text='Its code.')),
                ('is_primary', models.BooleanField()),
                ('etag', models.CharField(max_length=40)),
                ('last_modified', models.DateTimeField()),
                ('gzipped', models.BinaryField(help_text='The JSON as it is sent.')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='articles.article')),
                ('stands_in_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), help_text='Audiences that lack a text of their own.', size=None)),
            ],
            options={
                'indexes': [models.Index(models.F('ground'), name='documents_by_ground')],
                'constraints': [models.UniqueConstraint(models.F('slug'), models.F('audience'), name='one_document_per_audience')],
            },
        ),
        migrations.CreateModel(
            name='ListEntry',
            fields=[
                ('ground', models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=100)),
                ('lapses_at', models.DateTimeField(help_text='When the approval in the document lapses.', null=True)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='list_entry', serialize=False, to='articles.version')),
                ('status', models.CharField(max_length=20)),
                ('audiences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), size=None)),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), size=None)),
                ('products', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Names in lower case.', size=None)),
                ('works', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='DOIs, in lower case, and PMIDs of the works cited.', size=None)),
                ('last_reviewed', models.DateTimeField(null=True)),
                ('told', models.TextField(blank=True, help_text='JSON; empty for what is not shown.')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='list_entry', to='articles.article')),
            ],
            options={
                'verbose_name_plural': 'list entries',
                'indexes': [models.Index(models.F('ground'), name='entries_by_ground'), models.Index(models.F('lapses_at'), condition=models.Q(('lapses_at__isnull', False)), name='entries_by_lapse'), models.Index(models.F('status'), models.F('article'), name='entries_by_status'), models.Index(models.F('last_reviewed'), name='entries_by_review'), django.contrib.postgres.indexes.GinIndex(models.F('specialties'), name='entries_by_specialty'), django.contrib.postgres.indexes.GinIndex(models.F('audiences'), name='entries_by_audience'), django.contrib.postgres.indexes.GinIndex(models.F('products'), name='entries_by_product'), django.contrib.postgres.indexes.GinIndex(models.F('works'), name='entries_by_work')],
            },
        ),
        migrations.CreateModel(
            name='Past',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=100)),
                ('lapses_at', models.DateTimeField(help_text='When the approval in the document lapses.', null=True)),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('told', models.TextField(help_text='JSON.')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='past', to='articles.article')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalSynonym',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('terms', models.TextField(help_text='Words or phrases that mean the same, each on a line of its own.', validators=[articles.models.search.validate_terms])),
                ('is_used', models.BooleanField(default=True, help_text='Search uses only synonyms in use.', verbose_name='in use')),
                ('stems', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, editable=False, size=None)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical synonym',
                'verbose_name_plural': 'historical synonyms',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(help_text='In the text; 0 is the summary.')),
                ('section', models.CharField(blank=True, help_text='Id of the section on the page; empty above it.', max_length=400)),
                ('heading', models.TextField(blank=True)),
                ('text', models.TextField()),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=list, size=None)),
                ('search', django.contrib.postgres.search.SearchVectorField()),
                ('code', models.CharField(help_text='Names the code that wrote it.', max_length=16)),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.audience')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='articles.version')),
                ('approved_until', models.DateTimeField(editable=False, help_text='Until when the approval of its version counts; empty if it does not.', null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('approved_until__isnull', False)), fastupdate=False, fields=['search'], name='passages_approved'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('approved_until__isnull', False), ('position', 0)), fastupdate=False, fields=['search'], name='passages_approved_first'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('approved_until__isnull', True)), fastupdate=False, fields=['search'], name='passages_others'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('approved_until__isnull', True), ('position', 0)), fastupdate=False, fields=['search'], name='passages_others_first'), models.Index(models.F('approved_until'), condition=models.Q(('approved_until__isnull', False)), name='passages_by_approval'), models.Index(models.F('id'), condition=models.Q(('approved_until__isnull', True)), name='passages_others_by_age')],
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('audience'), models.F('position'), name='one_passage_per_place')],
            },
        ),
        migrations.CreateModel(
            name='ReaderMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owed_at', models.DateTimeField()),
                ('not_before', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, help_text='Its name and code; never the address.', max_length=200)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='mail', to='articles.question')),
            ],
            options={
                'verbose_name': 'mail to a reader',
                'verbose_name_plural': 'mail to readers',
                'indexes': [models.Index(models.F('not_before'), models.F('id'), condition=models.Q(('given_up_at', None), ('sent_at', None)), name='reader_mail_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sent_at', None), ('given_up_at', None), _connector='OR'), name='sent_or_given_up')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('answered', 'answered'), ('linked', 'led to an article'), ('drafted', 'became a draft'), ('dismissed', 'dismissed')], max_length=10)),
                ('text', models.TextField(blank=True, help_text='Sent to the reader.')),
                ('replied_at', models.DateTimeField()),
                ('article', models.ForeignKey(help_text='The article that answers the question.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_to_by', to='articles.article')),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='articles.question')),
                ('replied_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'replies',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('article', None), ('outcome', 'answered'), models.Q(('text', ''), _negated=True)), models.Q(('article__isnull', False), ('outcome__in', ['linked', 'drafted'])), models.Q(('article', None), ('outcome', 'dismissed'), ('text', '')), _connector='OR'), name='reply_with_what_it_says')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.TextField(help_text='Words or phrases that mean the same, each on a line of its own.', validators=[articles.models.search.validate_terms])),
                ('is_used', models.BooleanField(default=True, help_text='Search uses only synonyms in use.', verbose_name='in use')),
                ('stems', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, editable=False, size=None)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['stems'], name='synonyms_by_stem')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('synonym', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.synonym')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.version')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['word'], name='words_alike', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(models.F('word'), models.F('version'), name='one_word_per_version'), models.UniqueConstraint(models.F('word'), models.F('synonym'), name='one_word_per_synonym'), models.CheckConstraint(condition=models.Q(models.Q(('synonym__isnull', False), ('version', None)), models.Q(('synonym', None), ('version__isnull', False)), _connector='OR'), name='word_of_a_version_or_a_synonym')],
            },
        ),
        migrations.AddField(
            model_name='Article',
            name='products',
            field=models.ManyToManyField(blank=True, related_name='articles', through='articles.ArticleProduct', to='editorial.product'),
        ),
        migrations.AddField(
            model_name='Article',
            name='authors',
            field=models.ManyToManyField(related_name='articles', through='articles.Authorship', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
