-- Large objects, over SQL and over psql's own commands (which use the function call protocol).
\set VERBOSITY verbose
SELECT lo_create(700001);
SELECT lo_create(700001);
SELECT lo_put(700001, 0, 'some bytes'), lo_get(700001), lo_get(700001, 5, 3);
SELECT lo_from_bytea(700002, decode(repeat('00ff', 50000), 'hex'));
SELECT length(lo_get(700002)), md5(lo_get(700002));
BEGIN;
SELECT lo_open(700001, x'60000'::int);
SELECT lowrite(0, 'OVER'), lo_lseek(0, 0, 0), loread(0, 100), lo_tell(0), lo_truncate(0, 4), lo_close(0);
COMMIT;
SELECT lo_get(700001);
\lo_export 700002 'exported'
\lo_export 700003 'never'
\! md5sum < exported
\lo_unlink 700002
\lo_unlink 700002
SELECT lo_unlink(700001);
SELECT count(*) FROM pg_largeobject_metadata;
