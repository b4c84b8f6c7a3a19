-- What the application's role may do. Run by the owner after every migration (manage.py grant_rights, and migrate by
-- itself); the name of the role stands in the setting talentfund.role. Running it again changes nothing.
DO $$
DECLARE
    role name := current_setting('talentfund.role');
    only_grows regclass;
BEGIN
    -- Nobody makes tables here but the owner, also no temporary ones that carry the name of ours.
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), role);
    EXECUTE format('REVOKE ALL ON SCHEMA public FROM %I', role);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', role);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM %I', role);

    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', role);
    -- Numbers are taken from a sequence, never set.
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);

    -- Tables that only grow say so themselves, by the trigger that refuses every change. Read and add: nothing else.
    FOR only_grows IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%\_only\_grows' AND NOT tgisinternal
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM %I', only_grows, role);
    END LOOP;

    -- What a field of a draft said stays as it was; its trigger says which old versions may go.
    EXECUTE format('REVOKE UPDATE ON applications_fieldversion FROM %I', role);

    -- A question of the council is locked while its answer is written, which PostgreSQL allows only to who may change a
    -- column; the trigger refuses every change.
    EXECUTE format('GRANT UPDATE (id) ON reporting_question TO %I', role);

    -- An advice is taken back and gives way to another; nothing else of it changes, and it never goes away.
    EXECUTE format('REVOKE UPDATE, DELETE ON assessment_advice FROM %I', role);
    EXECUTE format('GRANT UPDATE (proposal_id, taken_back_by_id, taken_back_at, taken_back_reason) ON assessment_advice TO %I', role);

    -- What moves in the reserve is what the lines draw and what the council makes of the total; no balance goes away.
    EXECUTE format('REVOKE UPDATE, DELETE ON budget_reserve FROM %I', role);
    EXECUTE format('GRANT UPDATE (drawn, programme_total) ON budget_reserve TO %I', role);
    EXECUTE format('REVOKE DELETE ON budget_balance FROM %I', role);

    -- Which migrations ran is for the owner to write.
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', role);
END $$;
