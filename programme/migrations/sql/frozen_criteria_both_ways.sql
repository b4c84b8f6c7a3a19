-- A criterion or level can't leave a version in use, and can't be moved into one either.
CREATE OR REPLACE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'programme_criteriaversion' THEN
        frozen := OLD.frozen_at IS NOT NULL;
    ELSIF TG_OP = 'INSERT' THEN
        frozen := EXISTS (SELECT FROM programme_criteriaversion WHERE id = NEW.version_id AND frozen_at IS NOT NULL);
    ELSIF TG_OP = 'DELETE' THEN
        frozen := EXISTS (SELECT FROM programme_criteriaversion WHERE id = OLD.version_id AND frozen_at IS NOT NULL);
    ELSE
        frozen := EXISTS (SELECT FROM programme_criteriaversion
                          WHERE id IN (OLD.version_id, NEW.version_id) AND frozen_at IS NOT NULL);
    END IF;
    IF frozen THEN
        RAISE EXCEPTION '% on % is refused: this version of the criteria is in use', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'programme_criteria_are_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
