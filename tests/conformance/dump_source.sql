-- What pg_dump is given: an object of each kind that it knows how to write.
CREATE SCHEMA store;
COMMENT ON SCHEMA store IS 'what is sold';
CREATE TYPE store.size AS ENUM ('small', 'large');
CREATE DOMAIN store.price AS numeric(10, 2) CHECK (VALUE >= 0);
CREATE TYPE store.dimensions AS (width int, height int);
CREATE SEQUENCE store.numbers START 1000 INCREMENT 5;
CREATE TABLE store.goods (id int PRIMARY KEY DEFAULT nextval('store.numbers'), name text NOT NULL UNIQUE,
  size store.size, price store.price, outline store.dimensions, tags text[], document jsonb, picture bytea,
  made timestamptz, during daterange, sum numeric GENERATED ALWAYS AS (price * 2) STORED);
CREATE TABLE store.sale (id bigint GENERATED ALWAYS AS IDENTITY, goods_id int REFERENCES store.goods ON DELETE CASCADE,
  at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE store.sale_old PARTITION OF store.sale FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
CREATE TABLE store.sale_new PARTITION OF store.sale DEFAULT;
INSERT INTO store.goods (name, size, price, outline, tags, document, picture, made, during)
  SELECT E'goods\t' || n, CASE WHEN n % 3 = 0 THEN 'small' ELSE 'large' END::store.size, n * 1.25, (n, n + 1)::store.dimensions,
         ARRAY['a' || n, NULL, E'b\\"c'], jsonb_build_object('n', n, 'text', E'line\nline'), decode(md5(n::text), 'hex'),
         timestamptz '2024-01-01 00:00:00+00' + n * interval '1 hour', daterange('2024-01-01', date '2024-01-02' + n)
  FROM generate_series(1, 3000) AS n;
INSERT INTO store.sale (goods_id, at) SELECT 1000 + 5 * (n % 100), date '2019-01-01' + n % 700 FROM generate_series(1, 3000) AS n;
CREATE INDEX ON store.goods USING gin (document);
CREATE INDEX ON store.goods (lower(name)) WHERE price > 10;
CREATE VIEW store.cheap AS SELECT * FROM store.goods WHERE price < 100;
CREATE MATERIALIZED VIEW store.sizes AS SELECT size, count(*) FROM store.goods GROUP BY size;
CREATE FUNCTION store.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION store.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no; "never"'; END $$;
CREATE TRIGGER refuse BEFORE TRUNCATE ON store.goods EXECUTE FUNCTION store.refuse();
CREATE RULE quiet AS ON DELETE TO store.cheap DO INSTEAD NOTHING;
CREATE AGGREGATE store.total(int) (SFUNC = int4pl, STYPE = int);
CREATE STATISTICS store.related ON name, size FROM store.goods;
ALTER TABLE store.goods ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON store.goods USING (price > 0);
GRANT SELECT ON store.goods TO PUBLIC;
CREATE PUBLICATION everything FOR TABLE store.goods;
SELECT lo_from_bytea(900001, decode(repeat('00ff5c', 20000), 'hex'));
CREATE TABLE "Odd ""name""" ("a column" int, "SELECT" text);
INSERT INTO "Odd ""name""" VALUES (1, E'\\.'), (2, '\N'), (3, E'tab\there'), (4, NULL), (5, '');
CREATE TABLE big (value text);
INSERT INTO big SELECT repeat(md5(n::text), 30000) FROM generate_series(1, 5) AS n;
