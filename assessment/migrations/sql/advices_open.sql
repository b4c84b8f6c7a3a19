-- While the columns are filled, the advices may change.
DROP TRIGGER assessment_advisedamount_only_grows ON assessment_advisedamount;
DROP TRIGGER assessment_advice_only_grows ON assessment_advice;
