-- Statements that end before their time: by timeouts, by cancels, by termination.
\set VERBOSITY verbose
SET statement_timeout = '50ms';
SELECT pg_sleep(30);
SELECT n, pg_sleep(0.02) FROM generate_series(1, 100) AS n;
SELECT 1 \; SELECT pg_sleep(30) \; SELECT 3;
COPY (SELECT n, pg_sleep(0.02) FROM generate_series(1, 100) AS n) TO STDOUT;
RESET statement_timeout;
SELECT pg_cancel_backend(pg_backend_pid());
SELECT 'after a cancel';
BEGIN;
SELECT pg_cancel_backend(pg_backend_pid());
SELECT 'aborted';
ROLLBACK;
DO $$ BEGIN PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(30); END $$;
CREATE TABLE locked (id int);
BEGIN;
LOCK TABLE locked IN ACCESS EXCLUSIVE MODE;
\! PGOPTIONS='-c lock_timeout=50ms' psql -Xc 'TABLE locked' 2>&1
COMMIT;
SELECT 'the end';
