-- Payments: what and how much never changes, an order is exported once, and what was booked stands in the ledger.

CREATE FUNCTION budget_payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment is cancelled, never deleted'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_moves';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            RAISE EXCEPTION 'a payment begins as planned'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_moves';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.reference, NEW.decision_id, NEW.budget_line_id, NEW.kind, NEW.position, NEW.amount, NEW.trigger)
       IS DISTINCT FROM
       (OLD.reference, OLD.decision_id, OLD.budget_line_id, OLD.kind, OLD.position, OLD.amount, OLD.trigger) THEN
        RAISE EXCEPTION 'payment % is fixed: cancel it and plan another', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_is_fixed';
    END IF;
    -- The same table of moves stands in budget/states.py (PAYMENT_MOVES).
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('planned', 'ordered'), ('planned', 'cancelled'), ('ordered', 'sent'), ('ordered', 'booked'),
        ('ordered', 'cancelled'), ('sent', 'booked'), ('sent', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'payment % does not go from % to %', OLD.reference, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_moves';
    END IF;
    IF OLD.state <> 'planned' AND
       (NEW.batch_id, NEW.beneficiary_name, NEW.beneficiary_iban, NEW.due_on, NEW.released_at, NEW.released_by_id)
       IS DISTINCT FROM
       (OLD.batch_id, OLD.beneficiary_name, OLD.beneficiary_iban, OLD.due_on, OLD.released_at, OLD.released_by_id) THEN
        RAISE EXCEPTION 'payment % was exported: its order and its account are fixed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_is_fixed';
    END IF;
    IF OLD.state = 'booked' AND (NEW.entry_id, NEW.booked_on) IS DISTINCT FROM (OLD.entry_id, OLD.booked_on) THEN
        RAISE EXCEPTION 'payment % is booked', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_payment_is_fixed';
    END IF;
    IF NEW.state = 'booked' AND NOT EXISTS (
        SELECT FROM budget_ledgerentry WHERE id = NEW.entry_id AND decision_id = NEW.decision_id
            AND budget_line_id = NEW.budget_line_id AND amount = NEW.amount
            AND kind = CASE NEW.kind WHEN 'advance' THEN 'advance' ELSE 'final_payment' END
    ) THEN
        RAISE EXCEPTION 'the ledger entry of payment % is about something else', OLD.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_payment_entry_agrees';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_payment_moves BEFORE INSERT OR UPDATE OR DELETE ON budget_payment
    FOR EACH ROW EXECUTE FUNCTION budget_payment_moves();

CREATE FUNCTION budget_paymentbatch_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
       (NEW.reference, NEW.total, NEW.count, NEW.csv_id, NEW.sepa_id, NEW.made_by_id, NEW.made_at) IS DISTINCT FROM
       (OLD.reference, OLD.total, OLD.count, OLD.csv_id, OLD.sepa_id, OLD.made_by_id, OLD.made_at) OR
       (OLD.sent_at IS NOT NULL AND
        (NEW.sent_at, NEW.sent_by_id) IS DISTINCT FROM (OLD.sent_at, OLD.sent_by_id)) OR
       (NEW.state <> OLD.state AND
        (OLD.state, NEW.state) NOT IN (('made', 'sent'), ('made', 'done'), ('sent', 'done'))) THEN
        RAISE EXCEPTION '% of payment order % is refused: what was exported is fixed', TG_OP, OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_paymentbatch_is_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_paymentbatch_moves BEFORE UPDATE OR DELETE ON budget_paymentbatch
    FOR EACH ROW EXECUTE FUNCTION budget_paymentbatch_moves();

-- At commit an order is what the payments on it come to: nothing is put on it later, nothing was left out.
CREATE FUNCTION budget_batch_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    batch budget_paymentbatch;
    on_it record;
BEGIN
    IF TG_TABLE_NAME = 'budget_paymentbatch' THEN
        batch := NEW;
    ELSE
        SELECT * INTO batch FROM budget_paymentbatch WHERE id = NEW.batch_id;
    END IF;
    SELECT coalesce(sum(amount), 0) AS total, count(*) AS count INTO on_it
        FROM budget_payment WHERE batch_id = batch.id;
    IF (batch.total, batch.count::bigint) IS DISTINCT FROM (on_it.total, on_it.count) THEN
        RAISE EXCEPTION 'payment order % says % and its payments come to %', batch.reference, batch.total, on_it.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_batch_adds_up';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_batch_adds_up AFTER INSERT ON budget_paymentbatch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION budget_batch_adds_up();
CREATE CONSTRAINT TRIGGER budget_batch_adds_up AFTER UPDATE OF batch_id ON budget_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.batch_id IS DISTINCT FROM OLD.batch_id)
    EXECUTE FUNCTION budget_batch_adds_up();

CREATE TRIGGER budget_paymentimport_only_grows BEFORE UPDATE OR DELETE ON budget_paymentimport
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
