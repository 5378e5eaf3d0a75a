-- The server ends a session that sleeps in its transaction.
\set VERBOSITY verbose
CREATE TABLE lost (id int);
SET idle_in_transaction_session_timeout = '100ms';
BEGIN;
INSERT INTO lost VALUES (1);
\! sleep 0.5
SELECT 'never';
