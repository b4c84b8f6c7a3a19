-- One sequence for each series of references and year, so that TF-2027 starts at 1 again.
DO $$
BEGIN
    FOR series IN 0..3 LOOP
        FOR year IN 2025..2040 LOOP
            EXECUTE format('CREATE SEQUENCE core_reference_%s_%s',
                           (ARRAY['proposal', 'decision_list', 'decision', 'report'])[series + 1], year);
        END LOOP;
    END LOOP;
END $$;
