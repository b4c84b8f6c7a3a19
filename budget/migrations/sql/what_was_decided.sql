-- What stood in the books before decisions of the council were confirmed and refusals had a coded ground.
UPDATE budget_councildecision d SET state = 'confirmed', confirmed_at = entered_at,
    net = (SELECT coalesce(sum(amount), 0) FROM budget_councildecisionamount WHERE council_decision_id = d.id);

-- Lists that were approved are fixed; what they did not say yet is filled in once, here.
ALTER TABLE budget_decision DISABLE TRIGGER USER;
ALTER TABLE budget_decisionlist DISABLE TRIGGER USER;
UPDATE budget_decision SET refusal_ground = 'criteria' WHERE ruling = 'refuse';
UPDATE budget_decisionlist SET decided_on = (approved_at AT TIME ZONE 'Europe/Amsterdam')::date
    WHERE state = 'approved';
ALTER TABLE budget_decisionlist ENABLE TRIGGER USER;
ALTER TABLE budget_decision ENABLE TRIGGER USER;
