-- Reconciliation only grows: what was laid beside the books, and what was said of it.
CREATE TRIGGER budget_reconciliation_only_grows BEFORE UPDATE OR DELETE ON budget_reconciliation
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_reconciliationrow_only_grows BEFORE UPDATE OR DELETE ON budget_reconciliationrow
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_explanation_only_grows BEFORE UPDATE OR DELETE ON budget_explanation
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
