-- Accounts, settlements and claims: what was handed in stays as it was, a settlement is fixed and booked as it says,
-- and no more comes in on a claim than it is.

-- What a partner reported changes only while the account is with the partner.
CREATE FUNCTION budget_account_is_handed_in() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN touched := touched || OLD.account_id; END IF;
    IF TG_OP <> 'DELETE' THEN touched := touched || NEW.account_id; END IF;
    IF EXISTS (SELECT FROM budget_account WHERE id = ANY (touched) AND state IN ('submitted', 'checked')) THEN
        RAISE EXCEPTION '% on % is refused: the account was handed in', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_account_is_handed_in';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER budget_reportedresult_is_handed_in BEFORE INSERT OR UPDATE OR DELETE ON budget_reportedresult
    FOR EACH ROW EXECUTE FUNCTION budget_account_is_handed_in();
CREATE TRIGGER budget_reportedcost_is_handed_in BEFORE INSERT OR UPDATE OR DELETE ON budget_reportedcost
    FOR EACH ROW EXECUTE FUNCTION budget_account_is_handed_in();

-- An account that was found in order stays as it is.
CREATE TRIGGER budget_account_is_checked BEFORE UPDATE OR DELETE ON budget_account
    FOR EACH ROW WHEN (OLD.state = 'checked') EXECUTE FUNCTION core_refuse_change();

CREATE TRIGGER budget_accountcheck_only_grows BEFORE UPDATE OR DELETE ON budget_accountcheck
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_settlementletter_only_grows BEFORE UPDATE OR DELETE ON budget_settlementletter
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_recoveryreceipt_only_grows BEFORE UPDATE OR DELETE ON budget_recoveryreceipt
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_recoveryreceipt_no_truncate BEFORE TRUNCATE ON budget_recoveryreceipt
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- A settlement changes until it is approved, and never after; nor do its amounts.
CREATE FUNCTION budget_settlement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'budget_settlement' THEN
        touched := ARRAY[OLD.id];
    ELSE
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.settlement_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.settlement_id; END IF;
    END IF;
    IF EXISTS (SELECT FROM budget_settlement WHERE id = ANY (touched) AND state = 'final') THEN
        RAISE EXCEPTION '% on % is refused: the settlement is final', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_settlement_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER budget_settlement_is_final BEFORE UPDATE OR DELETE ON budget_settlement
    FOR EACH ROW EXECUTE FUNCTION budget_settlement_is_final();
CREATE TRIGGER budget_settlementamount_is_final BEFORE INSERT OR UPDATE OR DELETE ON budget_settlementamount
    FOR EACH ROW EXECUTE FUNCTION budget_settlement_is_final();

-- At commit the ledger holds what a final settlement says, line by line: all that is settled is realised, nothing of
-- the grant is left, and what is claimed back stands in the books. So settled never passes granted there either.
CREATE FUNCTION budget_settlement_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said budget_settlement;
BEGIN
    IF TG_TABLE_NAME = 'budget_settlement' THEN
        said := NEW;
    ELSE
        SELECT * INTO said FROM budget_settlement WHERE decision_id = NEW.decision_id AND state = 'final';
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT budget_line_id, settled AS realised, 0 AS still_granted FROM budget_settlementamount
                WHERE settlement_id = said.id
            UNION ALL
            SELECT entry.budget_line_id, -effect.spent * entry.amount, effect.granted * entry.amount
                FROM budget_ledgerentry entry, budget_effect(entry.kind) effect
                WHERE entry.decision_id = said.decision_id
        ) AS sides GROUP BY budget_line_id HAVING sum(realised) <> 0 OR sum(still_granted) <> 0
    ) OR (SELECT coalesce(sum(amount), 0) FROM budget_recovery WHERE settlement_id = said.id) > (
        SELECT coalesce(sum(amount), 0) FROM budget_ledgerentry
            WHERE decision_id = said.decision_id AND kind = 'recovery'
    ) THEN
        RAISE EXCEPTION 'the ledger differs from what settlement % says', said.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_settlement_is_booked';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_settlement_is_booked AFTER INSERT OR UPDATE ON budget_settlement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'final')
    EXECUTE FUNCTION budget_settlement_is_booked();
CREATE CONSTRAINT TRIGGER budget_settlement_is_booked AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('release', 'expense'))
    EXECUTE FUNCTION budget_settlement_is_booked();

-- A claim stays as it is; only its terms are filled in, once, when the letter leaves.
CREATE FUNCTION budget_recovery_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.limit_on IS NULL
       AND (NEW.id, NEW.reference, NEW.settlement_id, NEW.amount, NEW.established_on)
         = (OLD.id, OLD.reference, OLD.settlement_id, OLD.amount, OLD.established_on) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is refused: a claim stays as it is', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_recovery_is_fixed';
END $$;

CREATE TRIGGER budget_recovery_is_fixed BEFORE UPDATE OR DELETE ON budget_recovery
    FOR EACH ROW EXECUTE FUNCTION budget_recovery_is_fixed();

CREATE FUNCTION budget_receipts_within_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claimed numeric;
BEGIN
    -- Lock the claim first: without it two receipts would each see the room that only one of them has.
    SELECT amount INTO claimed FROM budget_recovery WHERE id = NEW.recovery_id FOR UPDATE;
    IF NEW.amount > claimed - (
        SELECT coalesce(sum(amount), 0) FROM budget_recoveryreceipt WHERE recovery_id = NEW.recovery_id
    ) THEN
        RAISE EXCEPTION 'more would come in on claim % than it is', NEW.recovery_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_receipts_within_claim';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_receipts_within_claim BEFORE INSERT ON budget_recoveryreceipt
    FOR EACH ROW EXECUTE FUNCTION budget_receipts_within_claim();
