-- An error of every class that a statement can bring about, with all that the server tells of it.
\set VERBOSITY verbose
\set SHOW_CONTEXT always
CREATE TABLE parent (id int PRIMARY KEY, name text NOT NULL, CONSTRAINT short CHECK (length(name) < 10));
CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent, during int4range,
                    EXCLUDE USING gist (during WITH &&));
INSERT INTO parent VALUES (1, 'one');
INSERT INTO child VALUES (1, 1, '[1,5)');
\echo class 0A, feature not supported
SELECT * FROM parent FOR UPDATE OF nowhere;
CREATE TABLE t () INHERITS (pg_class) PARTITION BY LIST (a);
SELECT count(*) FROM parent FOR UPDATE;
\echo class 21, cardinality
SELECT (SELECT n FROM generate_series(1, 2) AS n);
\echo class 22, data
SELECT 1 / 0;
SELECT 'abc'::int;
SELECT '2024-02-30'::date;
SELECT 32768::smallint;
SELECT 'x' || substring('abc' FROM 1 FOR -1);
SELECT sqrt(-1), ln(0);
SELECT '{1,2'::int[];
SELECT '{"a": }'::json;
SELECT '{"a": 1, "b"}'::jsonb;
SELECT 'a' ~ '(';
SELECT E'\xff';
SELECT U&'\D800';
SELECT 'zz'::uuid;
SELECT to_date('2024', 'YYYY-MM-Q-JD');
SELECT make_date(2024, 13, 1);
SELECT 'abcdef'::varchar(3)::char(2), 'abc'::bit(3);
INSERT INTO parent VALUES (NULL, 'none');
SELECT generate_series(1, 10, 0);
SELECT nth_value(1, 0) OVER ();
SELECT 1 LIMIT -1;
\echo class 23, constraints
INSERT INTO parent VALUES (1, 'again');
INSERT INTO parent VALUES (2, NULL);
INSERT INTO parent VALUES (2, 'much too long for this');
INSERT INTO child VALUES (2, 99, '[10,20)');
INSERT INTO child VALUES (2, 1, '[4,6)');
DELETE FROM parent WHERE id = 1;
\echo class 25, transactions
BEGIN;
SELECT 1 / 0;
SELECT 'not now';
ROLLBACK;
BEGIN READ ONLY;
INSERT INTO parent VALUES (7, 'seven');
ROLLBACK;
BEGIN;
VACUUM;
COMMIT;
SAVEPOINT outside;
\echo class 26 and 34, names of statements and cursors
EXECUTE nothing;
FETCH FROM nothing;
DEALLOCATE nothing;
\echo class 2B, dependent objects
CREATE ROLE conformance_owner;
CREATE TABLE owned (id int);
ALTER TABLE owned OWNER TO conformance_owner;
DROP ROLE conformance_owner;
DROP TABLE owned;
DROP ROLE conformance_owner;
\echo class 3B, savepoints
BEGIN;
ROLLBACK TO SAVEPOINT unknown;
ROLLBACK;
\echo class 3D and 3F, catalogs and schemas
SELECT * FROM elsewhere.public.parent;
CREATE TABLE nowhere.t (id int);
\echo class 42, syntax and names
SELEC 1;
SELECT FROM WHERE;
SELECT 'unfinished;
';
SELECT 1 +;
SELECT "no such column" FROM parent;
SELECT nam FROM parent;
SELECT parent.id FROM parent p;
SELECT * FROM no_such_table;
SELECT no_such_function(1, 'two');
SELECT length(1, 2), 1;
SELECT 1 + 'a'::text;
SELECT id, count(*) FROM parent;
SELECT id FROM parent, child;
SELECT $1;
SELECT a FROM (VALUES (1), ('x')) AS t(a);
CREATE TABLE parent (id int);
CREATE TABLE twice (id int, id int);
ALTER TABLE parent ADD COLUMN name text;
DROP TABLE parent;
DROP TABLE no_such_table, neither_this;
SELECT     1,
       2,
       three
  FROM parent -- the position is in the third line
 WHERE true;
SELECT 'ÄÖÜ漢字', no_column FROM parent;
CREATE FUNCTION broken() RETURNS int LANGUAGE sql AS 'SELECT no_column FROM parent';
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 END';
DO $$ BEGIN PERFORM no_such(); END $$;
\echo class 44, views
CREATE VIEW small AS SELECT * FROM parent WHERE id < 10 WITH CHECK OPTION;
INSERT INTO small VALUES (11, 'eleven');
\echo class 53 and 54, limits
DO $$ BEGIN EXECUTE 'SELECT ' || repeat('(', 100000); END $$;
SELECT repeat('x', 2147483647);
\echo class 55, state
SELECT currval('no_sequence');
CREATE SEQUENCE numbers;
SELECT currval('numbers');
ALTER SYSTEM SET max_connections = 'many';
ALTER SYSTEM SET no_such_setting = 1;
SET no_such_setting = 1;
SET work_mem = '-1';
SET statement_timeout = 'soon';
\echo class P0, errors of one's own
DO $$ BEGIN RAISE EXCEPTION 'own % error', 'small' USING DETAIL = 'the detail', HINT = 'the hint', ERRCODE = 'ZZ123',
      COLUMN = 'c', CONSTRAINT = 'k', DATATYPE = 'd', TABLE = 't', SCHEMA = 's'; END $$;
DO $$ BEGIN RAISE no_data_found; END $$;
DO $$ BEGIN ASSERT 1 = 2, 'they differ'; END $$;
CREATE FUNCTION deep(n int) RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN IF n = 0 THEN RETURN 1 / n; END IF; RETURN deep(n - 1); END $$;
SELECT deep(5);
SELECT E'a message of\nseveral lines'::int;
SELECT repeat('long ', 2000)::int;
\set VERBOSITY sqlstate
SELECT 1 / 0;
\set VERBOSITY terse
SELECT nam FROM parent;
\set VERBOSITY default
SELECT nam FROM parent;
\errverbose
