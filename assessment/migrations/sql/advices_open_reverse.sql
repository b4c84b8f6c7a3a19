CREATE TRIGGER assessment_advice_only_grows BEFORE UPDATE OR DELETE ON assessment_advice
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_advisedamount_only_grows BEFORE UPDATE OR DELETE ON assessment_advisedamount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
