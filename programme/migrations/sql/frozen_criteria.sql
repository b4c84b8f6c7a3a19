-- From the first score of a call on, the version of the criteria that it uses can't change.
-- A criterion or level can't leave a version in use, and can't be moved into one either. The version's row is locked
-- before it is looked at, so that a change and the freezing wait for each other and the hash covers what is there.
CREATE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'programme_criteriaversion' THEN
        frozen := OLD.frozen_at IS NOT NULL;
    ELSE
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.version_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.version_id; END IF;
        PERFORM FROM programme_criteriaversion WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
        frozen := EXISTS (SELECT FROM programme_criteriaversion WHERE id = ANY (touched) AND frozen_at IS NOT NULL);
    END IF;
    IF frozen THEN
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
