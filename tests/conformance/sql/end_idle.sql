-- The server ends a session that did nothing; psql finds out when it asks for more.
\set VERBOSITY verbose
SET idle_session_timeout = '100ms';
\! sleep 0.5
SELECT 'never';
