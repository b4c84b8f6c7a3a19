-- The last owner of a proposal stays one, whoever leaves or changes role at the same moment: looked at just before the
-- commit, with the proposal locked, so that two who leave at once see each other.
CREATE FUNCTION applications_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM applications_proposal WHERE id = OLD.proposal_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT FROM applications_collaborator WHERE proposal_id = OLD.proposal_id AND role = 'owner' AND until IS NULL
    ) THEN
        RAISE EXCEPTION 'proposal % would have no owner', OLD.proposal_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_keep_an_owner';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER applications_keep_an_owner AFTER UPDATE OR DELETE ON applications_collaborator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner' AND OLD.until IS NULL)
    EXECUTE FUNCTION applications_keep_an_owner();

-- An invitation that was answered stays as it was, and none changes whom it is for.
CREATE FUNCTION applications_invitation_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answers text[] := ARRAY['accepted_at', 'accepted_by_id', 'withdrawn_at'];
BEGIN
    IF OLD.accepted_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(OLD) - answers IS DISTINCT FROM to_jsonb(NEW) - answers THEN
        RAISE EXCEPTION 'invitation % can not be changed', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_invitation_is_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_invitation_is_fixed BEFORE UPDATE ON applications_invitation
    FOR EACH ROW EXECUTE FUNCTION applications_invitation_is_fixed();
