DROP TRIGGER budget_paymentimport_only_grows ON budget_paymentimport;
DROP TRIGGER budget_batch_adds_up ON budget_payment;
DROP TRIGGER budget_batch_adds_up ON budget_paymentbatch;
DROP FUNCTION budget_batch_adds_up();
DROP TRIGGER budget_paymentbatch_moves ON budget_paymentbatch;
DROP FUNCTION budget_paymentbatch_moves();
DROP TRIGGER budget_payment_moves ON budget_payment;
DROP FUNCTION budget_payment_moves();
