-- A version of a template stays; a change is a new version.
CREATE TRIGGER applications_lettertemplate_only_grows BEFORE UPDATE OR DELETE ON applications_lettertemplate
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- How a proposal on paper came in was written down once. It can't have come in after it was entered.
CREATE TRIGGER applications_paperintake_only_grows BEFORE UPDATE OR DELETE ON applications_paperintake
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE applications_paperintake ADD CONSTRAINT applications_received_before_entered
    CHECK (received_on <= (entered_at AT TIME ZONE 'Europe/Amsterdam')::date);

-- A letter that was sent stays as it was. What follows is written down once: the PDF, and the posting.
CREATE FUNCTION applications_letter_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    afterwards text[] := ARRAY['document_id', 'posted_at', 'posted_by_id'];
BEGIN
    IF OLD.state = 'sent' AND (
        TG_OP = 'DELETE'
        OR to_jsonb(OLD) - afterwards IS DISTINCT FROM to_jsonb(NEW) - afterwards
        OR (OLD.document_id IS NOT NULL AND OLD.document_id IS DISTINCT FROM NEW.document_id)
        OR (OLD.posted_at IS NOT NULL
            AND (OLD.posted_at, OLD.posted_by_id) IS DISTINCT FROM (NEW.posted_at, NEW.posted_by_id))
    ) THEN
        RAISE EXCEPTION 'letter % was sent and can not be changed', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_letter_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_letter_is_frozen BEFORE UPDATE OR DELETE ON applications_outgoingletter
    FOR EACH ROW EXECUTE FUNCTION applications_letter_is_frozen();
