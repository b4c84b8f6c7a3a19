-- Questions of the council and answers of the college stay as they were; an addition is a second answer.
CREATE TRIGGER reporting_question_only_grows BEFORE UPDATE OR DELETE ON reporting_question
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER reporting_question_no_truncate BEFORE TRUNCATE ON reporting_question
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER reporting_answer_only_grows BEFORE UPDATE OR DELETE ON reporting_answer
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER reporting_answer_no_truncate BEFORE TRUNCATE ON reporting_answer
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- References of questions: a sequence for each year, as for every series.
DO $$
BEGIN
    FOR year IN 2025..2040 LOOP
        EXECUTE format('CREATE SEQUENCE core_reference_question_%s', year);
    END LOOP;
END $$;
