-- What was advised before followed the rule, found all that was requested eligible, and had its conditions in one text.
UPDATE assessment_advice SET about_id = proposal_id, outcome_by_rule = outcome;
UPDATE assessment_advisedamount SET eligible = requested;
INSERT INTO assessment_advicecondition (advice_id, position, text)
    SELECT id, 1, conditions FROM assessment_advice WHERE conditions <> '';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
