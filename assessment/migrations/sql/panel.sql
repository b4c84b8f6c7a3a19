-- The talent panel: who is asked and who answers is 18 to 35 and has no interest, answers are given in time, and stay
-- as they were once the team has agreed. A day is a day in Amsterdam.

-- Somebody of the panel becomes 18 to 35 years old in the year of the moment, and the file is not shut for the person.
CREATE FUNCTION assessment_panel_may_speak(person bigint, proposal bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM assessment_panelmember
        WHERE person_id = person
        AND extract(year FROM moment AT TIME ZONE 'Europe/Amsterdam') - birth_year BETWEEN 18 AND 35
    ) THEN
        RAISE EXCEPTION 'person % is not in the talent panel, or not 18 to 35 years old', person
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_of_age';
    END IF;
    IF EXISTS (SELECT FROM applications_shutfile WHERE proposal_id = proposal AND user_id = person) THEN
        RAISE EXCEPTION 'proposal % is shut for person %', proposal, person
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_without_interest';
    END IF;
END $$;

CREATE FUNCTION assessment_panel_invites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM assessment_panel_may_speak(NEW.member_id, proposal_id, NEW.asked_at)
        FROM assessment_panelquestion WHERE id = NEW.question_id;
    RETURN NEW;
END $$;

-- Of a question only the last day moves, and only to a later day: nobody loses time that was promised.
CREATE FUNCTION assessment_panel_question_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.last_on < OLD.last_on OR NEW.proposal_id <> OLD.proposal_id THEN
        RAISE EXCEPTION '% on % is refused: the panel was asked', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_question_stands';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION assessment_panel_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    moment timestamptz;
    invited bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% on % is refused: an answer is changed, never removed', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_is_fixed';
    END IF;
    IF TG_TABLE_NAME = 'assessment_panelanswer' THEN
        moment := NEW.changed_at;
        invited := NEW.invitation_id;
    ELSE
        moment := NEW.marked_at;
        SELECT invitation_id INTO invited FROM assessment_panelanswer WHERE id = NEW.answer_id;
    END IF;
    SELECT question.proposal_id, question.last_on, invitation.member_id INTO asked
        FROM assessment_panelinvitation invitation
        JOIN assessment_panelquestion question ON question.id = invitation.question_id
        WHERE invitation.id = invited;
    IF (moment AT TIME ZONE 'Europe/Amsterdam')::date > asked.last_on
        OR EXISTS (SELECT FROM assessment_consensus WHERE proposal_id = asked.proposal_id)
    THEN
        RAISE EXCEPTION '% on % is refused: the panel has spoken', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_is_fixed';
    END IF;
    PERFORM assessment_panel_may_speak(asked.member_id, asked.proposal_id, moment);
    IF NOT EXISTS (
        SELECT FROM assessment_interestdeclaration
        WHERE proposal_id = asked.proposal_id AND person_id = asked.member_id AND NOT has_interest
    ) THEN
        RAISE EXCEPTION 'person % has not declared about interests in proposal %', asked.member_id, asked.proposal_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_without_interest';
    END IF;
    RETURN NEW;
END $$;

-- A mark is for a criterion that concerns talent, of the version that the proposal's call goes by.
CREATE FUNCTION assessment_panel_mark_concerns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM assessment_panelanswer answer
        JOIN assessment_panelinvitation invitation ON invitation.id = answer.invitation_id
        JOIN assessment_panelquestion question ON question.id = invitation.question_id
        JOIN applications_proposal proposal ON proposal.id = question.proposal_id
        JOIN applications_call call ON call.id = proposal.call_id
        JOIN programme_criterion criterion ON criterion.version_id = call.criteria_version_id
        WHERE answer.id = NEW.answer_id AND criterion.id = NEW.criterion_id AND criterion.concerns_talent
    ) THEN
        RAISE EXCEPTION 'criterion % is not one for the talent panel', NEW.criterion_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_panel_mark_concerns';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_panel_question_stands BEFORE UPDATE OR DELETE ON assessment_panelquestion
    FOR EACH ROW EXECUTE FUNCTION assessment_panel_question_stands();
CREATE TRIGGER assessment_panel_invites BEFORE INSERT ON assessment_panelinvitation
    FOR EACH ROW EXECUTE FUNCTION assessment_panel_invites();
CREATE TRIGGER assessment_panelinvitation_only_grows BEFORE UPDATE OR DELETE ON assessment_panelinvitation
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_panel_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON assessment_panelanswer
    FOR EACH ROW EXECUTE FUNCTION assessment_panel_is_fixed();
CREATE TRIGGER assessment_panel_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON assessment_panelmark
    FOR EACH ROW EXECUTE FUNCTION assessment_panel_is_fixed();
CREATE TRIGGER assessment_panel_mark_concerns BEFORE INSERT OR UPDATE ON assessment_panelmark
    FOR EACH ROW EXECUTE FUNCTION assessment_panel_mark_concerns();
