-- Orders to destroy. Who may pass the triggers that refuse change: the owner of the tables, in a transaction that names
-- an order with two signatures which was not carried out yet. Nobody else, whatever they set.
CREATE OR REPLACE FUNCTION core_purging() RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    number text := current_setting('talentfund.purge_order', true);
    owner name;
BEGIN
    IF coalesce(number, '') !~ '^[0-9]{1,18}$' THEN RETURN false; END IF;
    SELECT pg_get_userbyid(relowner) INTO owner FROM pg_class WHERE oid = 'public.reporting_purgeorder'::regclass;
    RETURN current_user = owner AND session_user = owner AND EXISTS (
        SELECT FROM reporting_purgeorder WHERE id = number::bigint AND state = 'signed' AND signed_by_id <> prepared_by_id
    );
END $$;

-- What an order is about, line by line as domain/purge_orders.py writes it.
CREATE FUNCTION reporting_purge_sha256(asked bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws(
        ' ', proposal_number, coalesce(nullif(reference, ''), '-'), outcome, to_char(ended_on, 'YYYY-MM-DD'),
        to_char(destroy_from, 'YYYY-MM-DD')), E'\n' ORDER BY proposal_number), ''), 'UTF8')), 'hex')
    FROM reporting_purgefile WHERE order_id = asked
$$;

CREATE FUNCTION reporting_purgeorder_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'prepared' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'an order to destroy begins without signatures'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_purgeorder_moves';
    END IF;
    IF TG_OP = 'DELETE'
       OR (NEW.id, NEW.prepared_by_id, NEW.prepared_at, NEW.files_sha256)
          IS DISTINCT FROM (OLD.id, OLD.prepared_by_id, OLD.prepared_at, OLD.files_sha256)
       OR (OLD.signed_by_id IS NOT NULL
           AND (NEW.signed_by_id, NEW.signed_at) IS DISTINCT FROM (OLD.signed_by_id, OLD.signed_at))
       OR (OLD.state, NEW.state) NOT IN (
           ('prepared', 'signed'), ('prepared', 'withdrawn'), ('signed', 'withdrawn'), ('signed', 'done')) THEN
        RAISE EXCEPTION '% of order % to destroy is refused', TG_OP, OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_purgeorder_moves';
    END IF;
    IF NEW.state = 'signed' AND NEW.files_sha256 <> reporting_purge_sha256(NEW.id) THEN
        RAISE EXCEPTION 'the files of order % are not those that were prepared', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_purge_files_as_prepared';
    END IF;
    IF NEW.state = 'withdrawn' AND EXISTS (
        SELECT FROM reporting_purgefile WHERE order_id = NEW.id AND purged_at IS NOT NULL AND bytes_removed_at IS NULL
    ) OR NEW.state = 'done' AND EXISTS (
        SELECT FROM reporting_purgefile WHERE order_id = NEW.id AND bytes_removed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'order % is being carried out', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_purge_is_whole';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reporting_purgeorder_moves BEFORE INSERT OR UPDATE OR DELETE ON reporting_purgeorder
    FOR EACH ROW EXECUTE FUNCTION reporting_purgeorder_moves();

-- The list is fixed when it is signed. Afterwards only what was done to a file is written down, once, by who does it.
CREATE FUNCTION reporting_purgefile_is_fixed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done text[] := ARRAY['purged_at', 'paths', 'bytes_removed_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.purged_at IS NULL AND EXISTS (
            SELECT FROM reporting_purgeorder WHERE id = NEW.order_id AND state = 'prepared' FOR KEY SHARE) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF core_purging() AND to_jsonb(OLD) - done = to_jsonb(NEW) - done AND OLD.bytes_removed_at IS NULL
           AND (OLD.purged_at IS NULL OR (OLD.purged_at, OLD.paths) = (NEW.purged_at, NEW.paths)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% of a file on an order to destroy is refused', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_purgefile_is_fixed';
END $$;

CREATE TRIGGER reporting_purgefile_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON reporting_purgefile
    FOR EACH ROW EXECUTE FUNCTION reporting_purgefile_is_fixed();
