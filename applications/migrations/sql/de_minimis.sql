-- What a partner declared is fixed with the rest of the proposal.
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_deminimisaid
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
CREATE TRIGGER applications_part_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON applications_linkedundertaking
    FOR EACH ROW EXECUTE FUNCTION applications_part_is_frozen();
-- Judgements only grow.
CREATE TRIGGER applications_aidjudgement_only_grows BEFORE UPDATE OR DELETE ON applications_aidjudgement
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
