"""Create the tables of editorial and what PostgreSQL refuses in them, as of the first release.

Replaces the 16 migrations from before it, which a database that has some of them still runs. Their steps that only
changed existing rows are left out. ``tests/support/squashed_migrations.py`` compares the two ways.
"""

import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import editorial.models.accounts
import editorial.models.mail_preferences
import editorial.models.orcid
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION imprimatur_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- Arguments: the columns that may change.
CREATE FUNCTION imprimatur_hold_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mutable text[] := coalesce(TG_ARGV[:], '{}');
BEGIN
    IF to_jsonb(NEW) - mutable IS DISTINCT FROM to_jsonb(OLD) - mutable THEN
        RAISE EXCEPTION '% % is frozen', TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Arguments: columns that are written once.
CREATE FUNCTION imprimatur_write_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE col text;
BEGIN
    FOREACH col IN ARRAY TG_ARGV[:] LOOP
        IF to_jsonb(OLD) -> col <> 'null' AND to_jsonb(OLD) -> col IS DISTINCT FROM to_jsonb(NEW) -> col THEN
            RAISE EXCEPTION '%.% is written once', TG_TABLE_NAME, col USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- Arguments: the initial state, then every allowed 'from>to'.
CREATE FUNCTION imprimatur_hold_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> TG_ARGV[0] THEN
            RAISE EXCEPTION '% begins as %, not %', TG_TABLE_NAME, TG_ARGV[0], NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (TG_ARGV[1:])) THEN
        RAISE EXCEPTION '% may not go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- Argument: the array column whose members must be codes of editorial_specialty.
CREATE FUNCTION imprimatur_known_specialties() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE codes jsonb := to_jsonb(NEW) -> TG_ARGV[0];
DECLARE stranger text;
BEGIN
    SELECT named.code INTO stranger FROM jsonb_array_elements_text(codes) AS named(code)
        WHERE NOT EXISTS (SELECT FROM editorial_specialty known WHERE known.code = named.code) LIMIT 1;
    IF stranger IS NOT NULL THEN
        RAISE EXCEPTION 'unknown specialty %', stranger USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;

-- What of a history row its seal covers: the columns that it had when it was written.
CREATE FUNCTION imprimatur_sealed(row_as_json jsonb, columns text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT to_jsonb(columns)::text || coalesce(jsonb_object_agg(key, value)::text, '')
    FROM jsonb_each(row_as_json) WHERE key = ANY (columns)
$$;

-- Chains each history row to the one before it of the same object.
CREATE FUNCTION imprimatur_seal() RETURNS trigger LANGUAGE plpgsql SET timezone TO 'UTC' AS $$
DECLARE previous text;
BEGIN
    EXECUTE format('SELECT seal FROM %I WHERE id = $1 AND history_id < $2 ORDER BY history_id DESC LIMIT 1',
                   TG_TABLE_NAME) INTO previous USING NEW.id, NEW.history_id;
    NEW.sealed_columns := ARRAY(
        SELECT key FROM jsonb_object_keys(to_jsonb(NEW) - '{seal,sealed_columns}'::text[]) AS key);
    NEW.seal := encode(sha256(convert_to(
        coalesce(previous, '') || imprimatur_sealed(to_jsonb(NEW), NEW.sealed_columns), 'UTF8')), 'hex');
    RETURN NEW;
END $$;

CREATE FUNCTION imprimatur_hold_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM editorial_editorialpolicy p
               WHERE p.in_force_from IS NOT NULL
                 AND ((TG_OP <> 'INSERT' AND p.id = OLD.policy_id) OR (TG_OP <> 'DELETE' AND p.id = NEW.policy_id)))
    THEN
        RAISE EXCEPTION 'the rules of a published policy are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION imprimatur_hold_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name OR NEW.length <= OLD.length OR NOT EXISTS (
        SELECT FROM editorial_ledgerentry e
        WHERE e.chain_id = NEW.name AND e.sequence = NEW.length AND e.hash = NEW.head)
    OR EXISTS (
        SELECT FROM (
            SELECT e.previous_hash, lag(e.hash, 1, OLD.head) OVER (ORDER BY place) AS before
            FROM generate_series(OLD.length + 1, NEW.length) AS place
            LEFT JOIN editorial_ledgerentry e ON e.chain_id = NEW.name AND e.sequence = place
        ) AS link WHERE link.previous_hash IS DISTINCT FROM link.before)
    THEN
        RAISE EXCEPTION 'a chain grows by entries that follow one another' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION imprimatur_hold_fallbacks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    IF jsonb_typeof(NEW.fallbacks) <> 'object' THEN
        RAISE EXCEPTION 'fallbacks are an object' USING ERRCODE = 'check_violation';
    END IF;
    SELECT named.code INTO wrong
        FROM (SELECT unnest(ARRAY[key, value]) AS code FROM jsonb_each_text(NEW.fallbacks)) AS named
        WHERE NOT EXISTS (SELECT FROM editorial_audience known WHERE known.code = named.code) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'unknown audience %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    WITH RECURSIVE chain (start, code) AS (
        SELECT key, value FROM jsonb_each_text(NEW.fallbacks)
        UNION SELECT start, NEW.fallbacks ->> code FROM chain WHERE NEW.fallbacks ? code
    )
    SELECT start INTO wrong FROM chain WHERE start = code LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'audience % falls back to itself', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION imprimatur_with_its_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stays boolean;
BEGIN
    IF TG_TABLE_NAME = 'editorial_attempt' THEN
        stays := EXISTS (SELECT FROM editorial_dispatch WHERE id = OLD.dispatch_id);
    ELSE
        stays := OLD.is_remembered OR EXISTS (SELECT FROM editorial_dispatch WHERE message_id = OLD.id);
    END IF;
    IF stays THEN
        RAISE EXCEPTION '% % stays', TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

-- Mail to ``ada+board@example.org`` reaches the mailbox of ``ada@example.org``, see RFC 5233.
CREATE FUNCTION imprimatur_mailbox(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(address, '^([^+@]+)\+[^@]*@', '\1@'))
$$;

CREATE INDEX accounts_by_mailbox ON editorial_user (imprimatur_mailbox(email)) WHERE email <> '';

-- Every account of the person behind this one, the lowest id first.
CREATE FUNCTION imprimatur_accounts(account bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE same (id) AS (
        SELECT account
        UNION
        SELECT other.id FROM same
        JOIN editorial_user mine ON mine.id = same.id
        LEFT JOIN editorial_boardmember seat ON seat.user_id = mine.id
        CROSS JOIN LATERAL (
            SELECT u.id FROM editorial_user u
                WHERE u.email <> '' AND mine.email <> '' AND imprimatur_mailbox(u.email) = imprimatur_mailbox(mine.email)
            UNION ALL SELECT b.user_id FROM editorial_boardmember b WHERE b.orcid <> '' AND b.orcid = seat.orcid
            UNION ALL SELECT u.id FROM editorial_user u WHERE u.merged_into_id = mine.id
            UNION ALL SELECT mine.merged_into_id WHERE mine.merged_into_id IS NOT NULL
        ) AS other (id))
    SELECT array_agg(id ORDER BY id) FROM same
$$;

CREATE FUNCTION imprimatur_person(account bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (imprimatur_accounts(account))[1]
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION
    imprimatur_refuse,
    imprimatur_hold_columns,
    imprimatur_write_once,
    imprimatur_hold_states,
    imprimatur_known_specialties,
    imprimatur_sealed,
    imprimatur_seal,
    imprimatur_hold_rules,
    imprimatur_hold_chain,
    imprimatur_hold_fallbacks,
    imprimatur_with_its_delivery,
    imprimatur_mailbox,
    imprimatur_accounts,
    imprimatur_person
CASCADE;
"""
"""Their triggers go with them."""

TRIGGERS = """
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_attempt
    FOR EACH ROW EXECUTE FUNCTION imprimatur_with_its_delivery();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_attempt
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns();

CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_audience
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_hold_columns('name', 'medical_audience_type', 'target_grade', 'disclaimer',
        'position');

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_boardmember FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_boardmember
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER known_specialties BEFORE INSERT OR UPDATE OF specialties ON editorial_boardmember
    FOR EACH ROW EXECUTE FUNCTION imprimatur_known_specialties('specialties');

CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_checklistquestion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_checklistquestion
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_disclosure FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_disclosurestatement
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_disclosurestatement
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_dispatch
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_dispatch
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('not_before', 'attempts', 'delivered_at', 'abandoned_at');
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_dispatch
    FOR EACH ROW WHEN (OLD.delivered_at IS NULL AND OLD.abandoned_at IS NULL) EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_editorialpolicy
    FOR EACH ROW WHEN (OLD.in_force_from IS NOT NULL) EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_editorialpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_editorialpolicy
    FOR EACH ROW WHEN (OLD.in_force_from IS NOT NULL) EXECUTE FUNCTION imprimatur_hold_columns();
CREATE TRIGGER hold_fallbacks BEFORE INSERT OR UPDATE OF fallbacks ON editorial_editorialpolicy
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_fallbacks();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_endpoint FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_endpoint
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_endpointsecret
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_endpointsecret
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_endpointsecret
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('ends_at');

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalabsence FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalabsence
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalabsence
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalaudience FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalaudience
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalaudience
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalboardmember FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalboardmember
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalboardmember
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalchecklistquestion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalchecklistquestion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalchecklistquestion
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalcompany FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalcompany
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalcompany
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicaldisclosure FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicaldisclosure
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicaldisclosure
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicaleditorialpolicy
    FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicaleditorialpolicy
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicaleditorialpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalendpoint FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalendpoint
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalendpoint
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalmailchoice FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalmailchoice
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalmailchoice
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalpolicyrule FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalpolicyrule
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalpolicyrule
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalproduct FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalproduct
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalproduct
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalrung FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalrung
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalrung
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicalspecialty FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicalspecialty
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicalspecialty
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON editorial_historicaluser FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_historicaluser
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_historicaluser
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_ledgerchain FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_ledgerchain
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_chain BEFORE UPDATE ON editorial_ledgerchain
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_chain();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_message
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_message
    FOR EACH ROW EXECUTE FUNCTION imprimatur_with_its_delivery();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_message
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns();

CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_policyrule
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_policyrule
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER known_specialties BEFORE INSERT OR UPDATE OF required_specialties ON editorial_policyrule
    FOR EACH ROW EXECUTE FUNCTION imprimatur_known_specialties('required_specialties');

CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_rung
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_rung
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_specialty FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_specialty
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON editorial_specialty
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('name');

CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_user FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON editorial_user
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER write_once BEFORE UPDATE ON editorial_user
    FOR EACH ROW EXECUTE FUNCTION imprimatur_write_once('merged_into_id');
"""


class Migration(migrations.Migration):

    replaces = [
        ("editorial", "0001_initial"),
        ("editorial", "0002_laws"),
        ("editorial", "0003_unsent"),
        ("editorial", "0004_delivery_and_runs"),
        ("editorial", "0005_mail_and_calendars"),
        ("editorial", "0006_ladder"),
        ("editorial", "0007_ladder_laws"),
        ("editorial", "0008_reports_absences_dropped_mail"),
        ("editorial", "0009_webhooks"),
        ("editorial", "0010_chain_grows"),
        ("editorial", "0011_fallbacks"),
        ("editorial", "0012_webhooks_forgotten"),
        ("editorial", "0013_approvals_below"),
        ("editorial", "0014_question_identity"),
        ("editorial", "0015_persons"),
        ("editorial", "0016_products_by_word"),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(help_text='Shown to readers as a choice: “Health professional”.', max_length=100)),
                ('medical_audience_type', models.CharField(choices=[('Clinician', 'Clinician'), ('MedicalResearcher', 'Medical Researcher'), ('Patient', 'Patient')], default='Patient', max_length=30, verbose_name='schema.org type')),
                ('target_grade', models.PositiveSmallIntegerField(blank=True, help_text='US school grade; empty for no target.', null=True, verbose_name='target reading grade')),
                ('disclaimer', models.TextField()),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order in which audiences are offered.')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
            ],
            options={
                'verbose_name_plural': 'companies',
            },
        ),
        migrations.CreateModel(
            name='LedgerChain',
            fields=[
                ('name', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('length', models.PositiveIntegerField(default=0)),
                ('head', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Specialty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=100)),
            ],
            options={
                'verbose_name_plural': 'specialties',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('is_writer', models.BooleanField(default=False, help_text='Drafts, cites, submits and revises articles.', verbose_name='writer')),
                ('is_editor', models.BooleanField(default=False, help_text='Invites reviewers, closes rounds, retracts, changes policy and board.', verbose_name='editor')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='demo account')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('merged_into', models.ForeignKey(editable=False, help_text='The account that its owner uses instead. Past actions keep the name of this one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='one_account_per_address', violation_error_message='An account with this e-mail address exists.'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('is_active', False), _connector='OR'), name='merged_account_is_inactive', violation_error_message='This account was merged into another one; its owner uses that one.')],
            },
            managers=[
                ('objects', editorial.models.accounts.AccountManager()),
            ],
        ),
        migrations.CreateModel(
            name='BoardMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credentials', models.CharField(help_text='Shown after the name: “MD, PhD”.', max_length=100)),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, help_text='Codes of specialties.', size=None)),
                ('licence_expires_on', models.DateField(blank=True, null=True, verbose_name='licence expires on')),
                ('capacity', models.PositiveSmallIntegerField(default=3, help_text='Open reviews at one time.')),
                ('term_from', models.DateField(verbose_name='in office from')),
                ('term_to', models.DateField(blank=True, help_text='The last day; empty while open.', null=True, verbose_name='in office to')),
                ('orcid', models.CharField(blank=True, max_length=19, validators=[editorial.models.orcid.validate_orcid], verbose_name='ORCID iD')),
                ('bio', models.TextField(blank=True, verbose_name='biography')),
                ('is_public', models.BooleanField(default=True, verbose_name='named on the public board page')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='board_member', to=settings.AUTH_USER_MODEL)),
                ('is_chair', models.BooleanField(default=False, help_text='Gets escalations of overdue work.', verbose_name='chairs the board')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('term_to', None), ('term_to__gte', models.F('term_from')), _connector='OR'), name='term_ends_after_it_begins', violation_error_message='The term ends before it begins.')],
                'indexes': [models.Index(models.F('orcid'), condition=models.Q(('orcid', ''), _negated=True), name='members_by_orcid')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='editorial.boardmember')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='absence_ends_after_it_begins', violation_error_message='The absence ends before it begins.')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('interests', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Ids of the disclosures held that day.', size=None)),
                ('stated_at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='editorial.boardmember')),
            ],
        ),
        migrations.CreateModel(
            name='EditorialPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(help_text='Markdown; shown to the public.')),
                ('caution', models.TextField(default='This answer is not approved by our medical advisory board at present. Do not act on it without advice.', help_text='Shown with every text that is not validly approved.')),
                ('show_pending', models.BooleanField(default=True, help_text='Whether readers see texts under review, with the caution.', verbose_name='show submitted texts')),
                ('claim_checks', models.CharField(choices=[('none', "no one's"), ('one', "at least one signer's"), ('every', "every approving signer's")], default='none', help_text='Whose verdicts on every cited claim an approval needs.', max_length=10, verbose_name='verdicts on every claim')),
                ('preflight_refuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Codes of pre-flight's warnings that refuse a submission under this policy.", size=None)),
                ('work_ages', models.JSONField(blank=True, default=dict, help_text='Years after which a work is old, by kind: {“guideline”: 5}.', verbose_name='age of works')),
                ('days_to_respond', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1)])),
                ('days_to_review', models.PositiveSmallIntegerField(default=21, validators=[django.core.validators.MinValueValidator(1)])),
                ('disclosures_last_days', models.PositiveSmallIntegerField(default=365, help_text='Days after which a member must renew their statement of interests. Without it they cannot sign.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='disclosures last')),
                ('invites_by_itself', models.BooleanField(default=False, help_text='Whether the best set of members is invited automatically after a submission, and the next member after a decline.', verbose_name='invite automatically')),
                ('in_force_from', models.DateTimeField(blank=True, editable=False, null=True)),
                ('published_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('absence_moves_dates', models.BooleanField(default=False, help_text='Whether a date within an absence of its member moves to after the return, by the working days that were left when the absence began.', verbose_name='an absence moves dates')),
                ('days_to_triage', models.PositiveSmallIntegerField(default=3, help_text="Days within which an editor decides on a reader's report of a problem.", validators=[django.core.validators.MinValueValidator(1)])),
                ('fallbacks', models.JSONField(blank=True, default=dict, help_text='The audience whose text is shown if an audience has none: {“caregiver”: “patient”}.', verbose_name='fallback texts')),
                ('approvals_below', models.CharField(choices=[('stand', 'stay valid, and are listed for the editors'), ('dated', 'lapse after some days, unless reviewed again'), ('suspended', 'are suspended at once')], default='stand', help_text='What happens to them when this policy is published or the risk tier of their article is raised.', max_length=10, verbose_name='approvals that do not satisfy it')),
                ('approvals_below_days', models.PositiveSmallIntegerField(default=30, help_text='Applies only if these approvals lapse after some days.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='days until they lapse')),
            ],
            options={
                'verbose_name_plural': 'editorial policies',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('in_force_from', None), ('published_by', None)), models.Q(('in_force_from__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='policy_published_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='Order in which they are asked.')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('kind', models.CharField(choices=[('scale', '1 (poor) to 5 (excellent)'), ('yes_no', 'yes or no'), ('text', 'in words')], default='yes_no', max_length=10, verbose_name='answered')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='editorial.editorialpolicy')),
                ('identity', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('policy'), models.F('position'), name='question_position_once'), models.UniqueConstraint(models.F('policy'), models.F('identity'), name='question_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAbsence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.boardmember')),
            ],
            options={
                'verbose_name': 'historical absence',
                'verbose_name_plural': 'historical absences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAudience',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('code', models.SlugField()),
                ('name', models.CharField(help_text='Shown to readers as a choice: “Health professional”.', max_length=100)),
                ('medical_audience_type', models.CharField(choices=[('Clinician', 'Clinician'), ('MedicalResearcher', 'Medical Researcher'), ('Patient', 'Patient')], default='Patient', max_length=30, verbose_name='schema.org type')),
                ('target_grade', models.PositiveSmallIntegerField(blank=True, help_text='US school grade; empty for no target.', null=True, verbose_name='target reading grade')),
                ('disclaimer', models.TextField()),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order in which audiences are offered.')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical audience',
                'verbose_name_plural': 'historical audiences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBoardMember',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('credentials', models.CharField(help_text='Shown after the name: “MD, PhD”.', max_length=100)),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, help_text='Codes of specialties.', size=None)),
                ('licence_expires_on', models.DateField(blank=True, null=True, verbose_name='licence expires on')),
                ('capacity', models.PositiveSmallIntegerField(default=3, help_text='Open reviews at one time.')),
                ('term_from', models.DateField(verbose_name='in office from')),
                ('term_to', models.DateField(blank=True, help_text='The last day; empty while open.', null=True, verbose_name='in office to')),
                ('orcid', models.CharField(blank=True, max_length=19, validators=[editorial.models.orcid.validate_orcid], verbose_name='ORCID iD')),
                ('bio', models.TextField(blank=True, verbose_name='biography')),
                ('is_public', models.BooleanField(default=True, verbose_name='named on the public board page')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_chair', models.BooleanField(default=False, help_text='Gets escalations of overdue work.', verbose_name='chairs the board')),
            ],
            options={
                'verbose_name': 'historical board member',
                'verbose_name_plural': 'historical board members',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalChecklistQuestion',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('position', models.PositiveSmallIntegerField(help_text='Order in which they are asked.')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('kind', models.CharField(choices=[('scale', '1 (poor) to 5 (excellent)'), ('yes_no', 'yes or no'), ('text', 'in words')], default='yes_no', max_length=10, verbose_name='answered')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
                ('identity', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'verbose_name': 'historical checklist question',
                'verbose_name_plural': 'historical checklist questions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCompany',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('name', models.CharField(db_index=True, max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical company',
                'verbose_name_plural': 'historical companies',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalEditorialPolicy',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('number', models.PositiveIntegerField(db_index=True, verbose_name='version')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(help_text='Markdown; shown to the public.')),
                ('caution', models.TextField(default='This answer is not approved by our medical advisory board at present. Do not act on it without advice.', help_text='Shown with every text that is not validly approved.')),
                ('show_pending', models.BooleanField(default=True, help_text='Whether readers see texts under review, with the caution.', verbose_name='show submitted texts')),
                ('claim_checks', models.CharField(choices=[('none', "no one's"), ('one', "at least one signer's"), ('every', "every approving signer's")], default='none', help_text='Whose verdicts on every cited claim an approval needs.', max_length=10, verbose_name='verdicts on every claim')),
                ('preflight_refuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Codes of pre-flight's warnings that refuse a submission under this policy.", size=None)),
                ('work_ages', models.JSONField(blank=True, default=dict, help_text='Years after which a work is old, by kind: {“guideline”: 5}.', verbose_name='age of works')),
                ('days_to_respond', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1)])),
                ('days_to_review', models.PositiveSmallIntegerField(default=21, validators=[django.core.validators.MinValueValidator(1)])),
                ('disclosures_last_days', models.PositiveSmallIntegerField(default=365, help_text='Days after which a member must renew their statement of interests. Without it they cannot sign.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='disclosures last')),
                ('invites_by_itself', models.BooleanField(default=False, help_text='Whether the best set of members is invited automatically after a submission, and the next member after a decline.', verbose_name='invite automatically')),
                ('in_force_from', models.DateTimeField(blank=True, editable=False, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('absence_moves_dates', models.BooleanField(default=False, help_text='Whether a date within an absence of its member moves to after the return, by the working days that were left when the absence began.', verbose_name='an absence moves dates')),
                ('days_to_triage', models.PositiveSmallIntegerField(default=3, help_text="Days within which an editor decides on a reader's report of a problem.", validators=[django.core.validators.MinValueValidator(1)])),
                ('fallbacks', models.JSONField(blank=True, default=dict, help_text='The audience whose text is shown if an audience has none: {“caregiver”: “patient”}.', verbose_name='fallback texts')),
                ('approvals_below', models.CharField(choices=[('stand', 'stay valid, and are listed for the editors'), ('dated', 'lapse after some days, unless reviewed again'), ('suspended', 'are suspended at once')], default='stand', help_text='What happens to them when this policy is published or the risk tier of their article is raised.', max_length=10, verbose_name='approvals that do not satisfy it')),
                ('approvals_below_days', models.PositiveSmallIntegerField(default=30, help_text='Applies only if these approvals lapse after some days.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='days until they lapse')),
            ],
            options={
                'verbose_name': 'historical editorial policy',
                'verbose_name_plural': 'historical editorial policies',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPolicyRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('risk', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], max_length=10)),
                ('quorum', models.PositiveSmallIntegerField(help_text='Number of approving signatures required.', validators=[django.core.validators.MinValueValidator(1)])),
                ('required_specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Specialties that the approvers must have between them.", size=None)),
                ('shelf_life_days', models.PositiveIntegerField(help_text='Days after which an approval lapses.', validators=[django.core.validators.MinValueValidator(1)])),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
            ],
            options={
                'verbose_name': 'historical policy rule',
                'verbose_name_plural': 'historical policy rules',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProduct',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('name', models.CharField(max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('manufacturer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.company')),
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
            name='HistoricalSpecialty',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('code', models.SlugField()),
                ('name', models.CharField(max_length=100)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical specialty',
                'verbose_name_plural': 'historical specialties',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(db_index=True, error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('is_writer', models.BooleanField(default=False, help_text='Drafts, cites, submits and revises articles.', verbose_name='writer')),
                ('is_editor', models.BooleanField(default=False, help_text='Invites reviewers, closes rounds, retracts, changes policy and board.', verbose_name='editor')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='demo account')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The account that its owner uses instead. Past actions keep the name of this one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical user',
                'verbose_name_plural': 'historical users',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('actor_name', models.CharField(max_length=200)),
                ('action', models.CharField(max_length=50)),
                ('payload', models.JSONField(default=dict)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='editorial.ledgerchain')),
            ],
            options={
                'verbose_name_plural': 'ledger entries',
                'constraints': [models.UniqueConstraint(models.F('chain'), models.F('sequence'), name='one_entry_per_place')],
            },
        ),
        migrations.CreateModel(
            name='MemberPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jpeg', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='photo', to='editorial.boardmember')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=50)),
                ('subject', models.CharField(help_text='The record that it is about, as in the ledger: “review:12”.', max_length=100)),
                ('context', models.JSONField(default=dict)),
                ('owed_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(help_text='The next attempt; set to a later time during a delivery.')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('abandoned_at', models.DateTimeField(blank=True, null=True)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('dropped_at', models.DateTimeField(blank=True, help_text='When it was dropped, because everything in it was already decided.', null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('sent_at'), condition=models.Q(('sent_at__isnull', False)), name='notices_sent'), models.Index(models.F('abandoned_at'), condition=models.Q(('abandoned_at__isnull', False)), name='notices_dead'), models.Index(models.F('not_before'), models.F('id'), condition=models.Q(('abandoned_at', None), ('dropped_at', None), ('sent_at', None)), name='notices_due'), models.Index(models.F('dropped_at'), condition=models.Q(('dropped_at__isnull', False)), name='notices_dropped')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('abandoned_at', None), ('sent_at', None)), models.Q(('dropped_at', None), ('sent_at', None)), models.Q(('abandoned_at', None), ('dropped_at', None)), _connector='OR'), name='sent_abandoned_or_dropped')],
            },
        ),
        migrations.CreateModel(
            name='PolicyRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('risk', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], max_length=10)),
                ('quorum', models.PositiveSmallIntegerField(help_text='Number of approving signatures required.', validators=[django.core.validators.MinValueValidator(1)])),
                ('required_specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Specialties that the approvers must have between them.", size=None)),
                ('shelf_life_days', models.PositiveIntegerField(help_text='Days after which an approval lapses.', validators=[django.core.validators.MinValueValidator(1)])),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='editorial.editorialpolicy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('policy'), models.F('risk'), name='one_rule_per_tier'), models.CheckConstraint(condition=models.Q(('quorum__gte', 1)), name='somebody_must_approve'), models.CheckConstraint(condition=models.Q(('shelf_life_days__gte', 1)), name='an_approval_lapses')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('manufacturer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='editorial.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('name'), models.F('manufacturer'), name='product_once_per_manufacturer')],
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='simple'), name='products_by_word')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalDisclosure',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('nature', models.CharField(help_text='Consulting, shares, research grant, …', max_length=200)),
                ('held_from', models.DateField(verbose_name='from')),
                ('held_to', models.DateField(blank=True, help_text='The last day; empty while it lasts.', null=True, verbose_name='to')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('company', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.company')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.boardmember')),
                ('product', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.product')),
            ],
            options={
                'verbose_name': 'historical disclosure',
                'verbose_name_plural': 'historical disclosures',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(help_text='Consulting, shares, research grant, …', max_length=200)),
                ('held_from', models.DateField(verbose_name='from')),
                ('held_to', models.DateField(blank=True, help_text='The last day; empty while it lasts.', null=True, verbose_name='to')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='editorial.company')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='editorial.boardmember')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='editorial.product')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('held_to', None), ('held_to__gte', models.F('held_from')), _connector='OR'), name='interest_ends_after_it_begins', violation_error_message='The interest ends before it begins.')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=64)),
                ('recovery_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), help_text='Digests of those that are not spent.', size=None)),
                ('last_step', models.BigIntegerField(help_text='Time step of the newest accepted code. Codes of this step or earlier are refused.')),
                ('set_up_at', models.DateTimeField()),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0, help_text='In a row.')),
                ('last_wrong_at', models.DateTimeField(null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StoredAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(help_text='SHA-256 over method, path and body.', max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.JSONField(null=True)),
                ('headers', models.JSONField(default=dict)),
                ('answered_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('key'), name='one_answer_per_key')],
            },
        ),
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
        migrations.CreateModel(
            name='DeliveryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('failed', 'Not sent, tried again later'), ('given_up', 'Not sent, given up'), ('again', 'Queued again')], max_length=10)),
                ('at', models.DateTimeField(db_index=True)),
                ('error', models.TextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='editorial.notice')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('what', 'again')), models.Q(models.Q(('what', 'again'), _negated=True), ('by', None)), _connector='OR'), name='who_asked_again')],
            },
        ),
        migrations.CreateModel(
            name='TaskRun',
            fields=[
                ('task', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('ended_at', models.DateTimeField()),
                ('seconds', models.FloatField(help_text='of the last run')),
                ('total_seconds', models.FloatField()),
                ('runs', models.PositiveBigIntegerField(default=0)),
                ('failures', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('renewed_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feed', to='editorial.boardmember')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalMailChoice',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('delivery', models.CharField(choices=[('at_once', 'at once'), ('digest', 'once a day, together')], default='at_once', max_length=20, verbose_name='mail comes')),
                ('hour', models.PositiveSmallIntegerField(default=8, help_text='Hour of the daily mail and of the first mail after quiet days, 0 to 23 in your time zone.', validators=[django.core.validators.MaxValueValidator(23)])),
                ('quiet_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('monday', 'Monday'), ('tuesday', 'Tuesday'), ('wednesday', 'Wednesday'), ('thursday', 'Thursday'), ('friday', 'Friday'), ('saturday', 'Saturday'), ('sunday', 'Sunday')], max_length=9), blank=True, default=list, help_text='No mail is sent on these days; it is sent on the next other day.', size=None, validators=[editorial.models.mail_preferences.validate_quiet_weekdays])),
                ('time_zone', models.CharField(blank=True, help_text='Such as Europe/Berlin; empty for the time zone of the site.', max_length=64, validators=[editorial.models.mail_preferences.validate_time_zone])),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical mail choice',
                'verbose_name_plural': 'historical your mail',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.CharField(choices=[('at_once', 'at once'), ('digest', 'once a day, together')], default='at_once', max_length=20, verbose_name='mail comes')),
                ('hour', models.PositiveSmallIntegerField(default=8, help_text='Hour of the daily mail and of the first mail after quiet days, 0 to 23 in your time zone.', validators=[django.core.validators.MaxValueValidator(23)])),
                ('quiet_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('monday', 'Monday'), ('tuesday', 'Tuesday'), ('wednesday', 'Wednesday'), ('thursday', 'Thursday'), ('friday', 'Friday'), ('saturday', 'Saturday'), ('sunday', 'Sunday')], max_length=9), blank=True, default=list, help_text='No mail is sent on these days; it is sent on the next other day.', size=None, validators=[editorial.models.mail_preferences.validate_quiet_weekdays])),
                ('time_zone', models.CharField(blank=True, help_text='Such as Europe/Berlin; empty for the time zone of the site.', max_length=64, validators=[editorial.models.mail_preferences.validate_time_zone])),
                ('user', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='mail_choice', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'your mail',
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='hour_of_a_day'), models.CheckConstraint(condition=models.Q(('quiet_weekdays__contained_by', ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']), ('quiet_weekdays__len__lt', 7)), name='a_weekday_is_left')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalRung',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('identity', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('moment', models.CharField(choices=[('answer_due', 'an invitation has to be answered'), ('review_due', 'a review is due'), ('unassigned', 'a text was submitted and has no invited reviewer'), ('changes_requested', 'changes were requested and there is no revision'), ('comment_unanswered', 'comments were given to the writers and one is unanswered'), ('draft_untouched', 'a draft was last changed'), ('approval_lapses', 'an approval lapses'), ('licence_expires', "a member's licence expires"), ('statement_expires', "a member's statement of interests expires"), ('report_untriaged', "a reader's report has to be decided")], max_length=30, verbose_name='counted from when')),
                ('offset', models.SmallIntegerField(help_text='Days after that day; a negative number is before it, 0 is the day itself.', validators=[django.core.validators.MinValueValidator(-730), django.core.validators.MaxValueValidator(730)])),
                ('unit', models.CharField(choices=[('days', 'days'), ('working_days', 'working days')], default='days', max_length=20, verbose_name='counted in')),
                ('recipient', models.CharField(choices=[('member', 'the member'), ('writer', 'the writers'), ('editor', 'the editors'), ('chair', 'the chair of the board')], max_length=10, verbose_name='recipient')),
                ('consequence', models.CharField(blank=True, choices=[('', 'nothing else'), ('lapse', 'the review lapses'), ('next_member', 'the review lapses and the next member is invited'), ('re_review', 'a draft for the next review is prepared')], default='', max_length=20, verbose_name='what follows')),
                ('text', models.CharField(help_text="Names what it needs: $about is what it is about: the question of the article, or the member's name; $due is the day that it is counted from; $days is how many days that day is away, in words: “in 3 days”; $member is the member of the board whose turn it is", max_length=300, verbose_name='words')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
            ],
            options={
                'verbose_name': 'historical rung',
                'verbose_name_plural': 'historical rungs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('moment', models.CharField(choices=[('answer_due', 'an invitation has to be answered'), ('review_due', 'a review is due'), ('unassigned', 'a text was submitted and has no invited reviewer'), ('changes_requested', 'changes were requested and there is no revision'), ('comment_unanswered', 'comments were given to the writers and one is unanswered'), ('draft_untouched', 'a draft was last changed'), ('approval_lapses', 'an approval lapses'), ('licence_expires', "a member's licence expires"), ('statement_expires', "a member's statement of interests expires"), ('report_untriaged', "a reader's report has to be decided")], max_length=30, verbose_name='counted from when')),
                ('offset', models.SmallIntegerField(help_text='Days after that day; a negative number is before it, 0 is the day itself.', validators=[django.core.validators.MinValueValidator(-730), django.core.validators.MaxValueValidator(730)])),
                ('unit', models.CharField(choices=[('days', 'days'), ('working_days', 'working days')], default='days', max_length=20, verbose_name='counted in')),
                ('recipient', models.CharField(choices=[('member', 'the member'), ('writer', 'the writers'), ('editor', 'the editors'), ('chair', 'the chair of the board')], max_length=10, verbose_name='recipient')),
                ('consequence', models.CharField(blank=True, choices=[('', 'nothing else'), ('lapse', 'the review lapses'), ('next_member', 'the review lapses and the next member is invited'), ('re_review', 'a draft for the next review is prepared')], default='', max_length=20, verbose_name='what follows')),
                ('text', models.CharField(help_text="Names what it needs: $about is what it is about: the question of the article, or the member's name; $due is the day that it is counted from; $days is how many days that day is away, in words: “in 3 days”; $member is the member of the board whose turn it is", max_length=300, verbose_name='words')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rungs', to='editorial.editorialpolicy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('policy'), models.F('identity'), name='rung_once'), models.UniqueConstraint(models.F('policy'), models.F('moment'), models.F('offset'), models.F('unit'), models.F('recipient'), name='one_rung_a_day', violation_error_message='Another rung notifies the same people on the same day.'), models.CheckConstraint(condition=models.Q(('offset__gte', -730), ('offset__lte', 730)), name='rung_within_reach', violation_error_message='A rung is at most 730 days before or after.')],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The front-end it belongs to: “website”, “app”.', max_length=100)),
                ('address', models.CharField(help_text='https://, reachable from the internet, without a password.', max_length=500)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), help_text='The events that are sent to it.', size=None)),
                ('is_active', models.BooleanField(default=True, editable=False, verbose_name='active')),
                ('created_at', models.DateTimeField(editable=False)),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook endpoint',
                'constraints': [models.UniqueConstraint(models.F('address'), name='endpoint_once', violation_error_message='This address is registered already.'), models.CheckConstraint(condition=models.Q(('events__len__gt', 0)), name='endpoint_listens_to_something')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('identity', models.CharField(help_text='The webhook-id.', max_length=64, unique=True)),
                ('event', models.CharField(max_length=50)),
                ('subject', models.CharField(help_text='The record that it is about, as in the ledger: “version:12”.', max_length=100)),
                ('body', models.TextField()),
                ('occurred_at', models.DateTimeField()),
                ('is_remembered', models.BooleanField(default=False, help_text='Whether it is kept permanently, because the system checks repeatedly if it was sent.')),
            ],
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owed_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(help_text='The next attempt.')),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='Attempts since it was queued, or queued again.')),
                ('delivered_at', models.DateTimeField(null=True)),
                ('abandoned_at', models.DateTimeField(null=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='editorial.endpoint')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='editorial.message')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'indexes': [models.Index(models.F('endpoint'), models.F('not_before'), models.F('id'), condition=models.Q(('abandoned_at', None), ('delivered_at', None)), name='dispatches_due'), models.Index(fields=['endpoint', '-id'], name='dispatches_newest')],
                'constraints': [models.UniqueConstraint(models.F('message'), models.F('endpoint'), name='message_once_per_endpoint'), models.CheckConstraint(condition=models.Q(('delivered_at', None), ('abandoned_at', None), _connector='OR'), name='delivered_or_given_up')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, help_text='When it ended.')),
                ('milliseconds', models.PositiveIntegerField(help_text='How long it took.')),
                ('status', models.PositiveSmallIntegerField(help_text='HTTP status of the response, if there was one.', null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('excerpt', models.TextField(blank=True, help_text='The beginning of the response.')),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='editorial.dispatch')),
            ],
        ),
        migrations.CreateModel(
            name='EndpointHealth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('not_before', models.DateTimeField(help_text='The next attempt; set to a later time during an attempt and after failures.')),
                ('last_success_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0, help_text='In a row.')),
                ('endpoint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='health', to='editorial.endpoint')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('failing_since', None), ('failures', 0)), models.Q(('failing_since__isnull', False), ('failures__gt', 0)), _connector='OR'), name='failures_since_when')],
            },
        ),
        migrations.CreateModel(
            name='EndpointSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(help_text='When a replaced secret stops being used. Until then it signs, too.', null=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='editorial.endpoint')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('endpoint'), condition=models.Q(('ends_at', None)), name='one_lasting_secret')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalEndpoint',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('name', models.CharField(help_text='The front-end it belongs to: “website”, “app”.', max_length=100)),
                ('address', models.CharField(help_text='https://, reachable from the internet, without a password.', max_length=500)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), help_text='The events that are sent to it.', size=None)),
                ('is_active', models.BooleanField(default=True, editable=False, verbose_name='active')),
                ('created_at', models.DateTimeField(editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical webhook endpoint',
                'verbose_name_plural': 'historical webhook endpoints',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
