-- What each indicator said so far becomes its first definition, written when the indicator was. The plan says of the
-- share that stays that more is better; the rest, the programme manager fills in.
INSERT INTO programme_indicatordefinition (
    indicator_id, number, name, definition, source, unit, direction, frequency,
    baseline_words, baseline_period, followed, reason, written_at
)
SELECT i.id, 1, i.name, '', '', i.unit, CASE WHEN i.code LIKE 'stayrate-%' THEN 'hoger' ELSE 'volgen' END, 'jaar',
       i.baseline, '', true, '',
       COALESCE((SELECT min(a.at) FROM core_auditentry a
                 WHERE a.object_type = 'programme.indicator' AND a.object_id = i.id::text), now())
FROM programme_indicator i;
UPDATE programme_indicatordefinition d SET baseline_value = b.value
FROM programme_indicator i
JOIN (VALUES ('stayrate-hbo', 80), ('stayrate-wo', 50), ('stayrate-mbo', 90)) AS b (code, value) ON b.code = i.code
WHERE d.indicator_id = i.id AND d.baseline_words <> '';
