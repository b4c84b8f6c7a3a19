-- A progress report belongs to an obligation of a final decision; what was told and found stays.
CREATE TRIGGER budget_progressreport_only_grows BEFORE UPDATE OR DELETE ON budget_progressreport
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_progresscheck_only_grows BEFORE UPDATE OR DELETE ON budget_progresscheck
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER budget_progress_is_asked BEFORE INSERT ON budget_progressreport
    FOR EACH ROW EXECUTE FUNCTION budget_obligation_is_decided();
