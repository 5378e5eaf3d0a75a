-- A connection that cannot be had ends a script.
\connect no_such_database
SELECT 'never';
