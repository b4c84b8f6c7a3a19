-- The columns go away with the migration.
SELECT 1;
