-- As it was: only what left a version in use was refused.
CREATE OR REPLACE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
