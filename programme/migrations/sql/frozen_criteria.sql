-- From the first score of a call on, the version of the criteria that it uses can't change.
CREATE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    frozen timestamptz;
BEGIN
    part := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
    IF TG_TABLE_NAME = 'programme_criteriaversion' THEN
        frozen := part.frozen_at;
    ELSE
        SELECT frozen_at INTO frozen FROM programme_criteriaversion WHERE id = part.version_id;
    END IF;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION '% on % is refused: this version of the criteria is in use', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'programme_criteria_are_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER programme_criteria_are_frozen BEFORE UPDATE OR DELETE ON programme_criteriaversion
    FOR EACH ROW EXECUTE FUNCTION programme_criteria_are_frozen();
CREATE TRIGGER programme_criteria_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON programme_criterion
    FOR EACH ROW EXECUTE FUNCTION programme_criteria_are_frozen();
CREATE TRIGGER programme_criteria_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON programme_scalelevel
    FOR EACH ROW EXECUTE FUNCTION programme_criteria_are_frozen();
