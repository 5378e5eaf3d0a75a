-- Statements that change rows and tables: their command tags, RETURNING, MERGE, triggers, rules.
\set VERBOSITY verbose
CREATE TABLE stock (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, amount int DEFAULT 1,
                    twice int GENERATED ALWAYS AS (amount * 2) STORED);
INSERT INTO stock (name) VALUES ('a'), ('b'), ('c') RETURNING *;
INSERT INTO stock (id, name) VALUES (100, 'own');
INSERT INTO stock (id, name) OVERRIDING SYSTEM VALUE VALUES (10000, 'own') RETURNING id, name AS called;
INSERT INTO stock (name, twice) VALUES ('x', 5);
INSERT INTO stock (name) VALUES ('a') ON CONFLICT DO NOTHING;
INSERT INTO stock (name, amount) VALUES ('a', 5) ON CONFLICT (name) DO UPDATE SET amount = stock.amount + EXCLUDED.amount
  RETURNING id, amount, twice;
INSERT INTO stock (name) SELECT 'row ' || n FROM generate_series(1, 500) AS n;
UPDATE stock SET amount = amount + 1 WHERE name LIKE 'row 1%';
UPDATE stock SET amount = 0 WHERE false;
UPDATE stock SET amount = s.id FROM stock s WHERE s.id = stock.id AND stock.id < 3 RETURNING stock.*, s.name;
DELETE FROM stock WHERE name LIKE 'row %' AND amount = 1;
DELETE FROM stock USING stock other WHERE stock.id = other.id AND other.id BETWEEN 200 AND 210 RETURNING stock.id;
CREATE TABLE delivery (name text, amount int);
INSERT INTO delivery VALUES ('a', 10), ('new', 7), ('b', 0);
MERGE INTO stock USING delivery ON stock.name = delivery.name
  WHEN MATCHED AND delivery.amount = 0 THEN DELETE
  WHEN MATCHED THEN UPDATE SET amount = stock.amount + delivery.amount
  WHEN NOT MATCHED THEN INSERT (name, amount) VALUES (delivery.name, delivery.amount);
MERGE INTO stock USING (VALUES ('a'), ('a')) AS source(name) ON stock.name = source.name WHEN MATCHED THEN UPDATE SET amount = 1;
SELECT name, amount FROM stock WHERE name IN ('a', 'b', 'new') ORDER BY name;
WITH gone AS (DELETE FROM delivery RETURNING *), kept AS (INSERT INTO stock (name) SELECT name || '!' FROM gone RETURNING name)
  SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept);
CREATE VIEW few AS SELECT id, name FROM stock WHERE id < 10;
UPDATE few SET name = upper(name) RETURNING *;
CREATE RULE quiet AS ON DELETE TO few DO INSTEAD NOTHING;
DELETE FROM few;
CREATE RULE loud AS ON INSERT TO few DO INSTEAD (SELECT 'instead' AS done; UPDATE stock SET amount = 9 WHERE id = 1);
INSERT INTO few VALUES (1, 'x');
CREATE FUNCTION noting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE NOTICE '% % %', TG_WHEN, TG_OP, TG_LEVEL; RETURN COALESCE(NEW, OLD); END $$;
CREATE TRIGGER noting BEFORE INSERT OR UPDATE OR DELETE ON stock FOR EACH ROW EXECUTE FUNCTION noting();
CREATE TRIGGER noting_all AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stock FOR EACH STATEMENT EXECUTE FUNCTION noting();
INSERT INTO stock (name) VALUES ('t1'), ('t2');
UPDATE stock SET amount = 3 WHERE name IN ('t1', 't2') RETURNING name;
DELETE FROM stock WHERE name = 't1';
TRUNCATE stock;
CREATE TABLE copied AS SELECT n FROM generate_series(1, 7) AS n;
CREATE TABLE copied_not AS SELECT n FROM generate_series(1, 7) AS n WITH NO DATA;
SELECT n INTO into_table FROM copied;
CREATE MATERIALIZED VIEW made AS SELECT count(*) FROM copied;
REFRESH MATERIALIZED VIEW made;
REFRESH MATERIALIZED VIEW made WITH NO DATA;
TABLE made;
CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE part_2024 PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO part VALUES (1, '2024-06-01') RETURNING tableoid::regclass, *;
INSERT INTO part VALUES (1, '2023-06-01');
UPDATE part SET at = '2026-01-01';
VACUUM stock;
VACUUM (ANALYZE) part;
ANALYZE;
REINDEX TABLE stock;
CLUSTER stock USING stock_pkey;
CHECKPOINT;
ALTER TABLE stock ALTER amount TYPE bigint;
ALTER TABLE stock DROP COLUMN twice, DROP COLUMN amount;
COMMENT ON COLUMN stock.name IS NULL;
GRANT SELECT ON stock TO PUBLIC;
REVOKE SELECT ON stock FROM PUBLIC;
SECURITY LABEL ON TABLE stock IS 'x';
CREATE EXTENSION no_such_extension;
LOAD 'no_such_library';
VALUES (1, 'a'), (2, 'b');
TABLE copied;
SELECT n, sum(n) OVER (ORDER BY n), lag(n) OVER w FROM copied WINDOW w AS (ORDER BY n DESC) ORDER BY n;
SELECT n % 2, count(*) FROM copied GROUP BY ROLLUP (n % 2) ORDER BY 1;
WITH RECURSIVE up(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM up WHERE n < 20) SELECT sum(n), count(*) FROM up;
SELECT * FROM copied a JOIN LATERAL (SELECT a.n * 10 AS ten) b ON true WHERE a.n < 3;
(SELECT 1 UNION SELECT 2) EXCEPT SELECT 2 INTERSECT SELECT 2 ORDER BY 1;
SELECT n FROM copied ORDER BY n OFFSET 2 FETCH FIRST 2 ROWS WITH TIES;
