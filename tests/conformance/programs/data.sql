-- What every program begins with.
CREATE TABLE account (id int PRIMARY KEY, owner text NOT NULL, amount numeric(10, 2) CHECK (amount >= 0));
INSERT INTO account VALUES (1, 'Ada', 100), (2, 'Bob', 50.25), (3, 'Cleo', 0);
CREATE TABLE log (id int, note text);
