-- Sequences for what came with objections, payments and settlement: one for each series and year, as before.
DO $$
DECLARE
    series text;
BEGIN
    FOREACH series IN ARRAY ARRAY['objection', 'payment', 'payment_batch', 'settlement', 'recovery'] LOOP
        FOR year IN 2025..2040 LOOP
            EXECUTE format('CREATE SEQUENCE core_reference_%s_%s', series, year);
        END LOOP;
    END LOOP;
END $$;
