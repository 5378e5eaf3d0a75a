-- COPY both ways, in all formats that are text, with errors at every stage.
\set VERBOSITY verbose
CREATE TABLE goods (id int, name text, price numeric(10, 2));
COPY goods FROM STDIN;
1	plain	1.50
2	with \\ and \t and \n	2.00
3	\N	\N
\.
COPY goods TO STDOUT;
COPY goods (name, id) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *);
COPY goods FROM STDIN WITH (FORMAT csv, HEADER, NULL 'none', DELIMITER ';');
id;name;price
4;"a ""quoted""; name";4.00
5;none;none
6;"two
lines";6.66
\.
COPY (SELECT * FROM goods ORDER BY id) TO STDOUT WITH (DELIMITER '|', NULL 'null');
COPY goods FROM STDIN WHERE id > 8;
7	left out	7
8	left out	8
9	kept	9
\.
COPY goods FROM STDIN;
\.
COPY goods TO STDOUT WITH (FORMAT csv);
\echo errors before, in the middle of and after the data
COPY no_goods FROM STDIN;
COPY goods (no_column) FROM STDIN;
COPY goods FROM STDIN;
10	fine	10
eleven	not a number	11
12	never read	12
\.
COPY goods FROM STDIN;
10	too few
\.
COPY goods FROM STDIN;
10	too	many	columns
\.
COPY goods FROM STDIN WITH (FORMAT csv);
10,"never ended,1
\.
COPY (SELECT 1 / (3 - n) FROM generate_series(1, 5) AS n) TO STDOUT;
SELECT count(*) FROM goods;
\echo in one string with other statements
SELECT 'before' \; COPY goods TO STDOUT \; SELECT 'after';
SELECT 'before' \; COPY goods FROM STDIN \; SELECT count(*) FROM goods;
20	in a string	1
21	in a string	2
\.
COPY goods FROM STDIN \; COPY (SELECT id FROM goods ORDER BY id) TO STDOUT \; COPY goods FROM STDIN \; SELECT 'done';
30	first	1
\.
40	second	2
\.
SELECT 'before' \; COPY goods FROM STDIN \; SELECT 'never';
x	no number	1
\.
SELECT count(*) FROM goods;
\echo in transactions, with triggers, and large
BEGIN;
COPY goods FROM STDIN;
50	taken back	1
\.
ROLLBACK;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'row %', NEW.id; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE INSERT ON goods FOR EACH ROW EXECUTE FUNCTION tell();
COPY goods FROM STDIN;
60	noticed	1
61	noticed	2
\.
DROP TRIGGER tell ON goods;
COPY (SELECT n, repeat('line ', n % 50), n / 7.0 FROM generate_series(1, 20000) AS n) TO STDOUT;
\copy (SELECT n, md5(n::text) FROM generate_series(1, 50000) AS n) TO 'lines.tsv'
CREATE TABLE lines (n int, digest text);
\copy lines FROM 'lines.tsv'
SELECT count(*), sum(n), md5(string_agg(digest, '' ORDER BY n)) FROM lines;
\copy lines FROM 'no such file'
\copy lines TO 'no such folder/file'
\copy (SELECT n FROM lines ORDER BY n LIMIT 3) TO PROGRAM 'tr 1 one'
\copy lines (n) FROM PROGRAM 'printf "7\n8\n9\n"'
\copy goods FROM PROGRAM 'printf "70\t\374bermut\t1\n"' WITH (ENCODING 'LATIN1')
\copy goods FROM PROGRAM 'printf "71\t\374bermut\t1\n"'
SELECT name, convert_to(name, 'UTF8') FROM goods WHERE id = 70;
COPY (SELECT repeat('a very long value ', 300000)) TO STDOUT;
