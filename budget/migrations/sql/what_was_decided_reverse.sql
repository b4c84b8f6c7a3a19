-- The columns go; there is nothing to put back.
SELECT 1;
