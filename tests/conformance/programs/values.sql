-- A value of each of the types that matter; no semicolon, as some programs append to it.
SELECT 1::int2, 2147483647::int4, (-9223372036854775808)::int8, 1.5::float4, 0.1::float8, 'NaN'::float8,
  12.340::numeric, true, 'text with ümläuts'::text, ''::text, NULL::text, '\x00ff'::bytea, date '2024-02-29',
  time '23:59:59.999999', timestamp '2024-02-29 12:00:00', timestamptz '2024-07-01 12:00:00+00',
  interval '1 day 02:03:04', '{1,2,3}'::int[], '{a,NULL}'::text[], 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid,
  '{"a": [1, null]}'::json, '{"b": 2}'::jsonb
