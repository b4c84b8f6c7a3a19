-- What an indicator means, what was measured and which files were taken in: rows are only ever added.
CREATE TRIGGER programme_indicatordefinition_only_grows BEFORE UPDATE OR DELETE ON programme_indicatordefinition
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER programme_indicatordefinition_no_truncate BEFORE TRUNCATE ON programme_indicatordefinition
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER programme_indicatorvalue_only_grows BEFORE UPDATE OR DELETE ON programme_indicatorvalue
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER programme_indicatorvalue_no_truncate BEFORE TRUNCATE ON programme_indicatorvalue
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER programme_indicatorimport_only_grows BEFORE UPDATE OR DELETE ON programme_indicatorimport
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER programme_indicatorimport_no_truncate BEFORE TRUNCATE ON programme_indicatorimport
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- A correction is about the same indicator and period as the row before it, and came after it: what was known at a
-- moment is the last row of a period up to then.
CREATE FUNCTION programme_correction_of_same_period() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM programme_indicatorvalue v
        WHERE v.id = NEW.corrects_id AND v.id < NEW.id AND v.indicator_id = NEW.indicator_id
          AND v.frequency = NEW.frequency AND v.first_day = NEW.first_day AND v.entered_at <= NEW.entered_at
    ) THEN
        RAISE EXCEPTION 'a correction is about the period of an earlier row'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_correction_of_same_period';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER programme_correction_of_same_period BEFORE INSERT ON programme_indicatorvalue
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION programme_correction_of_same_period();
