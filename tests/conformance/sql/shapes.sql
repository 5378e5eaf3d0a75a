-- Results of unusual shape: very wide, very big, without columns, without rows.
\set VERBOSITY verbose
\pset format unaligned
\pset pager off
SELECT;
SELECT FROM generate_series(1, 5);
SELECT WHERE false;
SELECT 1 AS one WHERE false;
CREATE TABLE columnless ();
INSERT INTO columnless DEFAULT VALUES;
TABLE columnless;
COPY columnless TO STDOUT;
SELECT format('CREATE TABLE wide (%s)', string_agg('c' || n || ' int', ', ')) FROM generate_series(1, 1600) AS n \gexec
SELECT format('INSERT INTO wide VALUES (%s)', string_agg(n::text, ', ')) FROM generate_series(1, 1600) AS n \gexec
INSERT INTO wide SELECT * FROM wide;
INSERT INTO wide (c1, c1600) VALUES (1, 1600) RETURNING *;
TABLE wide;
ALTER TABLE wide ADD COLUMN one_more int;
SELECT format('SELECT %s', string_agg(n::text, ', ')) FROM generate_series(1, 1664) AS n \gexec
SELECT format('SELECT %s', string_agg(n::text, ', ')) FROM generate_series(1, 1665) AS n \gexec
SELECT repeat('x', 30000000);
SELECT repeat('x', 1000000) FROM generate_series(1, 20);
SELECT length(repeat('y', 100000000));
SELECT NULL, '', NULL FROM generate_series(1, 1000);
SELECT n, md5(n::text), n * 1.5, NULLIF(n % 3, 0) FROM generate_series(1, 100000) AS n;
SELECT array_agg(n) FROM generate_series(1, 100000) AS n;
SELECT jsonb_object_agg(n, repeat('v', n % 100)) FROM generate_series(1, 10000) AS n;
SELECT n, repeat(chr(65 + n % 26), 8180 + n) FROM generate_series(1, 40) AS n;
SELECT n, repeat(chr(65 + n % 26), 65500 + n) FROM generate_series(1, 60) AS n;
SELECT length('LONG' || repeat('z', 10)) AS short;
\! awk 'BEGIN { printf "SELECT length(\x27"; for (i = 0; i < 5000000; i++) printf "long"; print "\x27);" }' > long.sql
\i long.sql
\! awk 'BEGIN { printf "SELECT 1"; for (i = 0; i < 3000; i++) printf " + %d", i; print " AS sum;" }' > sum.sql
\i sum.sql
\! awk 'BEGIN { printf "SELECT count(*) FROM generate_series(1, 10) AS n WHERE n IN (0"; for (i = 1; i < 50000; i++) printf ", %d", i; print ");" }' > list.sql
\i list.sql
\! awk 'BEGIN { for (i = 0; i < 2000; i++) printf "SELECT %d \\; ", i; print "SELECT 2000;" }' > many.sql
\i many.sql
