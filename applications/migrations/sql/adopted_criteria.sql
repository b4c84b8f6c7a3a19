-- A call takes a version of the criteria that is adopted: a draft can still change or go away.
CREATE FUNCTION applications_call_takes_adopted_criteria() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM programme_criteriaversion WHERE id = NEW.criteria_version_id AND state = 'adopted' FOR KEY SHARE
    ) THEN
        RAISE EXCEPTION 'version % of the criteria is not adopted', NEW.criteria_version_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_call_takes_adopted_criteria';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_call_takes_adopted_criteria BEFORE INSERT OR UPDATE OF criteria_version_id
    ON applications_call FOR EACH ROW EXECUTE FUNCTION applications_call_takes_adopted_criteria();
