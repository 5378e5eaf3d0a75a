-- Several statements in one string: their results, one error in the middle, empty ones, and blocks of their own.
\set VERBOSITY verbose
CREATE TABLE step (id int PRIMARY KEY);
SELECT 1 \; SELECT 2, 'two' \; SELECT;
INSERT INTO step VALUES (1) \; INSERT INTO step VALUES (2), (3) \; UPDATE step SET id = id + 10 \; DELETE FROM step;
INSERT INTO step VALUES (1) \; INSERT INTO step VALUES (1) \; INSERT INTO step VALUES (2);
TABLE step;
SELECT 1 \; SELEC 2 \; SELECT 3;
SELECT 1 \; SELECT 1 / 0 \; SELECT 3;
SELECT 1 \; SELECT no_column \; SELECT 3;
BEGIN \; INSERT INTO step VALUES (5) \; COMMIT \; SELECT 1 / 0;
TABLE step;
INSERT INTO step VALUES (6) \; BEGIN \; INSERT INTO step VALUES (7) \; ROLLBACK \; SELECT count(*) FROM step;
BEGIN \; INSERT INTO step VALUES (8) \; SELECT 1 / 0 \; COMMIT;
SELECT 'aborted?';
ROLLBACK;
TABLE step;
\echo empty ones
;
 ;
/* only a comment */;
-- only a line
;
\; ;
SELECT 1 \; ;
\; SELECT 2;
SELECT 1 \; \; \; SELECT 2;
\echo prepared and settings in a string
PREPARE one AS SELECT 1 \; EXECUTE one \; EXECUTE one \; DEALLOCATE one \; SELECT 'gone';
SET work_mem = '5MB' \; SHOW work_mem \; RESET work_mem \; SHOW work_mem;
CREATE TABLE shortlived (id int) \; INSERT INTO shortlived VALUES (1) \; TABLE shortlived \; DROP TABLE shortlived;
DO $$ BEGIN RAISE NOTICE 'first'; END $$ \; SELECT 'between' \; DO $$ BEGIN RAISE NOTICE 'second'; END $$;
\set SHOW_ALL_RESULTS off
SELECT 1 \; SELECT 2 \; SELECT 3;
\set SHOW_ALL_RESULTS on
SELECT n FROM generate_series(1, 3) AS n \; SELECT n FROM generate_series(1, 0) AS n \; SELECT n FROM generate_series(1, 2) AS n;
SELECT $$ a \; b $$, 'a;b' AS "c;d" /* ; */ \; SELECT 'last' -- ;
;
SELECT repeat('many ', 5) || n FROM generate_series(1, 3) AS n \; SELECT repeat('x', 100000) \; SELECT 1 / 0;
