-- psql stops at the first error when it is told to: exit code 3.
\set ON_ERROR_STOP on
SELECT 'before';
SELECT 1 / 0;
SELECT 'never';
