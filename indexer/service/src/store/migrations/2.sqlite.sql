-- From here on migrations are counted in a table of their own. A program that does not know of it refuses the database.
DROP TRIGGER meta_keep;
UPDATE meta SET value = 'greatseal-indexer/migrations' WHERE key = 'schema';
CREATE TRIGGER meta_keep BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'meta never changes'); END;
