-- Notices of every level, alone and between rows and results.
\set VERBOSITY verbose
\set SHOW_CONTEXT always
SET client_min_messages = debug1;
DO $$ BEGIN
  RAISE DEBUG 'a debug message';
  RAISE LOG 'a log message';
  RAISE INFO 'an info message';
  RAISE NOTICE 'a notice of % and %', 1, 'two' USING HINT = 'a hint', DETAIL = 'a detail', ERRCODE = '01ABC';
  RAISE WARNING 'a warning with ümläuts';
END $$;
SET client_min_messages = notice;
CREATE FUNCTION speak(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'speaking of %', n; RETURN n; END $$;
SELECT speak(n) FROM generate_series(1, 5) AS n;
SELECT speak(1) \; SELECT speak(2) \; SELECT speak(3);
SELECT speak(n), repeat('row ', 500) FROM generate_series(1, 50) AS n;
DO $$ BEGIN FOR n IN 1..500 LOOP RAISE NOTICE 'number %', n; END LOOP; END $$;
DO $$ BEGIN RAISE NOTICE '%', repeat('a long notice ', 3000); END $$;
SELECT speak(1), 1 / (2 - n) FROM generate_series(1, 3) AS n;
DROP TABLE IF EXISTS never_was;
CREATE TABLE one (id serial PRIMARY KEY);
CREATE TABLE IF NOT EXISTS one (id int);
CREATE TABLE two (id int REFERENCES one);
DROP TABLE one CASCADE;
COMMIT;
BEGIN;
BEGIN;
ROLLBACK;
ROLLBACK;
SET LOCAL work_mem = '1MB';
SET client_min_messages = error;
SELECT speak(7);
RESET client_min_messages;
