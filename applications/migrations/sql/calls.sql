-- A call can't close before it opens.
ALTER TABLE applications_call ADD CONSTRAINT applications_call_closes_after_opening
    CHECK (closes_on >= (opens_at AT TIME ZONE 'Europe/Amsterdam')::date);

-- The call on which somebody submitted stays as it was. Its title may be corrected; its closing date may become later.
CREATE FUNCTION applications_call_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['title', 'closes_on'];
BEGIN
    -- Freezing itself is the last change.
    IF TG_OP = 'UPDATE' AND OLD.frozen_at IS NULL THEN may_change := may_change || 'frozen_at'::text; END IF;
    IF (OLD.frozen_at IS NOT NULL
        OR EXISTS (SELECT FROM applications_proposal WHERE call_id = OLD.id AND submitted_at IS NOT NULL))
       AND (TG_OP = 'DELETE'
            OR to_jsonb(OLD) - may_change IS DISTINCT FROM to_jsonb(NEW) - may_change
            OR (NEW.closes_on IS DISTINCT FROM OLD.closes_on
                AND (NEW.closes_on IS NULL OR OLD.closes_on IS NULL OR NEW.closes_on < OLD.closes_on))) THEN
        RAISE EXCEPTION 'call % has a submitted proposal and can not be changed', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_call_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_call_is_frozen BEFORE UPDATE OR DELETE ON applications_call
    FOR EACH ROW EXECUTE FUNCTION applications_call_is_frozen();

-- The lines of a frozen call stay too, and a ceiling as soon as it is published (Awb 4:27, 4:28).
CREATE FUNCTION applications_call_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    fixed boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN touched := touched || OLD.call_id; END IF;
    IF TG_OP <> 'DELETE' THEN touched := touched || NEW.call_id; END IF;
    IF TG_TABLE_NAME = 'applications_ceiling' THEN
        fixed := EXISTS (SELECT FROM applications_call WHERE id = ANY (touched) AND state = 'published');
    ELSE
        fixed := EXISTS (SELECT FROM applications_call WHERE id = ANY (touched) AND frozen_at IS NOT NULL);
    END IF;
    IF fixed THEN
        RAISE EXCEPTION '% on % is refused: the call is fixed', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_call_is_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER applications_call_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_call_lines
    FOR EACH ROW EXECUTE FUNCTION applications_call_part_is_frozen();
CREATE TRIGGER applications_call_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_ceiling
    FOR EACH ROW EXECUTE FUNCTION applications_call_part_is_frozen();

-- Publishing: there are lines, and every ceiling was published before the day on which the call opens (Awb 4:27).
CREATE FUNCTION applications_call_may_be_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM applications_call_lines WHERE call_id = NEW.id)
       OR EXISTS (
            SELECT FROM applications_ceiling
            WHERE call_id = NEW.id
              AND (published_on IS NULL OR published_on >= (NEW.opens_at AT TIME ZONE 'Europe/Amsterdam')::date)) THEN
        RAISE EXCEPTION 'call % is not ready to be published', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_call_may_be_published';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_call_may_be_published BEFORE UPDATE OF state ON applications_call
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'published')
    EXECUTE FUNCTION applications_call_may_be_published();

-- What was published only grows.
CREATE TRIGGER applications_callversion_only_grows BEFORE UPDATE OR DELETE ON applications_callversion
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER applications_questionpaper_only_grows BEFORE UPDATE OR DELETE ON applications_questionpaper
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
