DO $$
BEGIN
    FOR year IN 2025..2040 LOOP
        EXECUTE format('DROP SEQUENCE core_reference_question_%s', year);
    END LOOP;
END $$;

DROP TRIGGER reporting_answer_no_truncate ON reporting_answer;
DROP TRIGGER reporting_answer_only_grows ON reporting_answer;
DROP TRIGGER reporting_question_no_truncate ON reporting_question;
DROP TRIGGER reporting_question_only_grows ON reporting_question;
