-- An assessment that was handed in stays as it was, also when the team later agrees on other points.
CREATE FUNCTION assessment_handed_in_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    handed_in boolean;
BEGIN
    IF TG_TABLE_NAME = 'assessment_assessment' THEN
        handed_in := OLD.handed_in_at IS NOT NULL;
    ELSE
        -- A score can't be moved from one assessment to another either.
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.assessment_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.assessment_id; END IF;
        handed_in := EXISTS (
            SELECT FROM assessment_assessment WHERE id = ANY (touched) AND handed_in_at IS NOT NULL);
    END IF;
    IF handed_in THEN
        RAISE EXCEPTION '% on % is refused: the assessment was handed in', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_handed_in_is_fixed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER assessment_handed_in_is_fixed BEFORE UPDATE OR DELETE ON assessment_assessment
    FOR EACH ROW EXECUTE FUNCTION assessment_handed_in_is_fixed();
CREATE TRIGGER assessment_handed_in_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON assessment_score
    FOR EACH ROW EXECUTE FUNCTION assessment_handed_in_is_fixed();

CREATE TRIGGER assessment_interestdeclaration_only_grows BEFORE UPDATE OR DELETE ON assessment_interestdeclaration
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_consensus_only_grows BEFORE UPDATE OR DELETE ON assessment_consensus
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_consensusscore_only_grows BEFORE UPDATE OR DELETE ON assessment_consensusscore
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_advice_only_grows BEFORE UPDATE OR DELETE ON assessment_advice
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_advisedamount_only_grows BEFORE UPDATE OR DELETE ON assessment_advisedamount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
