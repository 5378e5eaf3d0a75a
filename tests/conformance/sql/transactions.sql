-- Transactions, savepoints, isolation, two-phase commit: what the status says and what stays.
\set VERBOSITY verbose
\set PROMPT1 '%x'
CREATE TABLE account (id int PRIMARY KEY, amount int NOT NULL CHECK (amount >= 0) DEFERRABLE);
DROP TABLE account;
CREATE TABLE account (id int PRIMARY KEY, amount int NOT NULL CHECK (amount >= 0));
INSERT INTO account VALUES (1, 100), (2, 50);
BEGIN;
UPDATE account SET amount = amount - 10 WHERE id = 1;
SAVEPOINT first;
UPDATE account SET amount = amount - 1000 WHERE id = 1;
SELECT 'aborted';
ROLLBACK TO first;
SAVEPOINT second;
UPDATE account SET amount = amount + 10 WHERE id = 2;
RELEASE second;
RELEASE first;
COMMIT;
TABLE account ORDER BY id;
BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
SHOW transaction_isolation;
SHOW transaction_read_only;
COMMIT AND CHAIN;
SHOW transaction_isolation;
ROLLBACK AND CHAIN;
ROLLBACK;
START TRANSACTION;
SELECT 1 / 0;
COMMIT;
ABORT;
END;
\set AUTOCOMMIT off
INSERT INTO account VALUES (3, 3);
ROLLBACK;
INSERT INTO account VALUES (4, 4);
COMMIT;
\set AUTOCOMMIT on
\set ON_ERROR_ROLLBACK on
BEGIN;
INSERT INTO account VALUES (5, 5);
INSERT INTO account VALUES (5, 5);
INSERT INTO account VALUES (6, -6);
INSERT INTO account VALUES (7, 7);
COMMIT;
\set ON_ERROR_ROLLBACK off
TABLE account ORDER BY id;
BEGIN;
UPDATE account SET amount = 0;
PREPARE TRANSACTION 'conformance';
SELECT gid FROM pg_prepared_xacts WHERE database = current_database();
ROLLBACK PREPARED 'conformance';
ROLLBACK PREPARED 'conformance';
CREATE TABLE later (id int, CONSTRAINT once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO later VALUES (1), (1);
COMMIT;
BEGIN;
INSERT INTO later VALUES (1), (1);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
BEGIN;
LOCK TABLE account IN ACCESS EXCLUSIVE MODE;
SELECT count(*) FROM account;
COMMIT;
SELECT * FROM account WHERE id = 1 FOR UPDATE NOWAIT;
SELECT * FROM account WHERE id = 1 FOR UPDATE SKIP LOCKED;
