-- What was asked before there was a term: three weeks, the usual one.
UPDATE assessment_assignment SET due_on = (assigned_at AT TIME ZONE 'Europe/Amsterdam')::date + 21;
