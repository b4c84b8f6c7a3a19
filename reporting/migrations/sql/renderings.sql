-- The figures of a report are collected once. What it is about never changes, and a final report changes not at all.
CREATE FUNCTION reporting_report_is_fixed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    about text[] := ARRAY['reference', 'kind', 'year', 'cut_off_on', 'as_of', 'requested_by_id', 'requested_at'];
    collected text[] := ARRAY['figures', 'figures_sha256', 'ledger_head'];
    was jsonb := to_jsonb(OLD);
    now jsonb := to_jsonb(NEW);
BEGIN
    IF OLD.stage = 'final' THEN
        RAISE EXCEPTION 'report % is final and can not be changed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_report_is_final';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF EXISTS (SELECT FROM unnest(about) AS name WHERE was -> name IS DISTINCT FROM now -> name) THEN
        RAISE EXCEPTION 'what report % is about can not be changed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_report_is_about';
    END IF;
    IF OLD.figures IS NOT NULL
       AND EXISTS (SELECT FROM unnest(collected) AS name WHERE was -> name IS DISTINCT FROM now -> name) THEN
        RAISE EXCEPTION 'the figures of report % were collected and can not be changed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_figures_are_fixed';
    END IF;
    IF NEW.stage = 'final' AND NOT EXISTS (
        SELECT FROM reporting_rendering WHERE report_id = NEW.id AND purpose = 'final' AND state = 'ready'
    ) THEN
        RAISE EXCEPTION 'report % has no final PDF', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_final_has_rendering';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reporting_report_is_fixed BEFORE UPDATE OR DELETE ON reporting_report
    FOR EACH ROW EXECUTE FUNCTION reporting_report_is_fixed();

-- A PDF that is ready stays as it is; to a final report nothing is added, and nothing moves to another report.
CREATE FUNCTION reporting_rendering_is_fixed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked text[] := ARRAY['report_id', 'purpose', 'requested_by_id', 'requested_at'];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF OLD.state = 'ready' THEN
            RAISE EXCEPTION 'rendering % is ready and can not be changed', OLD.id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_rendering_is_ready';
        END IF;
        IF TG_OP = 'UPDATE' AND EXISTS (
            SELECT FROM unnest(asked) AS name WHERE to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name
        ) THEN
            RAISE EXCEPTION 'what was asked with rendering % can not be changed', OLD.id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_rendering_is_asked';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM reporting_report
        WHERE stage = 'final' AND id = CASE TG_OP WHEN 'DELETE' THEN OLD.report_id ELSE NEW.report_id END
    ) THEN
        RAISE EXCEPTION '% of a rendering is refused: the report is final', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reporting_report_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER reporting_rendering_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON reporting_rendering
    FOR EACH ROW EXECUTE FUNCTION reporting_rendering_is_fixed();
