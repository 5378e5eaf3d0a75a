-- Encodings of the client that are not the server's: what can be said, and what cannot.
\set VERBOSITY verbose
CREATE TABLE word (id int, text text);
INSERT INTO word VALUES (1, 'Äpfel'), (2, 'œuvre'), (3, '漢字'), (4, 'plain');
\encoding LATIN1
SELECT text FROM word WHERE id IN (1, 4) ORDER BY id;
SELECT text FROM word WHERE id = 2;
SELECT text FROM word WHERE id = 3;
SELECT 1 AS one \; SELECT text FROM word ORDER BY id;
SHOW client_encoding;
\encoding WIN1252
SELECT text FROM word WHERE id = 2;
\encoding EUC_JP
SELECT text FROM word WHERE id = 3;
\encoding SJIS
SELECT text FROM word WHERE id = 3;
SELECT '\' || 'after a backslash';
\encoding SQL_ASCII
SELECT text FROM word WHERE id = 1;
\encoding UTF8
SET client_encoding = 'LATIN9';
SELECT text FROM word WHERE id = 2;
SET client_encoding = 'no such encoding';
SET NAMES 'UTF8';
SHOW client_encoding;
RESET client_encoding;
\echo text that is no UTF-8, from outside
\! printf 'SELECT \047\374ber\047;\nSELECT 1 AS "\303\050";\nSELECT 1; -- \377\nSELECT 2;\n' > broken.sql
\i broken.sql
\encoding LATIN1
\i broken.sql
\encoding SQL_ASCII
\i broken.sql
\encoding UTF8
\! printf '1\t\374ber\n' > broken.tsv
\copy word FROM 'broken.tsv'
\copy word FROM 'broken.tsv' WITH (ENCODING 'LATIN1')
TABLE word ORDER BY id, text;
SELECT convert_from('\xfc', 'UTF8');
SELECT convert('\xc384', 'UTF8', 'LATIN1'), encode(convert_to('漢', 'EUC_JP'), 'hex');
SELECT chr(0);
SELECT octet_length('漢字'), char_length('漢字'), ascii('漢');
