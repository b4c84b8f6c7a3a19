DROP TRIGGER reporting_purgefile_is_fixed ON reporting_purgefile;
DROP FUNCTION reporting_purgefile_is_fixed();
DROP TRIGGER reporting_purgeorder_moves ON reporting_purgeorder;
DROP FUNCTION reporting_purgeorder_moves();
DROP FUNCTION reporting_purge_sha256(bigint);
CREATE OR REPLACE FUNCTION core_purging() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$ SELECT false $$;
