DROP TRIGGER budget_total_agrees ON budget_councildecision;
DROP TRIGGER budget_total_agrees ON budget_reserve;
DROP FUNCTION budget_total_agrees();
DROP TRIGGER budget_council_is_booked ON budget_ledgerentry;
DROP TRIGGER budget_council_is_booked ON budget_councildecision;
DROP FUNCTION budget_council_is_booked();
DROP TRIGGER budget_councildecisionamount_is_final ON budget_councildecisionamount;
DROP TRIGGER budget_councildecision_is_final ON budget_councildecision;
DROP FUNCTION budget_council_is_final();
DROP TRIGGER budget_list_is_booked ON budget_ledgerentry;
DROP TRIGGER budget_grant_holds ON budget_ledgerentry;
DROP FUNCTION budget_grant_holds();
DROP FUNCTION budget_effect(text);
CREATE FUNCTION budget_effect(kind text, OUT budgeted int, OUT granted int, OUT spent int)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    budgeted := 0; granted := 0; spent := 0;
    CASE kind
        WHEN 'council_budget', 'amendment' THEN budgeted := 1;
        WHEN 'grant' THEN granted := 1;
        WHEN 'release' THEN granted := -1;
        WHEN 'expense' THEN granted := -1; spent := 1;
        WHEN 'advance' THEN NULL;
    END CASE;
END $$;
CREATE OR REPLACE FUNCTION budget_list_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list_id bigint;
BEGIN
    IF TG_TABLE_NAME = 'budget_decisionlist' THEN
        list_id := NEW.id;
    ELSE
        SELECT decision_list_id INTO list_id FROM budget_decision WHERE id = NEW.decision_id;
    END IF;
    IF NOT EXISTS (SELECT FROM budget_decisionlist WHERE id = list_id AND state = 'approved') THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM budget_decision WHERE decision_list_id = list_id AND decided_on IS NULL) THEN
        RAISE EXCEPTION 'list % is approved and a decision on it is not final', list_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_list_is_booked';
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT d.id AS decision_id, a.budget_line_id, a.amount FROM budget_decision d
                JOIN budget_decisionamount a ON a.decision_id = d.id
                WHERE d.decision_list_id = list_id AND d.ruling = 'grant'
            UNION ALL
            SELECT e.decision_id, e.budget_line_id, -e.amount FROM budget_ledgerentry e
                JOIN budget_decision d ON d.id = e.decision_id
                WHERE d.decision_list_id = list_id AND e.kind = 'grant'
        ) AS sides GROUP BY decision_id, budget_line_id HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the grants on list % differ from what the ledger holds', list_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_list_is_booked';
    END IF;
    RETURN NULL;
END $$;
