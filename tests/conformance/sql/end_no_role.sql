-- A role that is unknown, and a password that is wrong.
\! PGPASSWORD=medlar psql -Xc 'SELECT 1' 2>&1
\! PGOPTIONS='-c no_such_setting=1' psql -Xc 'SELECT 1' 2>&1
\! PGOPTIONS='-c DateStyle=German' psql -XAtc "SELECT date '2024-12-31'" 2>&1
\! PGCLIENTENCODING=LATIN1 psql -XAtc 'SHOW client_encoding' 2>&1
\! PGCLIENTENCODING=nonsense psql -XAtc 'SHOW client_encoding' 2>&1
\! psql -XAt "dbname=conformance application_name='a name with blanks and ümläuts'" -c 'SHOW application_name' 2>&1
\! psql -XAt "dbname=conformance replication=database" -c 'IDENTIFY_SYSTEM' 2>&1 | cut -d '|' -f 4
\! pg_isready -q && echo ready
\! vacuumdb --analyze --jobs 2 2>&1
\! createdb conformance_made && psql -Xl conformance_made | grep -c conformance_made && dropdb conformance_made
\! dropdb conformance_made 2>&1
\connect - no_such_role
SELECT 'never';
