"""What PostgreSQL holds of persons and their conflicts of interest.

A round counts one signature a person, of persons without a conflict; an approval is given back only where the
signatures still do; a signature set aside stays set aside; of a recusal nothing changes but that it is withdrawn.
"""

from importlib import import_module

from django.db import migrations

from editorial.record.triggers import append_only, hold_columns, never_deleted, write_once

ends = import_module("articles.migrations.0016_approvals_end_earlier")
lowering = import_module("reviews.migrations.0012_lowering_laws")
marks = import_module("reviews.migrations.0013_approval_marks")
objections = import_module("reviews.migrations.0015_objection_laws")

WAIVED_LATER = ["waiver", "waived_interests", "waived_recusals", "waived_works", "waived_by_id"]
WITHDRAWN = ["withdrawn_at", "withdrawn_by_id", "withdrawn_because"]

PERSONS = r"""
CREATE FUNCTION imprimatur_stands(signature bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM reviews_signaturewithdrawal w WHERE w.signature_id = signature)
       AND NOT EXISTS (SELECT FROM reviews_signaturesetaside s WHERE s.signature_id = signature)
$$;

-- The person behind a standing signature. Among those of a version, two are of one person when their signers' accounts
-- are, or when an ORCID iD is the same: the present one, or the one that was printed.
CREATE FUNCTION imprimatur_signer(signature bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE given (id, accounts, orcids) AS (
        SELECT other.id, imprimatur_accounts(other.signer_id), array_remove(ARRAY[other.orcid, member.orcid]::text[], '')
        FROM reviews_signature mine
        JOIN reviews_review my_review ON my_review.id = mine.review_id
        JOIN reviews_review review ON review.version_id = my_review.version_id
        JOIN reviews_signature other ON other.review_id = review.id
        JOIN editorial_boardmember member ON member.id = review.member_id
        WHERE mine.id = signature AND imprimatur_stands(other.id)
    ), same (id, accounts, orcids) AS (
        SELECT * FROM given WHERE id = signature
        UNION
        SELECT given.* FROM same JOIN given ON given.accounts && same.accounts OR given.orcids && same.orcids
    )
    SELECT min(accounts[1]) FROM same
$$;

-- Whether the reviewer has, with any account, a conflict of interest on a day that no editor waived: they wrote in the
-- article, disclosed an interest in a maker of its products, stepped back, or wrote a work that it cites.
CREATE FUNCTION imprimatur_obstructed(review bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM reviews_review r
        JOIN articles_version v ON v.id = r.version_id
        JOIN editorial_boardmember seat ON seat.id = r.member_id
        CROSS JOIN LATERAL unnest(imprimatur_accounts(seat.user_id)) AS mine (account)
        LEFT JOIN editorial_boardmember m ON m.user_id = mine.account
        WHERE r.id = review AND (
            EXISTS (SELECT FROM articles_authorship a WHERE a.article_id = v.article_id AND a.user_id = mine.account)
            OR EXISTS (SELECT FROM articles_version w WHERE w.article_id = v.article_id AND w.created_by_id = mine.account)
            OR EXISTS (SELECT FROM articles_version w JOIN articles_historicalrendition h ON h.version_id = w.id
                       WHERE w.article_id = v.article_id AND h.history_user_id = mine.account)
            OR EXISTS (SELECT FROM editorial_disclosure d
                       JOIN editorial_product p ON p.manufacturer_id = d.company_id
                       JOIN articles_articleproduct ap ON ap.product_id = p.id AND ap.article_id = v.article_id
                       WHERE d.member_id = m.id AND d.held_from <= on_day AND coalesce(d.held_to, on_day) >= on_day
                         AND d.id <> ALL (r.waived_interests))
            OR EXISTS (SELECT FROM reviews_recusal c
                       WHERE c.member_id = m.id AND c.withdrawn_at IS NULL AND c.id <> ALL (r.waived_recusals)
                         AND (c.article_id = v.article_id OR EXISTS (
                             SELECT FROM articles_articleproduct ap JOIN editorial_product p ON p.id = ap.product_id
                             WHERE ap.article_id = v.article_id
                               AND (p.id = c.product_id OR p.manufacturer_id = c.company_id))))
            OR (m.orcid <> '' AND EXISTS (
                SELECT FROM articles_citation c JOIN articles_reference w ON w.id = c.reference_id
                CROSS JOIN LATERAL (SELECT jsonb_path_query(c.csl, '$.author[*].ORCID')
                                    UNION ALL SELECT jsonb_path_query(w.csl, '$.author[*].ORCID')) AS author (orcid)
                WHERE c.version_id = v.id AND w.id <> ALL (r.waived_works)
                  AND substring(upper(author.orcid #>> '{}') FROM '[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]') = m.orcid))
        ))
$$;
"""

DROP_PERSONS = """
DROP FUNCTION imprimatur_obstructed(bigint, date);
DROP FUNCTION imprimatur_signer(bigint);
DROP FUNCTION imprimatur_stands(bigint);
"""

# Law 3, anew: of each person one approval counts, and none of a person with a conflict; where a request for changes was
# set aside, somebody has approved since. The same counts where a suspended approval is given back.
DAY = "(NEW.state_changed_at AT TIME ZONE 'UTC')::date"
COUNTS = f"imprimatur_stands(signature.id) AND NOT imprimatur_obstructed(review.id, {DAY})"
UNHEARD = f"""
    IF EXISTS (SELECT FROM reviews_signaturesetaside aside
               JOIN reviews_signature signature ON signature.id = aside.signature_id
               JOIN reviews_review review ON review.id = signature.review_id
               WHERE review.version_id = NEW.id AND signature.digest = NEW.digest AND signature.decision <> 'approve'
                 AND NOT EXISTS (
                     SELECT FROM reviews_signature later JOIN reviews_review theirs ON theirs.id = later.review_id
                     WHERE theirs.version_id = NEW.id AND later.digest = NEW.digest AND later.decision = 'approve'
                       AND later.signed_at > aside.set_aside_at AND imprimatur_stands(later.id)
                       AND NOT imprimatur_obstructed(theirs.id, {DAY})))
    THEN
        RAISE EXCEPTION 'nobody approved version % since a request for changes was set aside', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
SIGNERS, PERSONS_COUNTED = "count(DISTINCT signature.signer_id)", "count(DISTINCT imprimatur_signer(signature.id))"
# An objection binds until it is set aside, whoever made it.
APPROVAL_COUNTS = f"AND imprimatur_stands(signature.id) AND (signature.decision <> 'approve' OR {COUNTS})"

APPROVAL_BEFORE = lowering.CONFIRMED_APPROVAL
APPROVAL = APPROVAL_BEFORE.replace(SIGNERS, PERSONS_COUNTED).replace(lowering.WITHDRAWN, APPROVAL_COUNTS)
APPROVAL = APPROVAL.replace("\n    RETURN NEW;\n", UNHEARD)

REINSTATEMENT_BEFORE = marks.HOLD_REINSTATEMENT.partition("CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
REINSTATEMENT = REINSTATEMENT_BEFORE.replace(SIGNERS, PERSONS_COUNTED).replace(lowering.WITHDRAWN, f"AND {COUNTS}")

# Who is named as a reviewer of an approved text is never added, and taken off only when their signature counts no more:
# it was withdrawn or set aside, or another one of the same person came first.
HOLD_REVIEWERS = """
CREATE FUNCTION imprimatur_hold_reviewers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE struck jsonb;
BEGIN
    IF NEW.reviewed_by IS NULL OR EXISTS (
        SELECT FROM jsonb_array_elements(NEW.reviewed_by) AS named
        WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(OLD.reviewed_by) AS before WHERE before = named))
    THEN
        RAISE EXCEPTION 'reviewers of version % may be struck, not added', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    FOR struck IN
        SELECT before FROM jsonb_array_elements(OLD.reviewed_by) AS before
        WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(NEW.reviewed_by) AS named WHERE named = before)
    LOOP
        IF NOT EXISTS (
            SELECT FROM reviews_signature s JOIN reviews_review r ON r.id = s.review_id
            WHERE r.version_id = NEW.id AND s.name = struck ->> 'name' AND s.orcid = struck ->> 'orcid'
              AND s.signed_at = (struck ->> 'signed_at')::timestamptz
              AND (NOT imprimatur_stands(s.id) OR EXISTS (
                  SELECT FROM reviews_signature first JOIN reviews_review q ON q.id = first.review_id
                  WHERE q.version_id = NEW.id AND (first.signed_at, first.id) < (s.signed_at, s.id)
                    AND imprimatur_stands(first.id) AND imprimatur_signer(first.id) = imprimatur_signer(s.id))))
        THEN
            RAISE EXCEPTION 'the signature of % on version % counts', struck ->> 'name', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_reviewers BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (jsonb_typeof(OLD.reviewed_by) = 'array' AND NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by)
    EXECUTE FUNCTION imprimatur_hold_reviewers();
"""

DROP_HOLD_REVIEWERS = """
DROP TRIGGER hold_reviewers ON articles_version;
DROP FUNCTION imprimatur_hold_reviewers();
"""

WITHDRAWN_ONCE = """
CREATE TRIGGER withdrawn_once BEFORE UPDATE ON reviews_recusal FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION imprimatur_refuse();
"""

class Migration(migrations.Migration):
    dependencies = [("reviews", "0017_persons"), ("articles", "0016_approvals_end_earlier"), ("editorial", "0015_persons")]

    operations = [
        migrations.RunSQL(
            objections.hold("reviews_review", [*objections.REVIEW_MOVES, *WAIVED_LATER]),
            objections.hold("reviews_review", objections.REVIEW_MOVES),
        ),
        *append_only("reviews_signaturesetaside"),
        *never_deleted("reviews_recusal"),
        hold_columns("reviews_recusal", mutable=WITHDRAWN),
        migrations.RunSQL(WITHDRAWN_ONCE, "DROP TRIGGER withdrawn_once ON reviews_recusal;"),
        migrations.RunSQL(PERSONS, DROP_PERSONS),
        migrations.RunSQL(APPROVAL, APPROVAL_BEFORE),
        migrations.RunSQL(REINSTATEMENT, REINSTATEMENT_BEFORE),
        migrations.RunSQL(
            "DROP TRIGGER write_once ON articles_version;",
            write_once("articles_version", columns=ends.ONCE).sql,
        ),
        write_once("articles_version", columns=[column for column in ends.ONCE if column != "reviewed_by"]),
        migrations.RunSQL(HOLD_REVIEWERS, DROP_HOLD_REVIEWERS),
    ]
