-- Back to the series of the first version.
DO $$
DECLARE
    series text;
BEGIN
    FOREACH series IN ARRAY ARRAY['objection', 'payment', 'payment_batch', 'settlement', 'recovery'] LOOP
        FOR year IN 2025..2040 LOOP
            EXECUTE format('DROP SEQUENCE core_reference_%s_%s', series, year);
        END LOOP;
    END LOOP;
END $$;
