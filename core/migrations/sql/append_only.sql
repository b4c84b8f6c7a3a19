-- Tables that only grow. Each one gets a trigger that calls this function.
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_only_grows';
END $$;

CREATE TRIGGER core_auditentry_only_grows BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_auditentry_no_truncate BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_document_only_grows BEFORE UPDATE OR DELETE ON core_document
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_document_no_truncate BEFORE TRUNCATE ON core_document
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
