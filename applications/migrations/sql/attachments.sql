-- An attachment is what it was when it came in. The scanner's verdict may follow; a draft, or the supplement that is
-- being made, may lose a file; what was submitted stays, also when it is refused.
CREATE FUNCTION applications_attachment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verdict text[] := ARRAY['state', 'checked_at', 'malware', 'removed_at'];
    proposal record;
    may_change boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - verdict IS DISTINCT FROM to_jsonb(NEW) - verdict THEN
        RAISE EXCEPTION 'attachment % can not become another file', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_attachment_stays';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.state = 'refused' AND NEW.state <> 'refused'
                             OR OLD.state = 'clean' AND NEW.state = 'uploaded'
                             OR OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at) THEN
        RAISE EXCEPTION 'attachment % can not go back from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_attachment_stays';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.removed_at IS NOT DISTINCT FROM OLD.removed_at THEN
        RETURN NEW;
    END IF;

    -- What is left adds a file or takes one away.
    SELECT state, submitted_at INTO proposal FROM applications_proposal
     WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.proposal_id ELSE OLD.proposal_id END;
    may_change := proposal.submitted_at IS NULL OR proposal.state = 'supplement' AND (
        TG_OP = 'INSERT' OR OLD.uploaded_at >= (
            SELECT max(at) FROM applications_statechange
             WHERE proposal_id = OLD.proposal_id AND to_state = 'supplement'));
    IF may_change IS NOT TRUE THEN
        RAISE EXCEPTION '% of an attachment is refused: the proposal was submitted', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_attachment_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_attachment_stays BEFORE INSERT OR UPDATE OR DELETE ON applications_attachment
    FOR EACH ROW EXECUTE FUNCTION applications_attachment_stays();
