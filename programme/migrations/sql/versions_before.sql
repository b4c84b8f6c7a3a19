-- The versions that are there already were in use by calls, so they count as adopted; nobody adopted them here.
ALTER TABLE programme_criteriaversion DISABLE TRIGGER programme_criteria_are_frozen;
ALTER TABLE programme_criterion DISABLE TRIGGER programme_criteria_are_frozen;
UPDATE programme_criteriaversion
    SET state = 'adopted', adopted_on = (COALESCE(frozen_at, now()) AT TIME ZONE 'Europe/Amsterdam')::date;
-- About these young people can say something themselves; it changes no score.
UPDATE programme_criterion SET concerns_talent = true WHERE code IN ('talent', 'aantrekkelijk', 'netwerk');
ALTER TABLE programme_criteriaversion ENABLE TRIGGER programme_criteria_are_frozen;
ALTER TABLE programme_criterion ENABLE TRIGGER programme_criteria_are_frozen;
