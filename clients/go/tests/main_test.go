// Package tests is the suite of the client, against a real proxy and a real server.
// tests/integration/test_go_client.py starts both; by hand:
//
//	ONETRIP_API=http://127.0.0.1:9188 PGHOST=127.0.0.1 PGPORT=6532 PGUSER=… PGDATABASE=… go test .
//
// The database may be any that tables author and book can be made in. Without ONETRIP_API the same tests pass, and
// nothing is seen.
package tests

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"onetrip"
)

const schema = `
CREATE TABLE IF NOT EXISTS author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS book (id int PRIMARY KEY, title text NOT NULL, author_id int NOT NULL REFERENCES author);
INSERT INTO author SELECT n, 'Author ' || n FROM generate_series(1, 40) AS n ON CONFLICT DO NOTHING;
INSERT INTO book SELECT n, 'Book ' || n, n * 7 % 40 + 1 FROM generate_series(1, 80) AS n ON CONFLICT DO NOTHING;
ANALYZE author, book;
`

var (
	pool  *pgxpool.Pool
	proxy = os.Getenv("ONETRIP_API") != "" && os.Getenv("ONETRIP_NOBODY") == ""
)

func TestMain(m *testing.M) {
	var err error
	if pool, err = pgxpool.New(context.Background(), ""); err == nil {
		_, err = pool.Exec(context.Background(), schema)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	pool.Close()
	os.Exit(code)
}

// authors gives those of so many books.
func authors(t testing.TB, count int) []int {
	t.Helper()
	rows, err := pool.Query(context.Background(), "SELECT author_id FROM book ORDER BY id LIMIT $1", count)
	check(t, err)
	defer rows.Close()
	var all []int
	for rows.Next() {
		var author int
		check(t, rows.Scan(&author))
		all = append(all, author)
	}
	return all
}

func name(t testing.TB, author int) string {
	t.Helper()
	var name string
	check(t, pool.QueryRow(context.Background(), "SELECT name FROM author WHERE id = $1", author).Scan(&name))
	return name
}

// loop is one N+1.
func loop(t testing.TB, count int) {
	t.Helper()
	for _, author := range authors(t, count) {
		name(t, author)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recorder is a test that notes its failures, and ends when it is told to.
type recorder struct {
	name, said string
	cleanups   []func()
}

func (*recorder) Helper()               {}
func (recorder *recorder) Name() string { return recorder.name }
func (recorder *recorder) Cleanup(cleanup func()) {
	recorder.cleanups = append(recorder.cleanups, cleanup)
}
func (recorder *recorder) Errorf(format string, args ...any) {
	recorder.said += fmt.Sprintf(format, args...) + "\n"
}

func (recorder *recorder) end() {
	for _, cleanup := range recorder.cleanups {
		cleanup()
	}
}

// expect compares what was said, or, without a proxy, that nothing was.
func expect(t *testing.T, said string, parts ...string) {
	t.Helper()
	if !proxy || len(parts) == 0 {
		if said != "" {
			t.Errorf("said without reason: %s", said)
		}
		return
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%q is missing in: %s", part, said)
		}
	}
}

// expectSeen compares what a window holds with statements and repetitions, which without a proxy are none.
func expectSeen(t *testing.T, span *onetrip.Span, statements int, counts ...int) {
	t.Helper()
	if !proxy {
		statements, counts = 0, nil
	}
	seen := span.Seen()
	var found []int
	for _, finding := range seen.Findings {
		found = append(found, finding.Evidence.Count)
	}
	if seen.Statements != statements || fmt.Sprint(found) != fmt.Sprint(counts) {
		t.Errorf("saw %d statements, findings %v; expected %d, %v", seen.Statements, found, statements, counts)
	}
}
