-- The tables of the accuracy benchmark: every kind of relation, and the trap on purpose. Ids run from 1
-- without a gap in all tables, and foreign keys hold other rows' ids in another order, so that any list of
-- keys is contained in any other. Loaded once into a template; each run gets a copy.

-- Swaps neighbours, 1 and 2, 3 and 4: of the first N rows, N even, a permutation.
CREATE FUNCTION pg_temp.swap(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT i + 1 - 2 * ((i + 1) % 2) $$;
-- The uuid of row i of a table: random to look at, the same in every load.
CREATE FUNCTION pg_temp.uuid(kind text, i int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT md5(kind || i)::uuid $$;

-- Plain foreign keys: forward, reverse, nullable, one-to-one, many-to-many.
CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE profile (id serial PRIMARY KEY, author_id int NOT NULL UNIQUE REFERENCES author, bio text NOT NULL);
CREATE TABLE publisher (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (
  id serial PRIMARY KEY, title text NOT NULL,
  author_id int NOT NULL REFERENCES author,
  publisher_id int REFERENCES publisher);  -- null in every third row
CREATE TABLE review (id serial PRIMARY KEY, book_id int NOT NULL REFERENCES book, stars int NOT NULL);
CREATE TABLE genre (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE book_genre (
  book_id int NOT NULL REFERENCES book, genre_id int NOT NULL REFERENCES genre, PRIMARY KEY (book_id, genre_id));

-- Two foreign keys to one table; a table that refers to itself, flat and deep.
CREATE TABLE team (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE match (
  id serial PRIMARY KEY, home_id int NOT NULL REFERENCES team, away_id int NOT NULL REFERENCES team);
CREATE TABLE employee (id serial PRIMARY KEY, name text NOT NULL, manager_id int REFERENCES employee);
CREATE TABLE category (id serial PRIMARY KEY, name text NOT NULL, parent_id int REFERENCES category);

-- Composite, uuid and text keys.
CREATE TABLE warehouse (region text, code int, name text NOT NULL, PRIMARY KEY (region, code));
CREATE TABLE stock (
  id serial PRIMARY KEY, region text NOT NULL, code int NOT NULL, quantity int NOT NULL,
  FOREIGN KEY (region, code) REFERENCES warehouse);
CREATE TABLE customer (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoice (id uuid PRIMARY KEY, number int NOT NULL, customer_id uuid NOT NULL REFERENCES customer);
CREATE TABLE currency (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE price (
  id serial PRIMARY KEY, currency_code text NOT NULL REFERENCES currency, amount int NOT NULL);

-- No foreign key: polymorphic, and a column that only its name ties to author.
CREATE TABLE comment (
  id serial PRIMARY KEY, content_type text NOT NULL, object_id int NOT NULL, body text NOT NULL);
CREATE TABLE visit (id serial PRIMARY KEY, author_id int NOT NULL, place text NOT NULL);

-- A partitioned table and a view.
CREATE TABLE sensor (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE reading (
  id int NOT NULL, sensor_id int NOT NULL REFERENCES sensor, value int NOT NULL, PRIMARY KEY (id))
  PARTITION BY RANGE (id);
CREATE TABLE reading_low PARTITION OF reading FOR VALUES FROM (1) TO (6);
CREATE TABLE reading_high PARTITION OF reading FOR VALUES FROM (6) TO (1000);
CREATE VIEW book_view AS SELECT id, title, author_id FROM book;

-- What applications write, look up and poll; no relation to anything above.
CREATE TABLE account (id serial PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE);
CREATE TABLE orders (id serial PRIMARY KEY, account_id int NOT NULL REFERENCES account, total int NOT NULL);
CREATE TABLE tag (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE audit (id serial PRIMARY KEY, what text NOT NULL);
CREATE TABLE setting (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE job (id serial PRIMARY KEY, state text NOT NULL, payload text NOT NULL);
CREATE TABLE event (id serial PRIMARY KEY, kind text NOT NULL, amount int NOT NULL);  -- a big one
CREATE TABLE document (id serial PRIMARY KEY, title text NOT NULL, body text NOT NULL);  -- a wide one
CREATE TABLE product (  -- one of many columns; the last table, so that the others kept their object ids
  id serial PRIMARY KEY, name text NOT NULL, sku text NOT NULL, ean text NOT NULL, brand text NOT NULL,
  model text NOT NULL, color text NOT NULL, size text NOT NULL, material text NOT NULL, origin text NOT NULL,
  weight_g int NOT NULL, length_mm int NOT NULL, width_mm int NOT NULL, height_mm int NOT NULL, price int NOT NULL,
  cost int NOT NULL, tax int NOT NULL, stock int NOT NULL, reserved int NOT NULL, minimum int NOT NULL,
  maximum int NOT NULL, note text NOT NULL, description text NOT NULL, manual text NOT NULL);

INSERT INTO author (name) SELECT 'Author ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO profile (author_id, bio) SELECT pg_temp.swap(i), 'Bio ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO publisher (name) SELECT 'Publisher ' || i FROM generate_series(1, 50) i ORDER BY i;
INSERT INTO book (title, author_id, publisher_id)
  SELECT 'Book ' || i, pg_temp.swap(i), CASE WHEN i % 3 > 0 THEN i % 50 + 1 END
  FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO review (book_id, stars) SELECT (i + 1) / 2, i % 5 + 1 FROM generate_series(1, 400) i ORDER BY i;
INSERT INTO genre (name) SELECT 'Genre ' || i FROM generate_series(1, 20) i ORDER BY i;
INSERT INTO book_genre
  SELECT i, g FROM generate_series(1, 200) i, LATERAL (VALUES (i % 20 + 1), ((i + 7) % 20 + 1)) AS v (g) ORDER BY i, g;
INSERT INTO team (name) SELECT 'Team ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO match (home_id, away_id)
  SELECT pg_temp.swap(i), (i + 1) % 200 + 1 FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO employee (name, manager_id)
  SELECT 'Employee ' || i, pg_temp.swap(i) FROM generate_series(1, 200) i ORDER BY i;
-- One chain: the parent of 200 is 199, and so on up to 1, which has none.
INSERT INTO category (name, parent_id)
  SELECT 'Category ' || i, nullif(i - 1, 0) FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO warehouse SELECT r, c, 'Warehouse ' || r || c FROM unnest(ARRAY['north', 'south']) r, generate_series(1, 100) c;
INSERT INTO stock (region, code, quantity)
  SELECT CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END, (i + 1) / 2, i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO customer SELECT pg_temp.uuid('customer', i), 'Customer ' || i FROM generate_series(1, 200) i;
INSERT INTO invoice
  SELECT pg_temp.uuid('invoice', i), i, pg_temp.uuid('customer', pg_temp.swap(i)) FROM generate_series(1, 200) i;
INSERT INTO currency SELECT 'C' || i, 'Currency ' || i FROM generate_series(1, 200) i;
INSERT INTO price (currency_code, amount)
  SELECT 'C' || pg_temp.swap(i), i * 10 FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO comment (content_type, object_id, body)
  SELECT CASE WHEN i % 2 = 0 THEN 'author' ELSE 'book' END, (i + 1) / 2, 'Comment ' || i
  FROM generate_series(1, 400) i ORDER BY i;
INSERT INTO visit (author_id, place)
  SELECT pg_temp.swap(i), 'Place ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO sensor (name) SELECT 'Sensor ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO reading SELECT i, pg_temp.swap((i - 1) % 200 + 1), i FROM generate_series(1, 400) i;
INSERT INTO account (name, email)
  SELECT 'User ' || i, 'user' || i || '@example.org' FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO orders (account_id, total) SELECT pg_temp.swap(i), i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO tag (name) SELECT 'tag' || i FROM generate_series(1, 20) i ORDER BY i;
INSERT INTO setting SELECT 'key' || i, 'value ' || i FROM generate_series(1, 200) i;
INSERT INTO job (state, payload) SELECT 'ready', 'job ' || i FROM generate_series(1, 200) i ORDER BY i;
INSERT INTO event (kind, amount) SELECT 'kind' || i % 7, i FROM generate_series(1, 15000) i ORDER BY i;
INSERT INTO document (title, body)
  SELECT 'Document ' || i, repeat(md5(i::text), 1024) FROM generate_series(1, 50) i ORDER BY i;
INSERT INTO product
  SELECT i, 'Product ' || i, 'sku' || i, 'ean' || i, 'Brand', 'Model', 'red', 'M', 'wood', 'here', i, i, i, i, i, i, i, i, i,
    i, i, repeat(md5('note' || i), 300), repeat(md5('about' || i), 400), repeat(md5('how' || i), 400)
  FROM generate_series(1, 50) i ORDER BY i;
ANALYZE;
