CREATE CONSTRAINT TRIGGER budget_list_is_booked AFTER INSERT ON budget_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'grant')
    EXECUTE FUNCTION budget_list_is_booked();
CREATE TRIGGER budget_councildecision_only_grows BEFORE UPDATE OR DELETE ON budget_councildecision
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_councildecisionamount_only_grows BEFORE UPDATE OR DELETE ON budget_councildecisionamount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
