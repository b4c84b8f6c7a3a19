-- An advice that was given stays as it was. It can be taken back, once, with a reason; and once it was taken back it
-- gives way to another one. Nothing else of it changes, and nothing goes away.
CREATE FUNCTION assessment_advice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    after record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        after := NEW;
        IF OLD.taken_back_at IS NULL THEN
            after.taken_back_at := NULL;
            after.taken_back_by_id := NULL;
            after.taken_back_reason := '';
        ELSIF NEW.proposal_id IS NULL THEN
            after.proposal_id := OLD.proposal_id;
        END IF;
        IF after IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '% on assessment_advice is refused: the advice on % was given', TG_OP, OLD.about_id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_advice_is_fixed';
END $$;

CREATE TRIGGER assessment_advice_is_fixed BEFORE UPDATE OR DELETE ON assessment_advice
    FOR EACH ROW EXECUTE FUNCTION assessment_advice_is_fixed();
CREATE TRIGGER assessment_advisedamount_only_grows BEFORE UPDATE OR DELETE ON assessment_advisedamount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_advicecondition_only_grows BEFORE UPDATE OR DELETE ON assessment_advicecondition
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_collegeproposal_only_grows BEFORE UPDATE OR DELETE ON assessment_collegeproposal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- What lies outside the scope of the programme is no matter for an advice by hand: the council set that scope.
CREATE FUNCTION assessment_advice_within_frame() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT passes_gate FROM assessment_consensus WHERE id = NEW.consensus_id) THEN
        RAISE EXCEPTION 'a % advice on %, which is outside the scope of the programme', NEW.outcome, NEW.about_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_advice_within_frame';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_advice_within_frame BEFORE INSERT ON assessment_advice
    FOR EACH ROW WHEN (NEW.outcome <> 'negative') EXECUTE FUNCTION assessment_advice_within_frame();
