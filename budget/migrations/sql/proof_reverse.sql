DROP TRIGGER budget_reserve_stays ON budget_reserve;
DROP TRIGGER budget_balance_stays ON budget_balance;
DROP TRIGGER budget_budgetline_only_grows ON budget_budgetline;
DO $$
DECLARE
    ours regprocedure;
BEGIN
    FOR ours IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(core|applications|assessment|programme|budget)_'
    LOOP
        EXECUTE format('ALTER FUNCTION %s RESET search_path', ours);
    END LOOP;
END $$;
DROP TRIGGER budget_grant_is_decided ON budget_ledgerentry;
DROP FUNCTION budget_grant_is_decided();
DROP TRIGGER budget_proofrun_no_truncate ON budget_proofrun;
DROP TRIGGER budget_proofrun_only_grows ON budget_proofrun;
