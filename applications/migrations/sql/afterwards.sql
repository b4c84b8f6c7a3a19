-- What was said stays said.
CREATE TRIGGER applications_message_only_grows BEFORE UPDATE OR DELETE ON applications_message
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_messagereading_only_grows BEFORE UPDATE OR DELETE ON applications_messagereading
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_withdrawal_only_grows BEFORE UPDATE OR DELETE ON applications_withdrawal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- What is with the college can't be withdrawn any more, and what was withdrawn never comes back.
CREATE FUNCTION applications_withdrawal_is_possible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state = 'withdrawn' AND OLD.state NOT IN ('submitted', 'supplement', 'in_assessment', 'advised'))
       OR OLD.state = 'withdrawn' THEN
        RAISE EXCEPTION 'proposal % can not go from % to %', OLD.reference, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_withdrawal_is_possible';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_withdrawal_is_possible BEFORE UPDATE OF state ON applications_proposal
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION applications_withdrawal_is_possible();

-- A change is told of a grant. What the partner told stays as it was, and it is answered once.
CREATE FUNCTION applications_change_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answering text[] := ARRAY['state', 'answer', 'answered_by_id', 'answered_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM applications_proposal WHERE id = NEW.proposal_id AND state = 'granted') THEN
            RAISE EXCEPTION 'a change is told of a proposal that was granted'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_change_of_a_grant';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'open'
       OR to_jsonb(OLD) - answering IS DISTINCT FROM to_jsonb(NEW) - answering THEN
        RAISE EXCEPTION '% of change notice % is refused: it was told, or answered', TG_OP, OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_change_is_told';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_change_is_told BEFORE INSERT OR UPDATE OR DELETE ON applications_changenotice
    FOR EACH ROW EXECUTE FUNCTION applications_change_is_told();
