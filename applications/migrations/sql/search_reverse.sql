DROP INDEX applications_title_trigram;
DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['criterionanswer', 'promisedresult', 'budgetitem'] LOOP
        EXECUTE format('DROP TRIGGER applications_search_added ON applications_%s', part);
        EXECUTE format('DROP TRIGGER applications_search_gone ON applications_%s', part);
        EXECUTE format('DROP TRIGGER applications_search_changed ON applications_%s', part);
    END LOOP;
END $$;
DROP TRIGGER applications_search_of_organisation ON accounts_organisation;
DROP TRIGGER applications_search_of_proposal ON applications_proposal;
DROP FUNCTION applications_search_of_parts();
DROP FUNCTION applications_search_of_organisation();
DROP FUNCTION applications_search_of_proposal();
DROP FUNCTION applications_search_refresh(bigint[]);
DROP FUNCTION applications_search_text(bigint);
DROP TEXT SEARCH CONFIGURATION applications_dutch;
