-- What was proven stays as it was.
CREATE TRIGGER budget_proofrun_only_grows BEFORE UPDATE OR DELETE ON budget_proofrun
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_proofrun_no_truncate BEFORE TRUNCATE ON budget_proofrun
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- At commit a grant in the ledger rests on a decision that the college took: its list is approved.
CREATE FUNCTION budget_grant_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM budget_decision d JOIN budget_decisionlist l ON l.id = d.decision_list_id
            WHERE d.id = NEW.decision_id AND l.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'the college did not approve decision %', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_grant_is_decided';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_grant_is_decided AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('grant', 'conditional_grant'))
    EXECUTE FUNCTION budget_grant_is_decided();

-- A function looks for its tables in our schema and nowhere before it: a temporary table with the name of ours would
-- otherwise be read in its place.
DO $$
DECLARE
    ours regprocedure;
BEGIN
    FOR ours IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(core|applications|assessment|programme|budget)_'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', ours);
    END LOOP;
END $$;

-- A line is one programme line in one year for good, its balance stays with it, and what the council formed the reserve
-- with is history.
CREATE TRIGGER budget_budgetline_only_grows BEFORE UPDATE OR DELETE ON budget_budgetline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_balance_stays BEFORE DELETE OR UPDATE OF budget_line_id ON budget_balance
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_reserve_stays BEFORE DELETE OR UPDATE OF original, assigned_earlier ON budget_reserve
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
