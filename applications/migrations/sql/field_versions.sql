-- What a field said stays as it was, and nothing is added after submitting.
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT ON applications_fieldversion
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();

-- A version may go when the same person saved the field again within the same ten minutes, or when 200 newer ones are
-- there. So nobody's last words before somebody else's go away, and the table stays within bounds.
CREATE FUNCTION applications_fieldversion_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        EXISTS (
            SELECT FROM applications_fieldversion newer
            WHERE newer.proposal_id = OLD.proposal_id AND newer.field = OLD.field AND newer.number > OLD.number
              AND newer.by_id = OLD.by_id
              AND floor(extract(epoch FROM newer.at) / 600) = floor(extract(epoch FROM OLD.at) / 600)
        )
        OR (
            SELECT count(*) FROM applications_fieldversion newer
            WHERE newer.proposal_id = OLD.proposal_id AND newer.field = OLD.field AND newer.number > OLD.number
        ) >= 200
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% on applications_fieldversion is refused: version % of % is kept', TG_OP, OLD.number, OLD.field
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_fieldversion_is_kept';
END $$;

CREATE TRIGGER applications_fieldversion_is_kept BEFORE UPDATE OR DELETE ON applications_fieldversion
    FOR EACH ROW EXECUTE FUNCTION applications_fieldversion_is_kept();
