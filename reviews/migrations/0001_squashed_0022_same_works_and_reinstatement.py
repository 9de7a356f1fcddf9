"""Create the tables of reviews and what PostgreSQL refuses in them, as of the first release.

Replaces the 22 migrations from before it, which a database that has some of them still runs. Their steps that only
changed existing rows are left out. ``tests/support/squashed_migrations.py`` compares the two ways.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = r"""
-- Verdicts, answers and comments of a signed review stay as they were signed; a comment may still be resolved, and its
-- wording taken over.
CREATE FUNCTION imprimatur_hold_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_review r WHERE r.state <> 'accepted'
               AND ((TG_OP <> 'INSERT' AND r.id = OLD.review_id) OR (TG_OP <> 'DELETE' AND r.id = NEW.review_id)))
    THEN
        RAISE EXCEPTION '% belongs to a closed review', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- The record that stands for a work, merges followed; of records merged in a circle the first.
CREATE FUNCTION imprimatur_record_of(work bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up (id, next) AS (
        SELECT id, merged_into_id FROM articles_reference WHERE id = work
        UNION SELECT record.id, record.merged_into_id FROM up JOIN articles_reference record ON record.id = up.next)
    SELECT coalesce((SELECT id FROM up WHERE next IS NULL), (SELECT min(id) FROM up))
$$;

-- Rules are taken away from a version by the last lowering that two people agreed on, and by nothing else.
CREATE OR REPLACE FUNCTION imprimatur_hold_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('submitted', 'under_review') OR NOT (OLD.tiers <@ NEW.tiers OR NEW.tiers = ARRAY(
        SELECT (lowering.after ->> 'risk')::varchar FROM reviews_lowering lowering
        WHERE lowering.version_id = OLD.id AND lowering.outcome = 'confirmed'
        ORDER BY lowering.decided_at DESC, lowering.id DESC LIMIT 1))
    THEN
        RAISE EXCEPTION 'version % is judged by the rules of %', OLD.id, OLD.tiers USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- A writer's answer stands in a signed review, under a comment of the same review, on a version that is not in review any
-- more. It comes from an author of the article and does nothing but answer.
CREATE FUNCTION imprimatur_hold_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_review r WHERE r.id = NEW.review_id AND r.state = 'accepted') THEN
        RETURN NEW;
    END IF;
    IF NEW.is_blocking OR NEW.claim_id IS NOT NULL OR NEW.quote <> '' OR NEW.proposal <> ''
       OR NEW.resolved_at IS NOT NULL OR NEW.taken_over_at IS NOT NULL
       OR NOT EXISTS (
            SELECT FROM reviews_review r
            JOIN articles_version v ON v.id = r.version_id AND v.state NOT IN ('draft', 'submitted', 'under_review')
            JOIN articles_authorship writer ON writer.article_id = v.article_id AND writer.user_id = NEW.author_id
            JOIN reviews_comment answered ON answered.id = NEW.parent_id AND answered.review_id = r.id
            WHERE r.id = NEW.review_id AND r.state NOT IN ('invited', 'accepted') AND v.id = NEW.version_id)
    THEN
        RAISE EXCEPTION 'reviews_comment belongs to a closed review, and is no answer of a writer'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Verdicts that block an approval: reviews.models.comments_and_verdicts.NEGATIVE.
CREATE FUNCTION imprimatur_is_negative(verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT verdict IN ('contradicts', 'does_not_support')
$$;

-- A change is accepted in a later version of the same article than the one that was objected to.
CREATE FUNCTION imprimatur_hold_accepted_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM articles_version later JOIN articles_version earlier
             ON earlier.article_id = later.article_id AND earlier.number < later.number
        WHERE later.id = NEW.version_id AND earlier.id = coalesce(
            (SELECT comment.version_id FROM reviews_comment comment WHERE comment.id = NEW.comment_id),
            (SELECT review.version_id FROM reviews_claimcheck verdict
             JOIN reviews_review review ON review.id = verdict.review_id WHERE verdict.id = NEW.claim_check_id)))
    THEN
        RAISE EXCEPTION 'version % is not later than the one that was objected to', NEW.version_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

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

-- Law 3 after a suspension: an approval is given back only while the signatures of as many people stand over the digest
-- as its rules ask for, with their specialties: those that its round was judged by, and the one in force.
CREATE FUNCTION imprimatur_hold_reinstatement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed integer; required varchar[]; present varchar[]; approvals integer;
BEGIN
    SELECT max(rule.quorum), coalesce(array_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '{}')
        INTO needed, required
        FROM editorial_policyrule rule
        JOIN editorial_editorialpolicy policy ON policy.id = rule.policy_id
        JOIN articles_article article ON article.id = NEW.article_id
        LEFT JOIN LATERAL unnest(rule.required_specialties) AS code ON true
        WHERE (rule.risk = ANY (NEW.tiers) AND policy.in_force_from <= NEW.approved_at AND policy.in_force_from >= (
                  SELECT opened.in_force_from FROM editorial_editorialpolicy opened
                  WHERE opened.id = NEW.opened_policy_id))
           OR (rule.risk = article.risk AND policy.id = (
                  SELECT newest.id FROM editorial_editorialpolicy newest
                  WHERE newest.in_force_from <= NEW.state_changed_at
                  ORDER BY newest.in_force_from DESC, newest.number DESC LIMIT 1));
    SELECT count(DISTINCT imprimatur_signer(signature.id)), coalesce(array_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '{}')
        INTO approvals, present
        FROM reviews_signature signature
        JOIN reviews_review review ON review.id = signature.review_id
        LEFT JOIN LATERAL unnest(signature.specialties) AS code ON true
        WHERE review.version_id = NEW.id AND review.state = 'signed' AND signature.digest = NEW.digest
          AND signature.decision = 'approve'
          AND imprimatur_stands(signature.id) AND NOT imprimatur_obstructed(review.id, (NEW.state_changed_at AT TIME ZONE 'UTC')::date)
          AND NOT EXISTS (SELECT FROM reviews_signatureconfirmation asked
                          WHERE asked.signature_id = signature.id AND asked.confirmed_at IS NULL);
    IF needed IS NULL OR approvals < needed OR NOT required <@ present THEN
        RAISE EXCEPTION 'version % has % of % approving signatures', NEW.id, approvals, needed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- Who is named as a reviewer of an approved text is never added, and taken off only when their signature counts no more:
-- it was withdrawn or set aside, or another one of the same person came first.
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

-- Law 3: a version becomes approved only under the policy in force, on standing signatures over this digest, and none
-- against it: the largest quorum, every required specialty and the shortest shelf life of all policies in force since
-- its submission, for each of its tiers and the present one of its article.
CREATE FUNCTION imprimatur_hold_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed integer; life integer; required varchar[]; present varchar[]; approvals integer; objections integer;
BEGIN
    IF NEW.policy_id IS DISTINCT FROM (
        SELECT newest.id FROM editorial_editorialpolicy newest WHERE newest.in_force_from <= NEW.approved_at
        ORDER BY newest.in_force_from DESC, newest.number DESC LIMIT 1)
    THEN
        RAISE EXCEPTION 'version % is approved under a policy that is not in force', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_in_force';
    END IF;
    SELECT max(rule.quorum), min(rule.shelf_life_days),
           coalesce(array_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '{}')
        INTO needed, life, required
        FROM editorial_policyrule rule
        JOIN editorial_editorialpolicy policy ON policy.id = rule.policy_id
        JOIN articles_article article ON article.id = NEW.article_id
        LEFT JOIN LATERAL unnest(rule.required_specialties) AS code ON true
        WHERE (rule.risk = article.risk OR rule.risk = ANY (NEW.tiers)) AND policy.in_force_from <= NEW.approved_at
          AND policy.in_force_from >= (
              SELECT opened.in_force_from FROM editorial_editorialpolicy opened WHERE opened.id = NEW.opened_policy_id);
    SELECT count(DISTINCT imprimatur_signer(signature.id)) FILTER (WHERE signature.decision = 'approve'),
           count(*) FILTER (WHERE signature.decision <> 'approve'),
           coalesce(array_agg(DISTINCT code) FILTER (WHERE signature.decision = 'approve' AND code IS NOT NULL), '{}')
        INTO approvals, objections, present
        FROM reviews_signature signature
        JOIN reviews_review review ON review.id = signature.review_id
        LEFT JOIN LATERAL unnest(signature.specialties) AS code ON true
        WHERE review.version_id = NEW.id AND review.state = 'signed' AND signature.digest = NEW.digest
          AND imprimatur_stands(signature.id) AND (signature.decision <> 'approve' OR imprimatur_stands(signature.id) AND NOT imprimatur_obstructed(review.id, (NEW.state_changed_at AT TIME ZONE 'UTC')::date))
          AND NOT (signature.decision = 'approve' AND EXISTS (
              SELECT FROM reviews_signatureconfirmation asked
              WHERE asked.signature_id = signature.id AND asked.confirmed_at IS NULL));
    IF needed IS NULL OR approvals < needed OR objections > 0 OR NOT required <@ present THEN
        RAISE EXCEPTION 'version % has % of % approving signatures and % against it',
            NEW.id, approvals, needed, objections USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.valid_until > NEW.approved_at + life * interval '24 hours' THEN
        RAISE EXCEPTION 'version % may be approved for % days', NEW.id, life USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM reviews_signaturesetaside aside
               JOIN reviews_signature signature ON signature.id = aside.signature_id
               JOIN reviews_review review ON review.id = signature.review_id
               WHERE review.version_id = NEW.id AND signature.digest = NEW.digest AND signature.decision <> 'approve'
                 AND NOT EXISTS (
                     SELECT FROM reviews_signature later JOIN reviews_review theirs ON theirs.id = later.review_id
                     WHERE theirs.version_id = NEW.id AND later.digest = NEW.digest AND later.decision = 'approve'
                       AND later.signed_at > aside.set_aside_at AND imprimatur_stands(later.id)
                       AND NOT EXISTS (SELECT FROM reviews_signatureconfirmation asked
                                       WHERE asked.signature_id = later.id AND asked.confirmed_at IS NULL)
                       AND NOT imprimatur_obstructed(theirs.id, (NEW.state_changed_at AT TIME ZONE 'UTC')::date)))
    THEN
        RAISE EXCEPTION 'nobody approved version % since a request for changes was set aside', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- What a CSL item says of an identifier, to compare; null where it says nothing.
CREATE FUNCTION imprimatur_identifier(csl jsonb, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(btrim(lower(csl ->> name), E' \t\n\r\f\v'), '')
$$;

-- Whether two citations may be of one work, see articles.library.matching.same_work: no identifier differs, and one agrees or both
-- are one record. What else has to be the same in one record is for Python to say.
CREATE FUNCTION imprimatur_same_work(before jsonb, after jsonb, same_record boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT bool_and(agrees IS NOT FALSE) AND (same_record OR coalesce(bool_or(agrees), false))
    FROM (SELECT imprimatur_identifier(before, name) = imprimatur_identifier(after, name) AS agrees
          FROM unnest(ARRAY['DOI', 'PMID']) AS name) AS identifiers
$$;

-- A verdict is carried over from a signed review of an earlier version of the article, to the same claim, to a work
-- that is cited at it.
CREATE FUNCTION imprimatur_hold_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id AND review.state = 'signed'
        JOIN articles_version earlier ON earlier.id = review.version_id
        JOIN articles_claim original ON original.id = verdict.claim_id
        JOIN articles_claim claim ON claim.id = NEW.claim_id AND claim.words = original.words
        JOIN articles_rendition text ON text.id = claim.rendition_id
        JOIN articles_version version ON version.id = text.version_id
             AND version.article_id = earlier.article_id AND version.number > earlier.number
        JOIN articles_claim_references cited ON cited.claim_id = claim.id AND cited.reference_id = NEW.reference_id
        JOIN articles_citation before ON before.version_id = earlier.id AND before.reference_id = verdict.reference_id
        JOIN articles_citation after ON after.version_id = version.id AND after.reference_id = NEW.reference_id
        WHERE verdict.id = NEW.claim_check_id
          AND imprimatur_same_work(before.csl, after.csl, imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)))
    THEN
        RAISE EXCEPTION 'verdict % does not belong to claim %', NEW.claim_check_id, NEW.claim_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- Law 3: no blocking comment and no negative verdict on any version of the article up to this one is open: neither
-- withdrawn, nor ruled on, nor replaced by its member, nor accepted as answered by changed words.
CREATE FUNCTION imprimatur_hold_objections() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE comments integer; verdicts integer;
BEGIN
    SELECT count(*) INTO comments FROM reviews_comment comment
        JOIN articles_version version ON version.id = comment.version_id
        WHERE version.article_id = NEW.article_id AND version.number <= NEW.number
          AND comment.is_blocking AND comment.resolved_at IS NULL
          AND NOT EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.comment_id = comment.id);
    SELECT count(*) INTO verdicts FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id
        JOIN articles_version version ON version.id = review.version_id
        JOIN articles_claim claim ON claim.id = verdict.claim_id
        WHERE version.article_id = NEW.article_id AND version.number <= NEW.number
          AND imprimatur_is_negative(verdict.verdict)
          AND NOT EXISTS (SELECT FROM reviews_ruling ruling WHERE ruling.claim_check_id = verdict.id
                          AND ruling.verdict = verdict.verdict AND ruling.ruled_at >= verdict.checked_at)
          AND NOT (EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.claim_check_id = verdict.id)
                   AND NOT EXISTS (SELECT FROM articles_claim present
                                   JOIN articles_rendition text ON text.id = present.rendition_id
                                   WHERE text.version_id = NEW.id AND present.fingerprint = claim.fingerprint))
          AND NOT EXISTS (
              SELECT FROM reviews_claimcheck other
              JOIN reviews_review theirs ON theirs.id = other.review_id AND theirs.member_id = review.member_id
              JOIN articles_version at ON at.id = theirs.version_id AND at.article_id = version.article_id
              JOIN articles_claim same ON same.id = other.claim_id AND same.words = claim.words
                   AND (same.id = claim.id OR same.context = claim.context OR NOT EXISTS (
                        SELECT FROM articles_claim present JOIN articles_rendition text ON text.id = present.rendition_id
                        WHERE text.version_id IN (at.id, NEW.id) AND present.words = claim.words
                          AND present.context = claim.context))
              JOIN articles_citation before ON before.version_id = version.id AND before.reference_id = verdict.reference_id
              JOIN articles_citation after ON after.version_id = at.id AND after.reference_id = other.reference_id
              WHERE (at.number, theirs.id) > (version.number, review.id)
                AND (theirs.state = 'signed' OR review.state <> 'signed')
                AND (at.id <> version.id OR other.claim_id = verdict.claim_id)
                AND imprimatur_same_work(before.csl, after.csl, imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)));
    IF comments > 0 OR verdicts > 0 THEN
        RAISE EXCEPTION 'version % has % open blocking comments and % open negative verdicts against it',
            NEW.id, comments, verdicts USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION
    imprimatur_hold_work,
    imprimatur_record_of,
    imprimatur_hold_comments,
    imprimatur_is_negative,
    imprimatur_hold_accepted_change,
    imprimatur_stands,
    imprimatur_signer,
    imprimatur_obstructed,
    imprimatur_hold_reinstatement,
    imprimatur_hold_reviewers,
    imprimatur_hold_approval,
    imprimatur_identifier,
    imprimatur_same_work,
    imprimatur_hold_carried,
    imprimatur_hold_objections
CASCADE;

CREATE OR REPLACE FUNCTION imprimatur_hold_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('submitted', 'under_review') OR NOT OLD.tiers <@ NEW.tiers THEN
        RAISE EXCEPTION 'version % is judged by the rules of %', OLD.id, OLD.tiers USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER write_once ON articles_version;
CREATE TRIGGER write_once BEFORE UPDATE ON articles_version FOR EACH ROW EXECUTE FUNCTION
    imprimatur_write_once('submitted_at', 'under_review_at', 'approved_at', 'policy_id', 'reviewed_by');
"""
"""Their triggers go with them. The function and the trigger of articles that this migration changes are as before."""

TRIGGERS = """
CREATE TRIGGER hold_approval BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.state = 'under_review' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_approval();
CREATE TRIGGER hold_reinstatement BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.state = 'suspended' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_reinstatement();
DROP TRIGGER write_once ON articles_version;
CREATE TRIGGER write_once BEFORE UPDATE ON articles_version
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_write_once('submitted_at', 'under_review_at', 'approved_at', 'policy_id');
CREATE TRIGGER hold_reviewers BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (jsonb_typeof(OLD.reviewed_by) = 'array' AND NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by)
    EXECUTE FUNCTION imprimatur_hold_reviewers();
CREATE TRIGGER hold_objections BEFORE UPDATE ON articles_version
    FOR EACH ROW
    WHEN (OLD.state IN ('under_review', 'suspended') AND NEW.state = 'approved')
    EXECUTE FUNCTION imprimatur_hold_objections();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_acceptedchange
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_acceptedchange
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_accepted_change BEFORE INSERT ON reviews_acceptedchange
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_accepted_change();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_approvalmark
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_approvalmark
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_carriedcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_carriedcheck
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_carried BEFORE INSERT ON reviews_carriedcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_carried();

CREATE TRIGGER hold_work BEFORE INSERT OR UPDATE OR DELETE ON reviews_checklistanswer
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_checklistanswer
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER hold_work BEFORE INSERT OR UPDATE OR DELETE ON reviews_claimcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_claimcheck
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER write_once BEFORE UPDATE ON reviews_comment
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_write_once('resolved_at', 'resolved_by_id', 'taken_over_at', 'taken_over_by_id');
CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_comment FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_comment
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_comments BEFORE INSERT ON reviews_comment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_comments();
CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_comment
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_hold_columns('resolved_at', 'resolved_by_id', 'resolution', 'resolution_reason',
        'taken_over_at', 'taken_over_by_id');
CREATE TRIGGER resolved_once BEFORE UPDATE ON reviews_comment
    FOR EACH ROW
    WHEN (OLD.resolved_at IS NOT NULL) EXECUTE FUNCTION imprimatur_hold_columns('taken_over_at', 'taken_over_by_id');

CREATE TRIGGER seal BEFORE INSERT ON reviews_historicalchecklistanswer
    FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_historicalchecklistanswer
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_historicalchecklistanswer
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON reviews_historicalclaimcheck FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_historicalclaimcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_historicalclaimcheck
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON reviews_historicalcomment FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_historicalcomment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_historicalcomment
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER seal BEFORE INSERT ON reviews_historicalreview FOR EACH ROW EXECUTE FUNCTION imprimatur_seal();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_historicalreview
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_historicalreview
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_letter FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_letter
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_letter
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('notice_id', 'dropped_at', 'not_before');
CREATE TRIGGER write_once BEFORE UPDATE ON reviews_letter
    FOR EACH ROW EXECUTE FUNCTION imprimatur_write_once('notice_id', 'dropped_at');

CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_lowering
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('outcome', 'decided_by_id', 'decided_at');
CREATE TRIGGER write_once BEFORE UPDATE ON reviews_lowering
    FOR EACH ROW EXECUTE FUNCTION imprimatur_write_once('outcome', 'decided_by_id', 'decided_at');
CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_lowering FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_lowering
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_pastfinding
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_pastfinding
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_recusal FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_recusal
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_recusal
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('withdrawn_at', 'withdrawn_by_id', 'withdrawn_because');
CREATE TRIGGER withdrawn_once BEFORE UPDATE ON reviews_recusal
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_reminder FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_reminder
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_reminder
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('settled_at');
CREATE TRIGGER write_once BEFORE UPDATE ON reviews_reminder
    FOR EACH ROW EXECUTE FUNCTION imprimatur_write_once('settled_at');

CREATE TRIGGER hold_states BEFORE INSERT OR UPDATE ON reviews_review
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_hold_states('invited', 'accepted>cancelled', 'accepted>declined',
        'accepted>lapsed', 'accepted>recused', 'accepted>signed', 'invited>accepted', 'invited>cancelled',
        'invited>declined', 'invited>lapsed', 'invited>recused', 'signed>accepted');
CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_review FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_review
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER handed_over_once BEFORE UPDATE ON reviews_review
    FOR EACH ROW
    WHEN (OLD.handed_over IS NOT NULL AND (NEW.handed_over IS DISTINCT FROM OLD.handed_over OR NEW.handed_over_at IS DISTINCT FROM OLD.handed_over_at))
    EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_review
    FOR EACH ROW
    EXECUTE FUNCTION imprimatur_hold_columns('state', 'revision', 'respond_by', 'due_at', 'accepted_at',
        'state_changed_at', 'state_reason', 'handed_over', 'handed_over_at', 'waiver', 'waived_interests',
        'waived_recusals', 'waived_works', 'waived_by_id');

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_ruling
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_ruling
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER hold_work BEFORE INSERT ON reviews_signature FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_signature
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_signature
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER hold_columns BEFORE UPDATE ON reviews_signatureconfirmation
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns('confirmed_at');
CREATE TRIGGER write_once BEFORE UPDATE ON reviews_signatureconfirmation
    FOR EACH ROW EXECUTE FUNCTION imprimatur_write_once('confirmed_at');
CREATE TRIGGER never_deleted BEFORE DELETE ON reviews_signatureconfirmation
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_signatureconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_signaturesetaside
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_signaturesetaside
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_signaturewithdrawal
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reviews_signaturewithdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION imprimatur_refuse();
"""


class Migration(migrations.Migration):

    replaces = [
        ("reviews", "0001_initial"),
        ("reviews", "0002_laws"),
        ("reviews", "0003_answers"),
        ("reviews", "0004_delete_deskdraft"),
        ("reviews", "0005_answer_links"),
        ("reviews", "0006_ladder"),
        ("reviews", "0007_ladder_laws"),
        ("reviews", "0008_report_rungs"),
        ("reviews", "0009_carried_by_words"),
        ("reviews", "0010_stricter_rule"),
        ("reviews", "0011_lowering"),
        ("reviews", "0012_lowering_laws"),
        ("reviews", "0013_approval_marks"),
        ("reviews", "0014_objections"),
        ("reviews", "0015_objection_laws"),
        ("reviews", "0016_replaced_in_context"),
        ("reviews", "0017_persons"),
        ("reviews", "0018_persons_laws"),
        ("reviews", "0019_recusals_remembered"),
        ("reviews", "0020_past_findings"),
        ("reviews", "0021_unheard_laws"),
        ("reviews", "0022_same_works_and_reinstatement"),
    ]

    initial = True

    dependencies = [
        ('articles', '0001_squashed_0016_approvals_end_earlier'),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('invited', 'invited'), ('accepted', 'accepted'), ('signed', 'signed'), ('declined', 'declined'), ('recused', 'recused'), ('cancelled', 'cancelled'), ('lapsed', 'lapsed')], default='invited', editable=False, max_length=20)),
                ('revision', models.PositiveIntegerField(default=1, editable=False, help_text='Counts changes; part of the ETag.')),
                ('message', models.TextField(blank=True, help_text="The editor's message to the member.")),
                ('invited_at', models.DateTimeField(editable=False)),
                ('respond_by', models.DateTimeField(help_text='Date by which the invitation asks for an answer.')),
                ('due_at', models.DateTimeField(help_text='Date by which the review is due.', verbose_name='due')),
                ('accepted_at', models.DateTimeField(editable=False, null=True)),
                ('state_changed_at', models.DateTimeField(editable=False)),
                ('state_reason', models.TextField(blank=True, editable=False)),
                ('waiver', models.TextField(blank=True, editable=False, help_text='Why the member may review despite a conflict of interest.')),
                ('waived_interests', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Ids of the disclosures that are waived.', size=None)),
                ('invited_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='editorial.boardmember')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='articles.version')),
                ('waived_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_over', models.BooleanField(editable=False, help_text='Whether the member handed over the work of a review that ended unsigned; empty until they answer.', null=True)),
                ('handed_over_at', models.DateTimeField(editable=False, null=True)),
                ('waived_recusals', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Ids of the recusals that are waived.', size=None)),
                ('waived_works', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text="Ids of cited works of the member's own.", size=None)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('member'), condition=models.Q(('state__in', ['accepted', 'invited', 'signed'])), name='member_reviews_once'), models.CheckConstraint(condition=models.Q(models.Q(('handed_over', None), ('handed_over_at', None)), models.Q(('handed_over__isnull', False), ('handed_over_at__isnull', False)), _connector='OR'), name='handed_over_and_at'), models.CheckConstraint(condition=models.Q(models.Q(('waived_by', None), ('waived_interests', []), ('waived_recusals', []), ('waived_works', []), ('waiver', '')), models.Q(models.Q(('waiver', ''), _negated=True), ('waived_by__isnull', False), models.Q(('waived_interests', []), ('waived_recusals', []), ('waived_works', []), _negated=True)), _connector='OR'), name='waiver_and_by')],
                'indexes': [models.Index(models.F('respond_by'), models.F('id'), condition=models.Q(('state', 'invited')), name='answers_due'), models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('state', 'accepted')), name='reviews_due')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quote', models.TextField(blank=True, help_text='The passage it is about, word for word.')),
                ('text', models.TextField()),
                ('proposal', models.TextField(blank=True, help_text='New wording to replace the passage or claim.', verbose_name='proposed wording')),
                ('taken_over_at', models.DateTimeField(editable=False, help_text='When a writer adopted the wording.', null=True)),
                ('is_blocking', models.BooleanField(default=False, help_text='Whether it prevents an approval until it is resolved.', verbose_name='blocking')),
                ('created_at', models.DateTimeField(editable=False)),
                ('resolved_at', models.DateTimeField(editable=False, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='articles.claim')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='reviews.comment')),
                ('resolved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='reviews.review')),
                ('taken_over_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='articles.version')),
                ('resolution', models.CharField(blank=True, choices=[('withdrawn', 'withdrawn by its author'), ('ruled', 'ruled on by an editor'), ('answered', 'answered by a writer')], editable=False, help_text='Empty while it is open, or if it was resolved before this was recorded.', max_length=20)),
                ('resolution_reason', models.TextField(blank=True, editable=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('resolved_by', None)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='resolved_at_and_by'), models.CheckConstraint(condition=models.Q(models.Q(('taken_over_at', None), ('taken_over_by', None)), models.Q(('taken_over_at__isnull', False), ('taken_over_by__isnull', False)), _connector='OR'), name='taken_over_at_and_by'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolution_reason', '')), ('resolved_at__isnull', False), _connector='OR'), name='resolution_of_what_is_resolved'), models.CheckConstraint(condition=models.Q(('is_blocking', True), ('resolution', 'ruled'), ('resolution_reason', ''), _negated=True), name='ruling_on_a_comment_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReview',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('state', models.CharField(choices=[('invited', 'invited'), ('accepted', 'accepted'), ('signed', 'signed'), ('declined', 'declined'), ('recused', 'recused'), ('cancelled', 'cancelled'), ('lapsed', 'lapsed')], default='invited', editable=False, max_length=20)),
                ('revision', models.PositiveIntegerField(default=1, editable=False, help_text='Counts changes; part of the ETag.')),
                ('message', models.TextField(blank=True, help_text="The editor's message to the member.")),
                ('invited_at', models.DateTimeField(editable=False)),
                ('respond_by', models.DateTimeField(help_text='Date by which the invitation asks for an answer.')),
                ('due_at', models.DateTimeField(help_text='Date by which the review is due.', verbose_name='due')),
                ('accepted_at', models.DateTimeField(editable=False, null=True)),
                ('state_changed_at', models.DateTimeField(editable=False)),
                ('state_reason', models.TextField(blank=True, editable=False)),
                ('waiver', models.TextField(blank=True, editable=False, help_text='Why the member may review despite a conflict of interest.')),
                ('waived_interests', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Ids of the disclosures that are waived.', size=None)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.boardmember')),
                ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.version')),
                ('waived_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_over', models.BooleanField(editable=False, help_text='Whether the member handed over the work of a review that ended unsigned; empty until they answer.', null=True)),
                ('handed_over_at', models.DateTimeField(editable=False, null=True)),
                ('waived_recusals', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Ids of the recusals that are waived.', size=None)),
                ('waived_works', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text="Ids of cited works of the member's own.", size=None)),
            ],
            options={
                'verbose_name': 'historical review',
                'verbose_name_plural': 'historical reviews',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalComment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('quote', models.TextField(blank=True, help_text='The passage it is about, word for word.')),
                ('text', models.TextField()),
                ('proposal', models.TextField(blank=True, help_text='New wording to replace the passage or claim.', verbose_name='proposed wording')),
                ('taken_over_at', models.DateTimeField(editable=False, help_text='When a writer adopted the wording.', null=True)),
                ('is_blocking', models.BooleanField(default=False, help_text='Whether it prevents an approval until it is resolved.', verbose_name='blocking')),
                ('created_at', models.DateTimeField(editable=False)),
                ('resolved_at', models.DateTimeField(editable=False, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.claim')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.comment')),
                ('resolved_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_over_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.version')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.review')),
                ('resolution', models.CharField(blank=True, choices=[('withdrawn', 'withdrawn by its author'), ('ruled', 'ruled on by an editor'), ('answered', 'answered by a writer')], editable=False, help_text='Empty while it is open, or if it was resolved before this was recorded.', max_length=20)),
                ('resolution_reason', models.TextField(blank=True, editable=False)),
            ],
            options={
                'verbose_name': 'historical comment',
                'verbose_name_plural': 'historical comments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalClaimCheck',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('verdict', models.CharField(choices=[('supports', 'supports'), ('partly', 'partly supports'), ('does_not_support', 'does not support'), ('contradicts', 'contradicts'), ('could_not_check', 'could not check')], max_length=20)),
                ('locator', models.CharField(blank=True, help_text='Where in the work: “p. 12”, “table 2”.', max_length=200)),
                ('quote', models.TextField(blank=True, help_text='The words of the work on which the verdict is based.')),
                ('note', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('claim', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.claim')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reference', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.reference')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.review')),
            ],
            options={
                'verbose_name': 'historical claim check',
                'verbose_name_plural': 'historical claim checks',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalChecklistAnswer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('value', models.TextField(help_text='“1” to “5”, “yes” or “no”, or words, as the question asks.')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.checklistquestion')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.review')),
            ],
            options={
                'verbose_name': 'historical checklist answer',
                'verbose_name_plural': 'historical checklist answers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ClaimCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('supports', 'supports'), ('partly', 'partly supports'), ('does_not_support', 'does not support'), ('contradicts', 'contradicts'), ('could_not_check', 'could not check')], max_length=20)),
                ('locator', models.CharField(blank=True, help_text='Where in the work: “p. 12”, “table 2”.', max_length=200)),
                ('quote', models.TextField(blank=True, help_text='The words of the work on which the verdict is based.')),
                ('note', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(editable=False)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='articles.claim')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='articles.reference')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claim_checks', to='reviews.review')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('review'), models.F('claim'), models.F('reference'), name='one_verdict_per_work')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.TextField(help_text='“1” to “5”, “yes” or “no”, or words, as the question asks.')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.checklistquestion')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklist_answers', to='reviews.review')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('review'), models.F('question'), name='answered_once')],
            },
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
                ('kind', models.CharField(choices=[('ruled', 'ruled on by an editor'), ('withdrawn', 'withdrawn by its reviewer')], default='ruled', max_length=20)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ruling_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As printed on that day.', max_length=200)),
                ('credentials', models.CharField(blank=True, max_length=100)),
                ('orcid', models.CharField(blank=True, max_length=19, verbose_name='ORCID iD')),
                ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, size=None)),
                ('decision', models.CharField(choices=[('approve', 'approve'), ('request_changes', 'request changes')], max_length=20)),
                ('meaning', models.TextField()),
                ('statement', models.TextField(blank=True, help_text="The member's statement to the editors and writers.")),
                ('checklist', models.JSONField(default=list, help_text="The policy's questions with the answers, as signed.")),
                ('digest', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.editorialpolicy')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='reviews.review')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='signature_over_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='SignatureWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('withdrawn_at', models.DateTimeField()),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='reviews.signature')),
            ],
        ),
        migrations.CreateModel(
            name='CarriedCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carried_at', models.DateTimeField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_checks', to='articles.claim')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.reference')),
                ('claim_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='reviews.claimcheck')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('claim'), models.F('reference'), models.F('claim_check'), name='carried_once')],
            },
        ),
        migrations.CreateModel(
            name='AnswerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('valid_until', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_links', to='reviews.review')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='link_revoked_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.UUIDField()),
                ('moment', models.CharField(choices=[('answer_due', 'an invitation has to be answered'), ('review_due', 'a review is due'), ('unassigned', 'a text was submitted and has no invited reviewer'), ('changes_requested', 'changes were requested and there is no revision'), ('comment_unanswered', 'comments were given to the writers and one is unanswered'), ('draft_untouched', 'a draft was last changed'), ('approval_lapses', 'an approval lapses'), ('licence_expires', "a member's licence expires"), ('statement_expires', "a member's statement of interests expires"), ('report_untriaged', "a reader's report has to be decided")], max_length=30)),
                ('subject', models.BigIntegerField()),
                ('anchor', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('called', 'sent'), ('overtaken', 'replaced by a later rung'), ('passed', 'its day was over before it counted')], max_length=10)),
                ('claimed_at', models.DateTimeField()),
                ('consequence', models.CharField(blank=True, choices=[('', 'nothing else'), ('lapse', 'the review lapses'), ('next_member', 'the review lapses and the next member is invited'), ('re_review', 'a draft for the next review is prepared')], max_length=20)),
                ('settled_at', models.DateTimeField(help_text='When its consequence was applied or became outdated.', null=True)),
                ('rung', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.rung')),
            ],
            options={
                'indexes': [models.Index(models.F('id'), condition=models.Q(models.Q(('consequence', ''), _negated=True), ('settled_at', None)), name='reminder_unsettled')],
                'constraints': [models.UniqueConstraint(models.F('subject'), models.F('identity'), models.F('anchor'), name='reminder_once'), models.CheckConstraint(condition=models.Q(('consequence', ''), ('settled_at__isnull', False), _negated=True), name='something_is_settled')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('not_before', models.DateTimeField()),
                ('dropped_at', models.DateTimeField(help_text='When the mail was dropped because it was no longer needed.', null=True)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='editorial.notice')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reminder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='reviews.reminder')),
            ],
            options={
                'indexes': [models.Index(models.F('not_before'), models.F('recipient'), condition=models.Q(('dropped_at', None), ('notice', None)), name='letters_ready')],
                'constraints': [models.UniqueConstraint(models.F('reminder'), models.F('recipient'), name='letter_once')],
            },
        ),
        migrations.CreateModel(
            name='Lowering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(help_text='Risk tier, specialties and products when it was proposed.')),
                ('after', models.JSONField(help_text='Risk tier, specialties and products as proposed.')),
                ('less', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='The lowered requirements, as text.', size=None)),
                ('reason', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('confirmed', 'confirmed'), ('refused', 'refused'), ('void', 'void: the classification changed meanwhile')], editable=False, max_length=10, null=True)),
                ('decided_at', models.DateTimeField(editable=False, null=True)),
                ('decided_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lowerings', to='articles.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), condition=models.Q(('outcome', None)), name='one_lowering_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('outcome', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__isnull', False)), _connector='OR'), name='lowering_decided_at_and_by'), models.CheckConstraint(condition=models.Q(('outcome', None), models.Q(('outcome', 'confirmed'), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='lowering_confirmed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='SignatureConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(editable=False, null=True)),
                ('lowering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='reviews.lowering')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='reviews.signature')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('signature'), models.F('lowering'), name='confirmation_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('risk', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High')], max_length=10, verbose_name='risk tier')),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='What is missing, as text.', size=None)),
                ('treatment', models.CharField(choices=[('stand', 'stay valid, and are listed for the editors'), ('dated', 'lapse after some days, unless reviewed again'), ('suspended', 'are suspended at once')], max_length=10)),
                ('marked_at', models.DateTimeField()),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.editorialpolicy')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='articles.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('policy'), models.F('risk'), name='marked_once')],
            },
        ),
        migrations.CreateModel(
            name='AcceptedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(blank=True)),
                ('accepted_at', models.DateTimeField()),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim_check', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_changes', to='reviews.claimcheck')),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_changes', to='reviews.comment')),
                ('version', models.ForeignKey(help_text='The changed version.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('claim_check__isnull', False), ('comment', None)), models.Q(('claim_check', None), ('comment__isnull', False)), _connector='OR'), name='accepted_change_of_one_objection'), models.UniqueConstraint(models.F('comment'), models.F('version'), name='change_of_comment_accepted_once'), models.UniqueConstraint(models.F('claim_check'), models.F('version'), name='change_of_verdict_accepted_once')],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('declared_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.TextField(blank=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='articles.article')),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.company')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='editorial.boardmember')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.product')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recusal', to='reviews.review')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(models.F('article'), condition=models.Q(('withdrawn_at', None)), name='recusals_in_force')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='recusal_withdrawn_at_by_because')],
            },
        ),
        migrations.CreateModel(
            name='SignatureSetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('set_aside_at', models.DateTimeField()),
                ('set_aside_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='set_aside', to='reviews.signature')),
            ],
        ),
        migrations.CreateModel(
            name='PastFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('objection', 'an objection was never ended'), ('signatures', 'fewer signatures than the round was opened under'), ('interest', 'a signer had an interest without a waiver'), ('recusal', 'a signer had stepped back from the article before')], max_length=20)),
                ('words', models.TextField(help_text='What was found.')),
                ('found_at', models.DateTimeField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='past_findings', to='articles.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('kind'), name='found_once')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
