-- More kinds of movement: carrying over, conditional grants, payments and recovery. And more signatures: the council's
-- decisions are confirmed by a second person before they make budget.

DROP FUNCTION budget_effect(text);
-- What an entry does: to the three columns of its line, and to what its grant holds. The same table stands in
-- budget/states.py (EFFECTS).
CREATE FUNCTION budget_effect(kind text,
    OUT budgeted int, OUT granted int, OUT spent int, OUT conditional int, OUT paid int)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    budgeted := 0; granted := 0; spent := 0; conditional := 0; paid := 0;
    CASE kind
        WHEN 'council_budget', 'amendment', 'carry_in' THEN budgeted := 1;
        WHEN 'carry_out' THEN budgeted := -1;
        WHEN 'grant' THEN granted := 1;
        WHEN 'conditional_grant' THEN granted := 1; conditional := 1;
        WHEN 'confirmation' THEN conditional := -1;
        WHEN 'lapse' THEN granted := -1; conditional := -1;
        WHEN 'release' THEN granted := -1;
        WHEN 'expense' THEN granted := -1; spent := 1;
        WHEN 'advance', 'final_payment' THEN paid := 1;
        WHEN 'recovery' THEN paid := -1;
    END CASE;
END $$;

-- At commit a grant gives no more than it holds, on any line: nothing is realised, released or paid of what is
-- conditional (Awb 4:34) or not there, and what was paid stays within what was granted.
CREATE FUNCTION budget_grant_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    SELECT coalesce(sum(effect.granted * entry.amount), 0) AS granted,
           coalesce(sum(effect.spent * entry.amount), 0) AS spent,
           coalesce(sum(effect.conditional * entry.amount), 0) AS conditional,
           coalesce(sum(effect.paid * entry.amount), 0) AS paid
        INTO held FROM budget_ledgerentry entry, budget_effect(entry.kind) effect
        WHERE entry.decision_id = NEW.decision_id AND entry.budget_line_id = NEW.budget_line_id;
    IF held.conditional < 0 OR held.granted < held.conditional OR held.spent < 0 OR held.paid < 0
       OR held.paid > held.granted - held.conditional + held.spent THEN
        RAISE EXCEPTION 'decision % does not bear this % on budget line %',
            NEW.decision_id, NEW.kind, NEW.budget_line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_grant_holds';
    END IF;
    RETURN NULL;
END $$;

-- A grant alone only adds to what is held: the busiest entry of all needs no look back.
CREATE CONSTRAINT TRIGGER budget_grant_holds AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.decision_id IS NOT NULL AND NEW.kind NOT IN ('grant', 'conditional_grant'))
    EXECUTE FUNCTION budget_grant_holds();

-- As it was, with conditional grants beside firm ones: each in its own kind of entry.
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
            SELECT d.id AS decision_id, a.budget_line_id, a.conditional, a.amount FROM budget_decision d
                JOIN budget_decisionamount a ON a.decision_id = d.id
                WHERE d.decision_list_id = list_id AND d.ruling = 'grant'
            UNION ALL
            SELECT e.decision_id, e.budget_line_id, e.kind = 'conditional_grant', -e.amount FROM budget_ledgerentry e
                JOIN budget_decision d ON d.id = e.decision_id
                WHERE d.decision_list_id = list_id AND e.kind IN ('grant', 'conditional_grant')
        ) AS sides GROUP BY decision_id, budget_line_id, conditional HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the grants on list % differ from what the ledger holds', list_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_list_is_booked';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_list_is_booked AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('grant', 'conditional_grant'))
    EXECUTE FUNCTION budget_list_is_booked();

-- A decision of the council changes until it is confirmed, and never after; nor do its amounts.
CREATE FUNCTION budget_council_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'budget_councildecision' THEN
        touched := ARRAY[OLD.id];
    ELSE
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.council_decision_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.council_decision_id; END IF;
    END IF;
    IF EXISTS (SELECT FROM budget_councildecision WHERE id = ANY (touched) AND state = 'confirmed') THEN
        RAISE EXCEPTION '% on % is refused: the decision of the council is confirmed', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_council_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER budget_councildecision_is_final BEFORE UPDATE OR DELETE ON budget_councildecision
    FOR EACH ROW EXECUTE FUNCTION budget_council_is_final();
CREATE TRIGGER budget_councildecisionamount_is_final BEFORE INSERT OR UPDATE OR DELETE ON budget_councildecisionamount
    FOR EACH ROW EXECUTE FUNCTION budget_council_is_final();

-- At commit what a confirmed decision of the council says is what the ledger holds of it, line by line and together;
-- and nothing is booked on one that is not confirmed.
CREATE FUNCTION budget_council_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said budget_councildecision;
BEGIN
    IF TG_TABLE_NAME = 'budget_councildecision' THEN
        said := NEW;
    ELSE
        SELECT * INTO said FROM budget_councildecision WHERE id = NEW.council_decision_id;
    END IF;
    IF said.state <> 'confirmed' OR said.net IS DISTINCT FROM
        (SELECT coalesce(sum(amount), 0) FROM budget_councildecisionamount WHERE council_decision_id = said.id)
       OR EXISTS (
        SELECT FROM (
            SELECT budget_line_id, amount FROM budget_councildecisionamount WHERE council_decision_id = said.id
            UNION ALL
            SELECT budget_line_id, -(budget_effect(kind)).budgeted * amount FROM budget_ledgerentry
                WHERE council_decision_id = said.id
        ) AS sides GROUP BY budget_line_id HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the ledger differs from what decision % of the council says', said.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_council_is_booked';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_council_is_booked AFTER INSERT OR UPDATE ON budget_councildecision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'confirmed')
    EXECUTE FUNCTION budget_council_is_booked();
CREATE CONSTRAINT TRIGGER budget_council_is_booked AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.council_decision_id IS NOT NULL)
    EXECUTE FUNCTION budget_council_is_booked();

-- The programme total is what the council tied to it at the start, and what confirmed decisions made of it since.
CREATE FUNCTION budget_total_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM budget_reserve WHERE programme_total IS DISTINCT FROM original - assigned_earlier
            + (SELECT coalesce(sum(reserve_change), 0) FROM budget_councildecision WHERE state = 'confirmed')
    ) THEN
        RAISE EXCEPTION 'the programme total differs from what the council decided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_total_agrees';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_total_agrees AFTER INSERT OR UPDATE ON budget_reserve
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION budget_total_agrees();
CREATE CONSTRAINT TRIGGER budget_total_agrees AFTER INSERT OR UPDATE ON budget_councildecision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'confirmed')
    EXECUTE FUNCTION budget_total_agrees();
