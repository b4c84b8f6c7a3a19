-- The college's decisions: obligations fixed with their list, abstentions, objections, and amounts within the request.

-- What is granted for a year stays within what was requested, and within the years of the activity.
CREATE FUNCTION budget_amount_within_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
BEGIN
    SELECT l.year, coalesce(a.requested, 0) AS requested, p.starts_on, p.ends_on INTO asked
        FROM budget_budgetline l, budget_decision d
            JOIN applications_proposal p ON p.id = d.proposal_id
            LEFT JOIN assessment_advisedamount a ON a.advice_id = d.advice_id
                AND a.year = (SELECT year FROM budget_budgetline WHERE id = NEW.budget_line_id)
        WHERE l.id = NEW.budget_line_id AND d.id = NEW.decision_id;
    IF NEW.amount > asked.requested THEN
        RAISE EXCEPTION '% is more than the % that was requested for %', NEW.amount, asked.requested, asked.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_amount_within_request';
    END IF;
    IF asked.year < extract(year FROM asked.starts_on) OR asked.year > extract(year FROM asked.ends_on) THEN
        RAISE EXCEPTION '% lies outside the activity, % to %', asked.year, asked.starts_on, asked.ends_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_amount_within_activity';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER budget_amount_within_request AFTER INSERT OR UPDATE ON budget_decisionamount
    FOR EACH ROW EXECUTE FUNCTION budget_amount_within_request();

-- At commit a list that is approved is whole: its decisions bear its date, which lies between the proposal to the
-- college and the approval, and money stands with grants and with nothing else.
CREATE FUNCTION budget_list_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_on < (NEW.prepared_at AT TIME ZONE 'Europe/Amsterdam')::date
       OR NEW.decided_on > (NEW.approved_at AT TIME ZONE 'Europe/Amsterdam')::date
       OR EXISTS (
        SELECT FROM budget_decision d WHERE d.decision_list_id = NEW.id AND (
            d.decided_on IS DISTINCT FROM NEW.decided_on OR
            (d.ruling = 'grant') <> EXISTS (SELECT FROM budget_decisionamount a WHERE a.decision_id = d.id))
    ) THEN
        RAISE EXCEPTION 'list % is approved and not whole', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_list_is_whole';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_list_is_whole AFTER INSERT OR UPDATE ON budget_decisionlist
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'approved')
    EXECUTE FUNCTION budget_list_is_whole();

-- Obligations are fixed with their list; that one was met is written down once, and only of a final decision.
CREATE TRIGGER budget_obligation_is_final BEFORE INSERT OR UPDATE OR DELETE ON budget_obligation
    FOR EACH ROW EXECUTE FUNCTION budget_decision_is_final();
CREATE TRIGGER budget_obligationcheck_only_grows BEFORE UPDATE OR DELETE ON budget_obligationcheck
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION budget_obligation_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM budget_obligation o JOIN budget_decision d ON d.id = o.decision_id
            JOIN budget_decisionlist l ON l.id = d.decision_list_id
            WHERE o.id = NEW.obligation_id AND l.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'obligation % is not decided on yet', NEW.obligation_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_obligation_is_decided';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_obligation_is_decided BEFORE INSERT ON budget_obligationcheck
    FOR EACH ROW EXECUTE FUNCTION budget_obligation_is_decided();

-- Who abstains from anything on a list does not approve it (Awb 2:4); one abstains while the list is with the college.
CREATE FUNCTION budget_abstention_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM budget_decisionlist WHERE id = NEW.decision_list_id AND state = 'proposed' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'list % is not with the college', NEW.decision_list_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_abstention_in_time';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_abstention_in_time BEFORE INSERT ON budget_abstention
    FOR EACH ROW EXECUTE FUNCTION budget_abstention_in_time();
CREATE TRIGGER budget_abstention_only_grows BEFORE UPDATE OR DELETE ON budget_abstention
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION budget_abstainer_does_not_approve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM budget_abstention WHERE decision_list_id = NEW.id AND member_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'who approves list % abstained from something on it', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_abstainer_does_not_approve';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER budget_abstainer_does_not_approve BEFORE INSERT OR UPDATE ON budget_decisionlist
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION budget_abstainer_does_not_approve();

-- An objection that is decided or withdrawn stays as it is.
CREATE FUNCTION budget_objection_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION '% on budget_objection is refused: % is %', TG_OP, OLD.reference, OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_objection_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER budget_objection_is_final BEFORE UPDATE OR DELETE ON budget_objection
    FOR EACH ROW EXECUTE FUNCTION budget_objection_is_final();

-- At commit a decision that was replaced holds nothing any more: its money moved to the new one, or is free again.
CREATE FUNCTION budget_replaced_holds_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM budget_ledgerentry entry JOIN budget_decision d ON d.replaces_id = entry.decision_id,
            budget_effect(entry.kind) effect
            WHERE d.decision_list_id = NEW.id GROUP BY entry.decision_id, entry.budget_line_id
            HAVING sum(effect.granted * entry.amount) <> 0 OR sum(effect.spent * entry.amount) <> 0
                OR sum(effect.paid * entry.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'a decision that list % replaces still holds money', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_replaced_holds_nothing';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER budget_replaced_holds_nothing AFTER INSERT OR UPDATE ON budget_decisionlist
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'approved')
    EXECUTE FUNCTION budget_replaced_holds_nothing();
