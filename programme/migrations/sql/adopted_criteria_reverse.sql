DROP SEQUENCE programme_criteria_number;
DROP TRIGGER programme_anchor_on_the_scale ON programme_criterionanchor;
DROP FUNCTION programme_anchor_on_the_scale();
DROP TRIGGER programme_criteria_are_frozen ON programme_criterionanchor;
-- As it was before versions were adopted.
CREATE OR REPLACE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
