-- The session is ended from outside in the middle of a string of statements; psql gives up with exit code 2.
\set VERBOSITY verbose
SELECT 'before' \; SELECT n, CASE WHEN n = 500 THEN pg_terminate_backend(pg_backend_pid()) END FROM generate_series(1, 1000) AS n;
SELECT 'never';
