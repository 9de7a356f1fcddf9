"""Notices can go to another address than the recipient's, and allauth's addresses follow those of the accounts.

``editorial_user.email`` is the address of an account. Its row in ``account_emailaddress`` is kept by a trigger, whatever
code writes the account. A row that is not verified is an address that a person wants to change to.
"""

from django.db import migrations, models

KEEP = """
CREATE FUNCTION imprimatur_keep_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.email = OLD.email THEN
        RETURN NULL;
    END IF;
    DELETE FROM account_emailaddress WHERE user_id = NEW.id AND email <> lower(NEW.email);
    IF NEW.email <> '' THEN
        INSERT INTO account_emailaddress (user_id, email, verified, "primary")
        VALUES (NEW.id, lower(NEW.email), true, true)
        ON CONFLICT (user_id, email) DO UPDATE SET verified = true, "primary" = true;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_address AFTER INSERT OR UPDATE OF email ON editorial_user
    FOR EACH ROW EXECUTE FUNCTION imprimatur_keep_address();
DELETE FROM account_emailaddress;
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
    SELECT id, lower(email), true, true FROM editorial_user WHERE email <> '';
"""
UNDO = "DROP TRIGGER keep_address ON editorial_user; DROP FUNCTION imprimatur_keep_address();"


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0026_ended_terms"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="address",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Where it is sent, if not to the recipient's own address.",
                max_length=254,
            ),
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
