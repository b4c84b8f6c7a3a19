-- What a partner submitted stays as it was. State, tagged line and dates of handling may move on.
CREATE FUNCTION applications_content_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    handling text[] := ARRAY['state', 'line_id', 'complete_at'];
BEGIN
    IF OLD.submitted_at IS NOT NULL
       AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - handling IS DISTINCT FROM to_jsonb(NEW) - handling) THEN
        RAISE EXCEPTION 'proposal % was submitted and can not be changed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_content_is_frozen BEFORE UPDATE OR DELETE ON applications_proposal
    FOR EACH ROW EXECUTE FUNCTION applications_content_is_frozen();

-- The rows that belong to a proposal: answers, results, budget rows and choices. They can't be moved out of a submitted
-- proposal or into one either.
CREATE FUNCTION applications_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'applications_budgetitemamount' THEN
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.item_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.item_id; END IF;
        touched := ARRAY(SELECT proposal_id FROM applications_budgetitem WHERE id = ANY (touched));
    ELSE
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.proposal_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.proposal_id; END IF;
    END IF;
    IF EXISTS (SELECT FROM applications_proposal WHERE id = ANY (touched) AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on % is refused: the proposal was submitted', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_criterionanswer
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_promisedresult
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_budgetitem
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_budgetitemamount
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_proposal_desired_results
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_proposal_target_groups
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_proposal_areas
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();

-- History only grows.
CREATE TRIGGER applications_statechange_only_grows BEFORE UPDATE OR DELETE ON applications_statechange
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_receipt_only_grows BEFORE UPDATE OR DELETE ON applications_receipt
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_completenesscheck_only_grows BEFORE UPDATE OR DELETE ON applications_completenesscheck
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_letter_only_grows BEFORE UPDATE OR DELETE ON applications_letter
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_linetag_only_grows BEFORE UPDATE OR DELETE ON applications_linetag
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
