-- Nothing: on PostgreSQL migrations have always been counted.
SELECT 1;
