-- What psql makes of results, and its questions to the catalog.
CREATE TABLE sale (region text, month text, amount numeric);
INSERT INTO sale VALUES ('north', 'jan', 10), ('north', 'feb', 20), ('south', 'jan', 30), ('south', 'mar', 40.5);
CREATE VIEW total AS SELECT region, sum(amount) FROM sale GROUP BY region;
CREATE INDEX by_region ON sale (region) WHERE amount > 5;
COMMENT ON TABLE sale IS 'what was sold';
SELECT region, month, amount FROM sale \gdesc
SELECT 1, 'two', NULL, ARRAY[1], ROW(1) \gdesc
SELECT no_column FROM sale \gdesc
INSERT INTO sale VALUES ('x', 'y', 1) \gdesc
CREATE TABLE undescribed (id int) \gdesc
SELECT region, month, amount FROM sale ORDER BY 1, 2 \crosstabview
SELECT region, month, amount FROM sale ORDER BY 1, 2 \crosstabview month region
SELECT * FROM sale ORDER BY region, month \gx
SELECT count(*) AS number, max(amount) AS most FROM sale \gset sold_
\echo :sold_number :sold_most
SELECT 1 AS one WHERE false \gset
SELECT format('SELECT %L AS made, %s AS number', region, count(*)) FROM sale GROUP BY region ORDER BY region \gexec
SELECT * FROM sale ORDER BY amount \g saved
\! cat saved
SELECT * FROM sale ORDER BY amount \g | sort -r
\d
\d sale
\d+ total
\dt+ nothing
\di
\dn
\l conformance
\du visitor
\df pg_catalog.abs
\dT+ money
\sv total
\set region 'north'
SELECT :'region' AS quoted, :"region" FROM sale WHERE region = :'region' LIMIT 1;
\if :{?region}
SELECT 'there is one';
\else
SELECT 'there is none';
\endif
\pset format csv
TABLE sale ORDER BY amount;
\pset format html
TABLE sale ORDER BY amount;
\pset format unaligned
\pset tuples_only on
TABLE sale ORDER BY amount;
\pset format wrapped
\pset columns 30
SELECT repeat('wrapped words ', 10);
\pset format aligned
\pset tuples_only off
\x
TABLE total ORDER BY region;
\x
EXPLAIN (COSTS off) SELECT * FROM sale s JOIN total USING (region) WHERE amount > 20;
EXPLAIN (FORMAT json, COSTS off) SELECT * FROM sale;
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT * FROM sale WHERE amount > 20;
\lo_list
\timing on
SELECT 'timed';
\timing off
\echo :ROW_COUNT :ERROR :SQLSTATE
SELECT 1 / 0;
\echo :ROW_COUNT :ERROR :SQLSTATE :LAST_ERROR_MESSAGE :LAST_ERROR_SQLSTATE
\echo :SERVER_VERSION_NAME :ENCODING :DBNAME :USER
\connect conformance visitor
SELECT 'again';
