-- What the team agrees on belongs to a meeting, and stays as it was recorded.

-- Once the advice is given, there is nothing left to agree on.
CREATE FUNCTION assessment_consensus_before_advice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessment_advice WHERE proposal_id = NEW.proposal_id) THEN
        RAISE EXCEPTION '% on % is refused: the advice was given', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_consensus_before_advice';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_consensus_before_advice BEFORE INSERT ON assessment_consensus
    FOR EACH ROW EXECUTE FUNCTION assessment_consensus_before_advice();

-- The item of the agenda that names a consensus seals it: no score and nobody present is added after.
CREATE FUNCTION assessment_consensus_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessment_meetingitem WHERE consensus_id = NEW.consensus_id)
        OR EXISTS (SELECT FROM assessment_advice WHERE consensus_id = NEW.consensus_id) THEN
        RAISE EXCEPTION '% on % is refused: the consensus was recorded', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_consensus_is_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_consensus_is_fixed BEFORE INSERT ON assessment_consensusscore
    FOR EACH ROW EXECUTE FUNCTION assessment_consensus_is_fixed();
CREATE TRIGGER assessment_consensus_is_fixed BEFORE INSERT ON assessment_consensus_present
    FOR EACH ROW EXECUTE FUNCTION assessment_consensus_is_fixed();
CREATE TRIGGER assessment_consensus_present_only_grows BEFORE UPDATE OR DELETE ON assessment_consensus_present
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- Nobody agrees on a proposal in which he or she has an interest (Awb 2:4).
CREATE FUNCTION assessment_present_without_interest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint := (SELECT proposal_id FROM assessment_consensus WHERE id = NEW.consensus_id);
BEGIN
    IF EXISTS (SELECT FROM applications_shutfile WHERE proposal_id = about AND user_id = NEW.user_id)
        OR EXISTS (SELECT FROM applications_collaborator WHERE proposal_id = about AND user_id = NEW.user_id)
        OR EXISTS (
            SELECT FROM accounts_membership m JOIN applications_proposal p ON p.organisation_id = m.organisation_id
            WHERE p.id = about AND m.user_id = NEW.user_id) THEN
        RAISE EXCEPTION '% on % is refused: an interest in the proposal', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_present_without_interest';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_present_without_interest BEFORE INSERT ON assessment_consensus_present
    FOR EACH ROW EXECUTE FUNCTION assessment_present_without_interest();

-- A consensus always belongs to a meeting: at the end of the transaction an item names it.
CREATE FUNCTION assessment_consensus_in_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM assessment_meetingitem WHERE consensus_id = NEW.id) THEN
        RAISE EXCEPTION 'consensus % belongs to no meeting', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_consensus_in_meeting';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assessment_consensus_in_meeting AFTER INSERT ON assessment_consensus
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessment_consensus_in_meeting();

-- An item that was recorded or postponed stays so; nothing changes in a meeting that is over.
CREATE FUNCTION assessment_item_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        touched := touched || OLD.meeting_id;
        IF OLD.state <> 'waiting' THEN
            RAISE EXCEPTION '% on % is refused: the item is %', TG_OP, TG_TABLE_NAME, OLD.state
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_item_is_fixed';
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        touched := touched || NEW.meeting_id;
        IF NEW.consensus_id IS NOT NULL AND NEW.proposal_id <> (
            SELECT proposal_id FROM assessment_consensus WHERE id = NEW.consensus_id) THEN
            RAISE EXCEPTION 'the consensus is about another proposal'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_item_of_its_proposal';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM assessment_meeting WHERE id = ANY (touched) AND state IN ('closed', 'called_off')) THEN
        RAISE EXCEPTION '% on % is refused: the meeting is over', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_item_is_fixed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_item_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON assessment_meetingitem
    FOR EACH ROW EXECUTE FUNCTION assessment_item_is_fixed();

CREATE FUNCTION assessment_attendance_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN touched := touched || OLD.meeting_id; END IF;
    IF TG_OP <> 'DELETE' THEN touched := touched || NEW.meeting_id; END IF;
    IF EXISTS (SELECT FROM assessment_meeting WHERE id = ANY (touched) AND state IN ('closed', 'called_off')) THEN
        RAISE EXCEPTION '% on % is refused: the meeting is over', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_attendance_is_fixed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_attendance_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON assessment_attendance
    FOR EACH ROW EXECUTE FUNCTION assessment_attendance_is_fixed();

CREATE FUNCTION assessment_meeting_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('closed', 'called_off') THEN
        RAISE EXCEPTION '% on % is refused: the meeting is over', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_meeting_is_fixed';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state IN ('closed', 'called_off') AND EXISTS (
        SELECT FROM assessment_meetingitem WHERE meeting_id = NEW.id AND state = 'waiting') THEN
        RAISE EXCEPTION 'an item of the meeting is neither recorded nor postponed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_meeting_over_when_done';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_meeting_is_fixed BEFORE UPDATE OR DELETE ON assessment_meeting
    FOR EACH ROW EXECUTE FUNCTION assessment_meeting_is_fixed();

CREATE TRIGGER assessment_minutes_only_grows BEFORE UPDATE OR DELETE ON assessment_minutes
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
