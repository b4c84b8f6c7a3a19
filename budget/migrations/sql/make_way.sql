-- Triggers that stand in the way of new columns; they come back, with more to watch, in movements.sql.
DROP TRIGGER budget_list_is_booked ON budget_ledgerentry;
DROP TRIGGER budget_councildecision_only_grows ON budget_councildecision;
DROP TRIGGER budget_councildecisionamount_only_grows ON budget_councildecisionamount;
