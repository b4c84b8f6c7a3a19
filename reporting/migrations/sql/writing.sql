-- What two people sign: the figures, and the version of each text that counts. The same lines as content_sha256 in
-- reporting/domain/texts.py, worked out here by itself.
CREATE FUNCTION reporting_content_sha256(asked bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat_ws(
        E'\n', report.reference, report.kind, report.year, to_char(report.cut_off_on, 'YYYY-MM-DD'),
        report.figures_sha256, report.ledger_head,
        (
            SELECT string_agg(
                concat_ws(' ', section, number, encode(sha256(convert_to(text, 'UTF8')), 'hex')), E'\n'
                ORDER BY section COLLATE "C"
            )
            FROM (
                SELECT DISTINCT ON (section) section, number, text
                FROM reporting_reporttext WHERE report_id = report.id
                ORDER BY section, number DESC
            ) AS newest
        )
    ), 'UTF8')), 'hex')
    FROM reporting_report AS report WHERE report.id = asked
$$;

-- Whether both signed what the report says now. That they are two people is a unique constraint.
CREATE FUNCTION reporting_is_signed(asked bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(DISTINCT role) = 2 FROM reporting_reportsignature
    WHERE report_id = asked AND content_sha256 = reporting_content_sha256(asked)
$$;

-- Waits for whoever is at work on the report; refuses when it is final, or is being made so.
CREATE FUNCTION reporting_hold_open(asked bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stands text;
BEGIN
    SELECT stage INTO stands FROM reporting_report WHERE id = asked FOR NO KEY UPDATE;
    IF stands = 'final' OR EXISTS (
        SELECT FROM reporting_rendering
        WHERE report_id = asked AND purpose = 'final' AND state IN ('queued', 'rendering')
    ) THEN
        RAISE EXCEPTION 'report % is final, or is being made so', asked
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_report_is_open';
    END IF;
END $$;

CREATE FUNCTION reporting_text_is_next() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last integer;
BEGIN
    PERFORM reporting_hold_open(NEW.report_id);
    SELECT max(number) INTO last FROM reporting_reporttext
        WHERE report_id = NEW.report_id AND section = NEW.section;
    IF NEW.number <> coalesce(last, 0) + 1 THEN
        RAISE EXCEPTION 'version % of % does not follow on %', NEW.number, NEW.section, coalesce(last, 0)
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_text_is_next';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION reporting_signs_what_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM reporting_hold_open(NEW.report_id);
    IF NEW.content_sha256 <> reporting_content_sha256(NEW.report_id) THEN
        RAISE EXCEPTION 'report % says something else by now', NEW.report_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_signs_what_stands';
    END IF;
    RETURN NEW;
END $$;

-- Nothing becomes final without both signatures under what it says: not when it is asked for, tried again or stored.
CREATE FUNCTION reporting_final_is_signed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked bigint;
BEGIN
    asked := to_jsonb(NEW) ->> TG_ARGV[0];
    -- While it is queued or at work no text changes (reporting_hold_open), so only who queues it has to wait.
    IF to_jsonb(NEW) ->> 'state' = 'queued' THEN
        PERFORM FROM reporting_report WHERE id = asked FOR NO KEY UPDATE;
    END IF;
    IF NOT reporting_is_signed(asked)
       OR to_jsonb(NEW) ->> 'state' = 'ready' AND to_jsonb(NEW) ->> 'content_sha256' <> reporting_content_sha256(asked)
    THEN
        RAISE EXCEPTION 'report % is not signed by both as it stands', asked
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_final_is_signed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reporting_text_is_next BEFORE INSERT ON reporting_reporttext
    FOR EACH ROW EXECUTE FUNCTION reporting_text_is_next();
CREATE TRIGGER reporting_reporttext_only_grows BEFORE UPDATE OR DELETE ON reporting_reporttext
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER reporting_reporttext_no_truncate BEFORE TRUNCATE ON reporting_reporttext
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

CREATE TRIGGER reporting_signs_what_stands BEFORE INSERT ON reporting_reportsignature
    FOR EACH ROW EXECUTE FUNCTION reporting_signs_what_stands();
CREATE TRIGGER reporting_reportsignature_only_grows BEFORE UPDATE OR DELETE ON reporting_reportsignature
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER reporting_reportsignature_no_truncate BEFORE TRUNCATE ON reporting_reportsignature
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

CREATE TRIGGER reporting_final_is_signed BEFORE INSERT OR UPDATE OF state ON reporting_rendering
    FOR EACH ROW WHEN (NEW.purpose = 'final' AND NEW.state IN ('queued', 'rendering', 'ready'))
    EXECUTE FUNCTION reporting_final_is_signed('report_id');
CREATE TRIGGER reporting_final_is_signed BEFORE UPDATE OF stage ON reporting_report
    FOR EACH ROW WHEN (NEW.stage = 'final' AND OLD.stage <> 'final')
    EXECUTE FUNCTION reporting_final_is_signed('id');
