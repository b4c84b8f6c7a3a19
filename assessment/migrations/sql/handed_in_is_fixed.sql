-- An assessment that was handed in stays as it was, also when the team later agrees on other points.
CREATE FUNCTION assessment_handed_in_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    handed_in timestamptz;
BEGIN
    part := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
    IF TG_TABLE_NAME = 'assessment_assessment' THEN
        handed_in := part.handed_in_at;
    ELSE
        SELECT handed_in_at INTO handed_in FROM assessment_assessment WHERE id = part.assessment_id;
    END IF;
    IF handed_in IS NOT NULL THEN
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
