"""One person may have several accounts: which ones, PostgreSQL answers, and accounts can be merged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from editorial.record.triggers import write_once

# Mail to ``ada+board@example.org`` reaches the mailbox of ``ada@example.org``, see RFC 5233.
PERSONS = r"""
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

DROP_PERSONS = """
DROP FUNCTION imprimatur_person(bigint);
DROP FUNCTION imprimatur_accounts(bigint);
DROP INDEX accounts_by_mailbox;
DROP FUNCTION imprimatur_mailbox(text);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('editorial', '0014_question_identity'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicaluser',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The account that its owner uses instead. Past actions keep the name of this one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='user',
            name='merged_into',
            field=models.ForeignKey(editable=False, help_text='The account that its owner uses instead. Past actions keep the name of this one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='boardmember',
            index=models.Index(models.F('orcid'), condition=models.Q(('orcid', ''), _negated=True), name='members_by_orcid'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('is_active', False), _connector='OR'), name='merged_account_is_inactive', violation_error_message='This account was merged into another one; its owner uses that one.'),
        ),
        write_once("editorial_user", columns=["merged_into_id"]),
        migrations.RunSQL(PERSONS, DROP_PERSONS),
    ]
