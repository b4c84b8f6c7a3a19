-- What a version of the criteria says can't change once it is adopted: its rule, its criteria, its scale, its anchors.
-- Only being frozen, at the first score of a call, is still to come; after that nothing is.
-- A part can't leave such a version, and can't be moved into one either. The version's row is locked before it is
-- looked at, so that a change and the adoption (or the freezing) wait for each other and the hash covers what is there.
CREATE OR REPLACE FUNCTION programme_criteria_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    frozen boolean;
    adopted boolean;
    not_content constant text[] := ARRAY['frozen_at', 'content_sha256'];
BEGIN
    IF TG_TABLE_NAME = 'programme_criteriaversion' THEN
        frozen := OLD.frozen_at IS NOT NULL;
        adopted := OLD.state = 'adopted';
        IF TG_OP = 'UPDATE' AND adopted AND NOT frozen THEN
            adopted := NOT (
                to_jsonb(NEW) - not_content = to_jsonb(OLD) - not_content
                AND NEW.frozen_at IS NOT NULL
                AND (OLD.content_sha256 = '' OR OLD.content_sha256 = NEW.content_sha256)
            );
        END IF;
    ELSE
        IF TG_TABLE_NAME = 'programme_criterionanchor' THEN
            IF TG_OP <> 'INSERT' THEN
                touched := touched || (SELECT version_id FROM programme_criterion WHERE id = OLD.criterion_id);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                touched := touched || (SELECT version_id FROM programme_criterion WHERE id = NEW.criterion_id);
            END IF;
        ELSE
            IF TG_OP <> 'INSERT' THEN touched := touched || OLD.version_id; END IF;
            IF TG_OP <> 'DELETE' THEN touched := touched || NEW.version_id; END IF;
        END IF;
        PERFORM FROM programme_criteriaversion WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
        frozen := EXISTS (SELECT FROM programme_criteriaversion WHERE id = ANY (touched) AND frozen_at IS NOT NULL);
        adopted := EXISTS (SELECT FROM programme_criteriaversion WHERE id = ANY (touched) AND state = 'adopted');
    END IF;
    IF frozen THEN
        RAISE EXCEPTION '% on % is refused: this version of the criteria is in use', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'programme_criteria_are_frozen';
    ELSIF adopted THEN
        RAISE EXCEPTION '% on % is refused: this version of the criteria is adopted', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'programme_criteria_are_adopted';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER programme_criteria_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON programme_criterionanchor
    FOR EACH ROW EXECUTE FUNCTION programme_criteria_are_frozen();

-- An anchor stands at a level that the scale of its version has.
CREATE FUNCTION programme_anchor_on_the_scale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM programme_criterion c JOIN programme_scalelevel l ON l.version_id = c.version_id
        WHERE c.id = NEW.criterion_id AND l.points = NEW.points
    ) THEN
        RAISE EXCEPTION 'the scale has no level of % points', NEW.points
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_anchor_on_the_scale';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER programme_anchor_on_the_scale BEFORE INSERT OR UPDATE ON programme_criterionanchor
    FOR EACH ROW EXECUTE FUNCTION programme_anchor_on_the_scale();

-- The number of the next version. A draft that is removed leaves a gap, so no number ever means two things.
CREATE SEQUENCE programme_criteria_number AS smallint;
SELECT setval('programme_criteria_number', GREATEST((SELECT max(number) FROM programme_criteriaversion), 1));
