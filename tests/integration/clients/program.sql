-- Run by psql. Every statement of it stands in test_psql.py with what the proxy should have seen.
\set VERBOSITY verbose
\pset null '(null)'
SELECT id, name FROM author WHERE id = 7;
SELECT id, nick FROM author WHERE id <= 4 ORDER BY id;
SELECT count(*) FROM author \; SELECT id FROM book WHERE id IN (1, 2, 3) ORDER BY id \; UPDATE scratch SET id = 1;
PREPARE by_name(text) AS SELECT id FROM author WHERE name = $1;
EXECUTE by_name('Author 3');
EXECUTE by_name('Author 4');
SELECT id, title FROM book WHERE author_id = 1 \gdesc
\set FETCH_COUNT 250
SELECT id, isbn FROM book ORDER BY id;
\unset FETCH_COUNT
\copy scratch FROM 'scratch.tsv'
\copy (SELECT id, title FROM book WHERE id <= 50 ORDER BY id) TO STDOUT
BEGIN;
UPDATE author SET nick = 'Two' WHERE id = 2;
SELECT 1 / 0 AS never FROM author WHERE id = 1;
SELECT id FROM author WHERE id = 2;
ROLLBACK;
SELECT id FROM author WHERE id = 1 \; SELECT 1 / 0 AS never FROM author WHERE id = 1 \; SELECT id FROM book WHERE id = 1;
SELECT pg_sleep(0.05);
SELECT g, repeat('x', 83) AS filler FROM generate_series(1, 10000) AS g;
DELETE FROM scratch WHERE id >= 0;
