-- Types in text, each with its edges.
\pset null '(null)'
SELECT 1::smallint, (-32768)::smallint AS least, 32767::smallint AS most;
SELECT 2147483647::int, (-2147483648)::int, 9223372036854775807, (-9223372036854775808)::bigint;
SELECT 0.1::float4, 0.1::float8, 'NaN'::float8, 'Infinity'::float8, '-Infinity'::float4, '-0'::float8, 1e-307::float8;
SET extra_float_digits = 0;
SELECT 0.1::float4 + 0.2::float4, 0.1::float8 + 0.2::float8, pi();
RESET extra_float_digits;
SELECT 'NaN'::numeric, 'Infinity'::numeric, 0.000::numeric, 1e-20::numeric, 123456789012345678901234567890.123456789;
SELECT repeat('9', 1000)::numeric, ('0.' || repeat('1', 500))::numeric;
SELECT true, false, NULL::boolean, ''::text, ' '::text, NULL::text;
SELECT 'a'::char(5), 'abc'::varchar(2), 'name'::name, 'x'::"char", ''::"char";
SELECT E'tab\tline\nreturn\rback\\slash', 'quote''s', U&'\0061\+01F600', 'ÄÖÜ – 漢字 – 𝄞';
SELECT '\x'::bytea, '\x00ff7f80'::bytea, E'a\\000b'::bytea, decode('AAEC', 'base64');
SET bytea_output = escape;
SELECT '\x00ff7f80415c'::bytea;
RESET bytea_output;
SELECT date '0001-01-01', date '9999-12-31', date '0044-03-15 BC', date 'infinity', date '-infinity';
SELECT time '00:00', time '24:00', timetz '12:34:56.789+05:30', time '23:59:59.999999';
SELECT timestamp '2024-02-29 12:00', timestamptz '2024-07-01 12:00:00+00', timestamp 'infinity',
       timestamp '294276-12-31 23:59:59.999999', timestamp '4713-01-01 00:00:00 BC';
SELECT interval '1 year 2 mons -3 days 04:05:06.789', interval '0', interval '-178000000 years', interval 'P1Y2M3DT4H5M6S';
SELECT '{}'::int[], '{1,NULL,3}'::int[], '{{1,2},{3,4}}'::int[], '[0:1]={5,6}'::int[], ARRAY['a,b', 'c"d', '', NULL, 'NULL'];
SELECT ROW(1, 'two', NULL), ROW(), ROW(NULL), ROW('a,b', 'c"d', '(e)');
SELECT '[1,5)'::int4range, 'empty'::int4range, '(,)'::numrange, '[2024-01-01,)'::daterange, '{[1,2),[5,6)}'::int4multirange;
SELECT '{"b": 1, "a": [1, 2.50, null, "\u00e9"], "b": 2}'::json, '{"b": 1, "a": [1, 2.50, null], "b": 2}'::jsonb;
SELECT jsonb_path_query('{"a": [1, 2, 3]}', '$.a[*] ? (@ > 1)');
SELECT '00000000-0000-0000-0000-000000000000'::uuid, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid;
SELECT '10.0.0.0/8'::cidr, '::ffff:1.2.3.4/128'::inet, '192.168.0.1/24'::inet, '08:00:2b:01:02:03'::macaddr;
SELECT '(1,2)'::point, '[(0,0),(1,1)]'::lseg, '((0,0),(1,1))'::box, '<(0,0),5>'::circle, '{1,-1,0}'::line,
       '((0,0),(1,0),(1,1))'::polygon, '[(0,0),(1,1)]'::path;
SELECT B'1010', B'', '101'::bit(5), '10101'::varbit(3), X'1F';
SELECT 'a fat cat'::tsvector, 'fat & (cat | !rat)'::tsquery, 'cat:3A fat:2B'::tsvector;
SELECT 12.34::money, (-92233720368547758.08)::money;
SELECT 'pg_class'::regclass, 'int4'::regtype, 'sum(int4)'::regprocedure, '16/B374D848'::pg_lsn, '(0,1)'::tid;
SELECT 1::oid, 4294967295::oid, '10:20:10,14'::pg_snapshot, '3'::xid8;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'a "quoted" one');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (left_one int, right_one mood);
SELECT 'happy'::mood, enum_range(NULL::mood), 5::positive, (1, 'sad')::pair, ARRAY[(1, 'ok')::pair, NULL];
SELECT (ROW(3, 'a "quoted" one')::pair).*;
SELECT NULL, NULL::int, NULL::int[], NULL::pair;
SELECT pg_typeof(1), pg_typeof('x'), pg_typeof(NULL), pg_typeof(ARRAY[1.5]);
SELECT n, chr(n) FROM generate_series(1, 127) AS n;
SELECT repeat('ü', n) FROM (VALUES (0), (1), (2), (127), (128), (255), (256)) AS lengths(n);
SELECT 1 AS "Upper Case", 3 AS "a,b", 4 AS "ünïcödé", 5 AS "?column?", 6;
