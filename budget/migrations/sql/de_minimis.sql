CREATE TRIGGER budget_deminimisgrant_only_grows BEFORE UPDATE OR DELETE ON budget_deminimisgrant
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
