-- Functions, procedures and DO blocks, with OUT parameters and their own transactions.
\set VERBOSITY verbose
\set SHOW_CONTEXT always
CREATE FUNCTION two_out(a int, OUT sum int, OUT product int) LANGUAGE sql AS 'SELECT a + a, a * a';
SELECT two_out(5), (two_out(6)).*;
SELECT * FROM two_out(7);
CREATE FUNCTION several(n int) RETURNS TABLE (number int, label text) LANGUAGE plpgsql AS
  $$ BEGIN FOR i IN 1..n LOOP number := i; label := 'row ' || i; RETURN NEXT; END LOOP; END $$;
SELECT * FROM several(4);
SELECT several(2);
CREATE PROCEDURE swap(INOUT a int, INOUT b text) LANGUAGE plpgsql AS
  $$ BEGIN RAISE NOTICE 'swapping % and %', a, b; SELECT length(b), a::text INTO a, b; END $$;
CALL swap(12, 'four');
CALL swap('x', 'y');
CREATE PROCEDURE one_out(a int, OUT twice int) LANGUAGE sql AS 'SELECT a * 2';
CALL one_out(21, NULL);
CREATE TABLE kept (id int);
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN
  FOR i IN 1..4 LOOP
    INSERT INTO kept VALUES (i);
    IF i % 2 = 0 THEN COMMIT; ELSE ROLLBACK; END IF;
  END LOOP;
END $$;
CALL commits();
TABLE kept;
BEGIN;
CALL commits();
ROLLBACK;
DO $$ DECLARE n int; BEGIN
  SELECT count(*) INTO n FROM kept;
  RAISE NOTICE 'there are %', n;
  BEGIN
    PERFORM 1 / 0;
  EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'caught % %', SQLSTATE, SQLERRM;
  END;
END $$;
DO LANGUAGE plpgsql 'BEGIN RETURN; END';
DO LANGUAGE nothing 'x';
CREATE FUNCTION refs() RETURNS SETOF refcursor LANGUAGE plpgsql AS $$ DECLARE a refcursor := 'first_one'; BEGIN
  OPEN a FOR SELECT * FROM kept ORDER BY id; RETURN NEXT a; END $$;
BEGIN;
SELECT refs();
FETCH ALL FROM first_one;
COMMIT;
CREATE FUNCTION many(VARIADIC numbers int[]) RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM unnest(numbers)';
SELECT many(1, 2, 3), many(VARIADIC ARRAY[1, 2]);
SELECT many(VARIADIC '{}'), many();
CREATE FUNCTION named(a int, b int DEFAULT 10) RETURNS text LANGUAGE sql AS 'SELECT a || ''/'' || b';
SELECT named(1), named(b => 2, a => 3);
CREATE FUNCTION anything() RETURNS record LANGUAGE sql AS 'SELECT 1, ''two''::text';
SELECT anything();
SELECT * FROM anything() AS (one int, two text);
SELECT * FROM anything() AS (one int);
SELECT * FROM anything();
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
SELECT nothing(), nothing() IS NULL;
\sf named
\df named
