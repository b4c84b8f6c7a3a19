-- The tables before knew one advice for a proposal and for its consensus: what was replaced has no place there.
DELETE FROM assessment_collegeproposal WHERE advice_id IN (SELECT id FROM assessment_advice WHERE proposal_id IS NULL);
DELETE FROM assessment_advicecondition;
-- Less than requested had one reason.
UPDATE assessment_advisedamount SET reason = left(trim(eligible_reason || ' ' || reason), 300)
    WHERE eligible < requested;
DELETE FROM assessment_advisedamount WHERE advice_id IN (SELECT id FROM assessment_advice WHERE proposal_id IS NULL);
DELETE FROM assessment_advice WHERE proposal_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
