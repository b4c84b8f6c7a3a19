DROP TRIGGER core_document_no_truncate ON core_document;
DROP TRIGGER core_document_only_grows ON core_document;
DROP TRIGGER core_auditentry_no_truncate ON core_auditentry;
DROP TRIGGER core_auditentry_only_grows ON core_auditentry;
DROP FUNCTION core_refuse_change();
