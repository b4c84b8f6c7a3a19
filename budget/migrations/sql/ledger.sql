-- The ledger: entries only grow, each carries the balance of its line after it and the hash of the entry before it.

-- What an entry does to the three columns of its line. The same table stands in budget/states.py (EFFECTS).
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

CREATE FUNCTION budget_chain_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest budget_ledgerentry;
    effect record;
BEGIN
    -- Lock the line first: without it two entries would follow the same predecessor.
    PERFORM 1 FROM budget_balance WHERE budget_line_id = NEW.budget_line_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'budget line % has no balance', NEW.budget_line_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO latest FROM budget_ledgerentry
        WHERE budget_line_id = NEW.budget_line_id ORDER BY sequence DESC LIMIT 1;
    SELECT * INTO effect FROM budget_effect(NEW.kind);
    -- What is realised and released of a grant on this line never passes the grant. The lock makes others wait.
    IF effect.granted < 0 AND NEW.amount > (
        SELECT coalesce(sum((budget_effect(kind)).granted * amount), 0) FROM budget_ledgerentry
            WHERE decision_id = NEW.decision_id AND budget_line_id = NEW.budget_line_id
    ) THEN
        RAISE EXCEPTION 'decision % does not hold % on budget line %', NEW.decision_id, NEW.amount, NEW.budget_line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_never_more_than_granted';
    END IF;
    NEW.sequence := coalesce(latest.sequence, 0) + 1;
    -- Who waited for the lock took the time before: entries of a line stand in order of time.
    NEW.booked_at := greatest(NEW.booked_at, latest.booked_at);
    NEW.budgeted_after := coalesce(latest.budgeted_after, 0) + effect.budgeted * NEW.amount;
    NEW.granted_after := coalesce(latest.granted_after, 0) + effect.granted * NEW.amount;
    NEW.spent_after := coalesce(latest.spent_after, 0) + effect.spent * NEW.amount;
    NEW.previous_hash := coalesce(latest.hash, repeat('0', 64));
    -- The remark comes last: it is the only part that could hold the separator.
    NEW.hash := encode(sha256(convert_to(concat_ws('|',
        NEW.previous_hash, NEW.budget_line_id, NEW.sequence, NEW.kind, NEW.amount,
        NEW.budgeted_after, NEW.granted_after, NEW.spent_after,
        coalesce(NEW.council_decision_id::text, '-'), coalesce(NEW.decision_id::text, '-'),
        coalesce(NEW.document_id::text, '-'), coalesce(NEW.actor_id::text, '-'),
        to_char(NEW.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), NEW.remark), 'UTF8')), 'hex');
    RETURN NEW;
END $$;

CREATE TRIGGER budget_ledgerentry_chain BEFORE INSERT ON budget_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION budget_chain_entry();
CREATE TRIGGER budget_ledgerentry_only_grows BEFORE UPDATE OR DELETE ON budget_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_ledgerentry_no_truncate BEFORE TRUNCATE ON budget_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- At commit a line's balance is what its last entry says, and the lines together are what the reserve gave.
CREATE FUNCTION budget_balance_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    balance budget_balance;
    latest budget_ledgerentry;
BEGIN
    SELECT * INTO balance FROM budget_balance WHERE budget_line_id = NEW.budget_line_id;
    SELECT * INTO latest FROM budget_ledgerentry
        WHERE budget_line_id = NEW.budget_line_id ORDER BY sequence DESC LIMIT 1;
    IF (balance.budgeted, balance.granted, balance.spent) IS DISTINCT FROM
       (coalesce(latest.budgeted_after, 0), coalesce(latest.granted_after, 0), coalesce(latest.spent_after, 0)) THEN
        RAISE EXCEPTION 'the balance of budget line % differs from its ledger', NEW.budget_line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_balance_agrees';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_balance_agrees AFTER INSERT OR UPDATE ON budget_balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION budget_balance_agrees();
CREATE CONSTRAINT TRIGGER budget_entry_agrees AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION budget_balance_agrees();

CREATE FUNCTION budget_reserve_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(budgeted), 0) FROM budget_balance) IS DISTINCT FROM (SELECT drawn FROM budget_reserve) THEN
        RAISE EXCEPTION 'the lines together differ from what the reserve gave'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_reserve_agrees';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_reserve_agrees AFTER UPDATE OF budgeted ON budget_balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.budgeted IS DISTINCT FROM NEW.budgeted)
    EXECUTE FUNCTION budget_reserve_agrees();

CREATE CONSTRAINT TRIGGER budget_reserve_agrees AFTER UPDATE OF drawn ON budget_reserve
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.drawn IS DISTINCT FROM NEW.drawn)
    EXECUTE FUNCTION budget_reserve_agrees();

-- At commit the grants on an approved list stand in the ledger, for the amounts that were decided and for no others.
CREATE FUNCTION budget_list_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE CONSTRAINT TRIGGER budget_list_is_booked AFTER INSERT OR UPDATE ON budget_decisionlist
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'approved')
    EXECUTE FUNCTION budget_list_is_booked();
CREATE CONSTRAINT TRIGGER budget_list_is_booked AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'grant')
    EXECUTE FUNCTION budget_list_is_booked();

-- A list is fixed once it is approved, with the decisions and amounts on it; letters and the council's decisions are
-- fixed from the start.
CREATE FUNCTION budget_decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    -- Nothing can be moved from an approved list or onto one either.
    IF TG_TABLE_NAME = 'budget_decisionlist' THEN
        touched := ARRAY[OLD.id];
    ELSIF TG_TABLE_NAME = 'budget_decision' THEN
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.decision_list_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.decision_list_id; END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.decision_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.decision_id; END IF;
        touched := ARRAY(SELECT decision_list_id FROM budget_decision WHERE id = ANY (touched));
    END IF;
    IF EXISTS (SELECT FROM budget_decisionlist WHERE id = ANY (touched) AND state = 'approved') THEN
        RAISE EXCEPTION '% on % is refused: the list is approved', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_decision_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER budget_decisionlist_is_final BEFORE UPDATE OR DELETE ON budget_decisionlist
    FOR EACH ROW EXECUTE FUNCTION budget_decision_is_final();
CREATE TRIGGER budget_decision_is_final BEFORE INSERT OR UPDATE OR DELETE ON budget_decision
    FOR EACH ROW EXECUTE FUNCTION budget_decision_is_final();
CREATE TRIGGER budget_decisionamount_is_final BEFORE INSERT OR UPDATE OR DELETE ON budget_decisionamount
    FOR EACH ROW EXECUTE FUNCTION budget_decision_is_final();
CREATE TRIGGER budget_decisionletter_only_grows BEFORE UPDATE OR DELETE ON budget_decisionletter
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_councildecision_only_grows BEFORE UPDATE OR DELETE ON budget_councildecision
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_councildecisionamount_only_grows BEFORE UPDATE OR DELETE ON budget_councildecisionamount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
