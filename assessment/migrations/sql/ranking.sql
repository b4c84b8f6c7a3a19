-- A draw is made once. What was drawn stays drawn.
CREATE TRIGGER assessment_lottery_only_grows BEFORE UPDATE OR DELETE ON assessment_lottery
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER assessment_lotteryticket_only_grows BEFORE UPDATE OR DELETE ON assessment_lotteryticket
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
