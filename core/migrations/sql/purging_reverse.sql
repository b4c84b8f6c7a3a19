SELECT core_let_nobody_purge('core_document');
SELECT core_let_nobody_purge('core_auditentry');
DROP FUNCTION core_let_nobody_purge(regclass);
DROP FUNCTION core_let_purge(regclass, text[]);
DROP FUNCTION core_purge_is_exact();
DROP FUNCTION core_purging();
