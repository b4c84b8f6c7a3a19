-- Back to one text each: what the last definition says.
UPDATE programme_indicator i SET name = d.name, unit = d.unit, baseline = left(d.baseline_words, 80)
FROM programme_indicatordefinition d
WHERE d.indicator_id = i.id
  AND d.number = (SELECT max(number) FROM programme_indicatordefinition WHERE indicator_id = i.id);
