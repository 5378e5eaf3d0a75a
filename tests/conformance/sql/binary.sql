-- COPY BINARY, to a file and back.
\set VERBOSITY verbose
CREATE TABLE source AS SELECT n AS id, n::bigint * 1000000007 AS big, 'row ' || n AS text, n / 7.0 AS numeric,
  n / 7.0::float8 AS double, n % 2 = 0 AS even, decode(md5(n::text), 'hex') AS digest, ARRAY[n, n + 1] AS list,
  timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute' AS moment, NULLIF(n % 5, 0) AS sometimes,
  jsonb_build_object('n', n) AS document, md5(n::text)::uuid AS uuid
  FROM generate_series(1, 5000) AS n;
\copy source TO 'source.bin' WITH (FORMAT binary)
\! md5sum < source.bin
CREATE TABLE target (LIKE source);
\copy target FROM 'source.bin' WITH (FORMAT binary)
SELECT count(*) FROM (TABLE source EXCEPT TABLE target) AS lost;
\copy (SELECT 1::int, NULL::text, 'x'::text) TO 'small.bin' BINARY
\! od -An -tx1 small.bin
\! head -c 30 source.bin > cut.bin
\copy target FROM 'cut.bin' WITH (FORMAT binary)
\! printf 'not binary at all\n' > wrong.bin
\copy target FROM 'wrong.bin' WITH (FORMAT binary)
\copy (SELECT decode(repeat('00ff0a5c2e0a', 500000), 'hex')) TO 'bytes.bin' WITH (FORMAT binary)
\! md5sum < bytes.bin
CREATE TABLE bytes (bytes bytea);
\copy bytes FROM 'bytes.bin' WITH (FORMAT binary)
SELECT length(bytes), md5(bytes) FROM bytes;
