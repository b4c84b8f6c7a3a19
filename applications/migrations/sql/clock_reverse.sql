DROP TRIGGER applications_movedclosing_only_grows ON applications_movedclosing;
DROP TRIGGER applications_outage_only_grows ON applications_outage;
DROP TRIGGER applications_notprocessed_only_grows ON applications_notprocessed;
DROP TRIGGER applications_extension_only_grows ON applications_extension;
DROP TRIGGER applications_suspension_only_grows ON applications_suspension;
DROP TRIGGER applications_supplement_only_grows ON applications_supplement;
DROP TRIGGER applications_supplementrequest_only_grows ON applications_supplementrequest;
ALTER TABLE applications_suspension DROP CONSTRAINT applications_suspensions_apart;

CREATE OR REPLACE FUNCTION applications_content_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF EXISTS (SELECT FROM applications_proposal WHERE id = ANY (touched) AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on % is refused: the proposal was submitted', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_content_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
