-- What an order to destroy may do to each table, as reporting/data/purging.yaml says; a test compares the two.
SELECT core_let_purge('budget_abstention', 'DELETE');
SELECT core_let_purge('budget_scenarioamount', 'DELETE');
SELECT core_let_purge('budget_scenarioitem', 'DELETE');
SELECT core_let_purge('budget_decision', 'reason', 'conditions');
SELECT core_let_purge('budget_objection', 'summary', 'explanation', 'received_by_id:person');
SELECT core_let_purge('budget_obligation', 'text');
SELECT core_let_purge('budget_obligationcheck', 'remark', 'by_id:person');
SELECT core_let_purge('budget_progressreport', 'done', 'coming', 'by_id:person');
SELECT core_let_purge('budget_progresscheck', 'remark', 'by_id:person');
SELECT core_let_purge('budget_payment', 'beneficiary_name', 'beneficiary_iban', 'released_by_id:person');
SELECT core_let_purge('budget_account', 'summary', 'submitted_by_id:person');
SELECT core_let_purge('budget_accountcheck', 'remark', 'result_remarks', 'by_id:person');
SELECT core_let_purge('budget_reportedresult', 'achieved', 'explanation');
SELECT core_let_purge('budget_settlement', 'reason', 'hearing_view', 'hearing_skipped');
SELECT core_let_purge('budget_recoveryreceipt', 'booked_by_id:person');
SELECT core_let_purge('budget_explanation', 'text', 'by_id:person');
SELECT core_let_purge('budget_reconciliationrow', 'description');
