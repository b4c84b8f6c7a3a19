-- Destroying what is due: one door through the triggers that refuse change, for the owner of the tables alone, and only
-- under an order that two people signed. What goes through it is checked value by value.

-- Whether this transaction carries out an order. Replaced where orders live (reporting): until then nobody does.
CREATE FUNCTION core_purging() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$ SELECT false $$;

-- What an order may do to a row: take the fixed word for a text, nothing for a list, the fixed person for a person.
-- Arguments: columns that are wiped; `column:person`; `column:free` for what takes a value of its own; DELETE; DRAFT
-- for rows that go with a proposal that was never sent.
CREATE FUNCTION core_purge_is_exact() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    fixed constant text[] := ARRAY['"[gewist]"', '""', '{}', '[]', 'null'];
    now jsonb;
    name text;
    whose bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF 'DELETE' = ANY (TG_ARGV) THEN RETURN OLD; END IF;
        IF 'DRAFT' = ANY (TG_ARGV) THEN
            whose := CASE
                WHEN TG_TABLE_NAME = 'applications_proposal' THEN (was ->> 'id')::bigint
                WHEN was ? 'item_id' THEN
                    (SELECT proposal_id FROM applications_budgetitem WHERE id = (was ->> 'item_id')::bigint)
                ELSE (was ->> 'proposal_id')::bigint END;
            IF EXISTS (SELECT FROM applications_proposal WHERE id = whose AND submitted_at IS NULL) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'no order destroys rows of %', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'core_purge_is_exact';
    END IF;
    now := to_jsonb(NEW);
    FOR name IN SELECT key FROM jsonb_each(now) WHERE was -> key IS DISTINCT FROM value LOOP
        CONTINUE WHEN name || ':free' = ANY (TG_ARGV);
        CONTINUE WHEN name = ANY (TG_ARGV) AND (now -> name)::text = ANY (fixed);
        CONTINUE WHEN name || ':person' = ANY (TG_ARGV) AND (now ->> name)::bigint = (
            SELECT id FROM accounts_user WHERE email = 'gewist@geen-adres.invalid');
        RAISE EXCEPTION 'no order makes that of % in %', name, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'core_purge_is_exact';
    END LOOP;
    RETURN NEW;
END $$;

-- Let an order through the triggers of a table that refuse change, and hold it to what it may do.
CREATE FUNCTION core_let_purge(which regclass, VARIADIC allowed text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    refusing record;
    made text;
BEGIN
    FOR refusing IN
        SELECT tgname, pg_get_triggerdef(oid) AS made FROM pg_trigger
        WHERE tgrelid = which AND NOT tgisinternal AND tgtype::int & 1 = 1 AND tgtype::int & 24 > 0
          AND (tgtype::int & 2 = 2 OR tgname = 'applications_keep_an_owner')
    LOOP
        made := CASE
            WHEN refusing.made LIKE '% WHEN (%' THEN regexp_replace(
                refusing.made, ' WHEN \((.*)\) EXECUTE FUNCTION ', ' WHEN (NOT core_purging() AND (\1)) EXECUTE FUNCTION ')
            ELSE replace(refusing.made, ' EXECUTE FUNCTION ', ' WHEN (NOT core_purging()) EXECUTE FUNCTION ') END;
        EXECUTE format('DROP TRIGGER %I ON %s', refusing.tgname, which);
        EXECUTE made;
    END LOOP;
    EXECUTE format(
        'CREATE TRIGGER core_purge_is_exact BEFORE UPDATE OR DELETE ON %s FOR EACH ROW WHEN (core_purging())
         EXECUTE FUNCTION core_purge_is_exact(%s)',
        which, (SELECT string_agg(quote_literal(one), ', ') FROM unnest(allowed) AS one));
END $$;

-- The way back.
CREATE FUNCTION core_let_nobody_purge(which regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    open record;
BEGIN
    EXECUTE format('DROP TRIGGER core_purge_is_exact ON %s', which);
    FOR open IN
        SELECT tgname, pg_get_triggerdef(oid) AS made FROM pg_trigger
        WHERE tgrelid = which AND NOT tgisinternal AND pg_get_triggerdef(oid) LIKE '%core_purging()%'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', open.tgname, which);
        EXECUTE regexp_replace(
            replace(open.made, ' WHEN ((NOT core_purging())) ', ' '),
            ' WHEN \(\(\(NOT core_purging\(\)\) AND (.*)\)\) EXECUTE FUNCTION ', ' WHEN (\1) EXECUTE FUNCTION ');
    END LOOP;
END $$;

SELECT core_let_purge('core_auditentry', 'actor_id', 'object_label', 'changes', 'origin');
SELECT core_let_purge('core_document', 'title', 'file_name', 'facts', 'purged_at:free', 'purge_order:free');
