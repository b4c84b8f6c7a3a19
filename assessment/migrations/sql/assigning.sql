-- Nobody is late before being asked. The day is Amsterdam's.
ALTER TABLE assessment_assignment ADD CONSTRAINT assessment_due_after_asked
    CHECK (due_on >= (assigned_at AT TIME ZONE 'Europe/Amsterdam')::date);

CREATE TRIGGER assessment_withdrawnassignment_only_grows BEFORE UPDATE OR DELETE ON assessment_withdrawnassignment
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
