DO $$
BEGIN
    FOR series IN 0..3 LOOP
        FOR year IN 2025..2040 LOOP
            EXECUTE format('DROP SEQUENCE core_reference_%s_%s',
                           (ARRAY['proposal', 'decision_list', 'decision', 'report'])[series + 1], year);
        END LOOP;
    END LOOP;
END $$;
