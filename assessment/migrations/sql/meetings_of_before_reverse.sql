-- The tables go with what is in them.
SELECT 1;
