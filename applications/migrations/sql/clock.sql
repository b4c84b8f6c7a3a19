-- While the team waits for a supplement the partner may change what the proposal says, and nobody else may: in that
-- state alone the content is open again. Who it is of, its reference and its moment of receipt never change.
CREATE OR REPLACE FUNCTION applications_content_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    handling text[] := ARRAY['state', 'line_id', 'complete_at'];
    receipt text[] := ARRAY['id', 'reference', 'call_id', 'organisation_id', 'created_at', 'submitted_at', 'funding_form'];
    name text;
BEGIN
    IF OLD.submitted_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'supplement' AND NEW.state = 'supplement' THEN
        FOREACH name IN ARRAY receipt LOOP
            IF to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name THEN
                RAISE EXCEPTION 'proposal % was submitted: its % can not be changed', OLD.reference, name
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
            END IF;
        END LOOP;
    ELSIF TG_OP = 'DELETE' OR to_jsonb(OLD) - handling IS DISTINCT FROM to_jsonb(NEW) - handling THEN
        RAISE EXCEPTION 'proposal % was submitted and can not be changed', OLD.reference
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE FUNCTION applications_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF EXISTS (
        SELECT FROM applications_proposal
        WHERE id = ANY (touched) AND submitted_at IS NOT NULL AND state <> 'supplement'
    ) THEN
        RAISE EXCEPTION '% on % is refused: the proposal was submitted', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- Two suspensions of one proposal never count the same day.
ALTER TABLE applications_suspension ADD CONSTRAINT applications_suspensions_apart EXCLUDE USING gist (
    int8range(proposal_id, proposal_id, '[]') WITH &&,
    daterange(starts_on, resumes_on) WITH &&
);

-- History only grows.
CREATE TRIGGER applications_supplementrequest_only_grows BEFORE UPDATE OR DELETE ON applications_supplementrequest
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_supplement_only_grows BEFORE UPDATE OR DELETE ON applications_supplement
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_suspension_only_grows BEFORE UPDATE OR DELETE ON applications_suspension
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_extension_only_grows BEFORE UPDATE OR DELETE ON applications_extension
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_notprocessed_only_grows BEFORE UPDATE OR DELETE ON applications_notprocessed
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_outage_only_grows BEFORE UPDATE OR DELETE ON applications_outage
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_movedclosing_only_grows BEFORE UPDATE OR DELETE ON applications_movedclosing
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
