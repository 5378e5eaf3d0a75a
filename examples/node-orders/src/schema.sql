CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE product (id int PRIMARY KEY, title text NOT NULL, price_cents int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, placed date NOT NULL);
CREATE TABLE item (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, product_id int NOT NULL REFERENCES product,
                   shipped boolean NOT NULL DEFAULT false);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON item (order_id);
INSERT INTO customer SELECT n, 'Customer ' || n FROM generate_series(1, 40) AS n;
INSERT INTO product SELECT n, 'Product ' || n, n * 100 FROM generate_series(1, 60) AS n;
INSERT INTO orders SELECT n, n * 7 % 40 + 1, date '2026-01-01' + n FROM generate_series(1, 120) AS n;
INSERT INTO item SELECT n, (n + 7) / 8, n * 11 % 60 + 1 FROM generate_series(1, 960) AS n;
ANALYZE;
