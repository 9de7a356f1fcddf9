"""Migration operations for triggers with which PostgreSQL enforces the rules.

Editorial's migrations create the functions; the migrations of each app attach them to its own tables. Every refusal
has an SQLSTATE of class 23, which Django raises as an IntegrityError.
"""

from collections.abc import Iterable

from django.db.migrations import RunSQL

FUNCTIONS = """
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
"""

DROP_FUNCTIONS = "".join(
    f"DROP FUNCTION imprimatur_{name};"
    for name in ("refuse", "hold_columns", "write_once", "hold_states", "known_specialties", "seal", "sealed")
)


def _trigger(*, table: str, name: str, when: str, function: str, arguments: Iterable[str] = ()) -> RunSQL:
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    each = "STATEMENT" if "TRUNCATE" in when else "ROW"
    timing, _, condition = when.partition(" IF ")
    guard = f" WHEN ({condition})" if condition else ""
    return RunSQL(
        f"CREATE TRIGGER {name} {timing} ON {table} FOR EACH {each}{guard} EXECUTE FUNCTION {function}({quoted})",
        f"DROP TRIGGER {name} ON {table}",
    )


def refused_by(error: Exception) -> str:
    """Return the constraint name with which a trigger refused, or an empty string if it gave none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.constraint_name) or ""


def create_functions() -> RunSQL:
    """Create the trigger functions that all apps share."""
    return RunSQL(FUNCTIONS, DROP_FUNCTIONS)


def append_only(table: str) -> list[RunSQL]:
    """Refuse UPDATE, DELETE and TRUNCATE on ``table``."""
    refuse = "imprimatur_refuse"
    return [
        _trigger(table=table, name="append_only", when="BEFORE UPDATE OR DELETE", function=refuse),
        never_truncated(table),
    ]


def never_truncated(table: str) -> RunSQL:
    """Refuse TRUNCATE on ``table``; it fires no row trigger, so it needs its own."""
    return _trigger(table=table, name="never_truncated", when="BEFORE TRUNCATE", function="imprimatur_refuse")


def never_deleted(table: str, *, condition: str = "") -> list[RunSQL]:
    """Refuse DELETE on ``table`` (of rows that meet ``condition`` on OLD, if given) and TRUNCATE."""
    when = "BEFORE DELETE" + (f" IF {condition}" if condition else "")
    return [
        _trigger(table=table, name="never_deleted", when=when, function="imprimatur_refuse"),
        never_truncated(table),
    ]


def sealed_history(table: str) -> list[RunSQL]:
    """Make history rows append-only, and store in each a hash over itself and the row before it."""
    seal = _trigger(table=table, name="seal", when="BEFORE INSERT", function="imprimatur_seal")
    return [seal, *append_only(table)]


def hold_columns(table: str, *, mutable: Iterable[str], condition: str = "") -> RunSQL:
    """Let an UPDATE change only the ``mutable`` columns of ``table`` (while ``condition`` on OLD holds)."""
    when = "BEFORE UPDATE" + (f" IF {condition}" if condition else "")
    return _trigger(table=table, name="hold_columns", when=when, function="imprimatur_hold_columns", arguments=mutable)


def write_once(table: str, *, columns: Iterable[str]) -> RunSQL:
    """Refuse to change these columns once they are not NULL."""
    return _trigger(
        table=table, name="write_once", when="BEFORE UPDATE", function="imprimatur_write_once", arguments=columns
    )


def hold_states(table: str, *, initial: str, pairs: Iterable[tuple[str, str]]) -> RunSQL:
    """Require that ``state`` starts as ``initial`` and changes only along ``pairs`` of (from, to)."""
    arguments = [initial, *sorted(f"{before}>{after}" for before, after in pairs)]
    return _trigger(
        table=table,
        name="hold_states",
        when="BEFORE INSERT OR UPDATE",
        function="imprimatur_hold_states",
        arguments=arguments,
    )


def known_specialties(table: str, *, column: str) -> RunSQL:
    """Require that each code in the array ``column`` is a row of ``editorial_specialty``."""
    return _trigger(
        table=table,
        name="known_specialties",
        when=f"BEFORE INSERT OR UPDATE OF {column}",
        function="imprimatur_known_specialties",
        arguments=[column],
    )
