// pgx v5: the extended protocol in each of its modes, batches and pipelines, COPY in binary, cancels by context.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	data, values string
	heard        []string
)

const dozing = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func show(parts ...any) {
	text := fmt.Sprintln(parts...)
	if len(text) > 2000 {
		text = fmt.Sprintf("%s... %d bytes, sha256 %x\n", text[:200], len(text), sha256.Sum256([]byte(text)))
	}
	fmt.Print(text)
}

func fail(err error) {
	var told *pgconn.PgError
	if errors.As(err, &told) {
		show(fmt.Sprintf("%+v", *told))
	} else {
		show(err)
	}
}

func connect(more string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(more)
	if err != nil {
		return nil, err
	}
	config.OnNotice = func(_ *pgconn.PgConn, told *pgconn.Notice) {
		heard = append(heard, fmt.Sprintf("%+v", *told))
	}
	return pgx.ConnectConfig(context.Background(), config)
}

func rows(link *pgx.Conn, sql string, given ...any) {
	got, err := link.Query(context.Background(), sql, given...)
	if err == nil {
		var all []any
		for got.Next() {
			raw := make([]string, 0, len(got.RawValues()))
			for _, value := range got.RawValues() {
				raw = append(raw, fmt.Sprintf("%q", value))
			}
			all = append(all, raw)
		}
		for _, field := range got.FieldDescriptions() {
			all = append(all, field.Name, field.DataTypeOID, field.Format)
		}
		show(all...)
		show(got.CommandTag())
		err = got.Err()
	}
	if err != nil {
		fail(err)
	}
}

func simple(ctx context.Context, link, _ *pgx.Conn) {
	must(link.Exec(ctx, data))
	for _, text := range []string{values, "SELECT 1; SELECT 2, 'x'; UPDATE log SET id = 1", "", "SELECT", "SELECT 1; SELEC"} {
		results, err := link.PgConn().Exec(ctx, text).ReadAll()
		for _, one := range results {
			show(one.CommandTag, fmt.Sprintf("%q", one.Rows), one.Err)
		}
		if err != nil {
			fail(err)
		}
	}
	rows(link, "SELECT $1::text, $2::int", pgx.QueryExecModeSimpleProtocol, "it's \\ ü", -5)
}

func modes(ctx context.Context, link, _ *pgx.Conn) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe,
		pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		show(mode)
		for range 2 {
			rows(link, values, mode)
			rows(link, "SELECT $1::int, $2::text, $3::bytea, $4::int[]", mode, 1, "ü", []byte{0, 255}, []int32{1, 2})
			rows(link, "SELECT * FROM account WHERE id = $1", mode, 2)
		}
		rows(link, "SELECT 1 / $1::int", mode, 0)
		rows(link, "SELECT no_column, $1::int FROM account", mode, 0)
	}
}

func prepared(ctx context.Context, link, _ *pgx.Conn) {
	made := must(link.Prepare(ctx, "by id", "SELECT owner, amount FROM account WHERE id = $1"))
	show(made.SQL, made.ParamOIDs, len(made.Fields))
	for _, id := range []int{1, 2, 99} {
		rows(link, "by id", id)
	}
	_, err := link.Prepare(ctx, "broken", "SELEC")
	fail(err)
	if err := link.Deallocate(ctx, "by id"); err != nil {
		fail(err)
	}
	for n := range 600 { // more than it keeps: the oldest are closed
		rows(link, fmt.Sprintf("SELECT %d + $1::int", n), 1)
	}
	rows(link, "SELECT count(*) FROM pg_prepared_statements")
	rows(link, "SELECT * FROM log WHERE id = $1", 1)
	must(link.Exec(ctx, "ALTER TABLE log ADD COLUMN more int"))
	rows(link, "SELECT * FROM log WHERE id = $1", 1)
	rows(link, "SELECT * FROM log WHERE id = $1", 1)
	must(link.Exec(ctx, "ALTER TABLE log DROP COLUMN more"))
}

func parameters(ctx context.Context, link, _ *pgx.Conn) {
	names, given := make([]string, 65535), make([]any, 65535)
	for n := range names {
		names[n], given[n] = fmt.Sprintf("($%d::int)", n+1), n
	}
	rows(link, "SELECT count(*), sum(n) FROM (VALUES "+strings.Join(names, ", ")+") AS v(n)", given...)
	rows(link, "SELECT "+strings.Join(names[:1600], ", "), given[:1600]...)
}

func errorsEverywhere(ctx context.Context, link, _ *pgx.Conn) {
	for _, sql := range []string{"SELEC 1", "INSERT INTO account VALUES (1, 'Eve', 1)", "UPDATE account SET amount = -1",
		"INSERT INTO account VALUES (9, NULL, 1)", "SELECT n, 1 / (50 - n) FROM generate_series(1, 100) AS n"} {
		rows(link, sql)
	}
	transaction := must(link.Begin(ctx))
	rows(link, "SELECT 1 / 0")
	rows(link, "SELECT 'in a failed transaction'")
	fail(transaction.Commit(ctx))
}

func transactions(ctx context.Context, link, _ *pgx.Conn) {
	transaction := must(link.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable}))
	must(transaction.Exec(ctx, "INSERT INTO log VALUES ($1, 'kept')", 100))
	inner := must(transaction.Begin(ctx))
	must(inner.Exec(ctx, "INSERT INTO log VALUES ($1, 'lost')", 101))
	fail(inner.Rollback(ctx))
	fail(transaction.Commit(ctx))
	rows(link, "SELECT * FROM log WHERE id >= $1", 100)
}

func batches(ctx context.Context, link, _ *pgx.Conn) {
	for _, wrong := range []string{"", "SELECT 1 / 0", "INSERT INTO account VALUES (1, 'again', 1)", "SELEC"} {
		for _, mode := range []string{"cache_statement", "cache_describe", "exec", "simple_protocol"} {
			batched := must(connect("default_query_exec_mode=" + mode))
			batch := &pgx.Batch{}
			for n := range 300 {
				batch.Queue("INSERT INTO log VALUES ($1, 'batch') RETURNING id", n)
				if n == 150 && wrong != "" {
					batch.Queue(wrong)
				}
			}
			results := batched.SendBatch(ctx, batch)
			for range batch.Len() {
				var id int
				if err := results.QueryRow().Scan(&id); err != nil {
					fail(err)
					break
				}
			}
			fail(results.Close())
			must(0, batched.Close(ctx))
		}
		rows(link, "SELECT count(*) FROM log WHERE note = 'batch'")
	}
}

func pipelines(ctx context.Context, link, _ *pgx.Conn) {
	pipeline := link.PgConn().StartPipeline(ctx)
	for n := range 500 {
		pipeline.SendQueryParams("SELECT $1::text, repeat('x', $2::int)", [][]byte{[]byte(fmt.Sprint(n)), []byte(fmt.Sprint(n))},
			nil, nil, []int16{int16(n % 2)})
		if n%100 == 50 {
			pipeline.SendQueryParams("SELECT 1 / 0", nil, nil, nil, nil)
		}
		if n%100 == 70 {
			must(0, pipeline.Sync())
		}
	}
	pipeline.SendPrepare("piped", "SELECT $1::int", nil)
	pipeline.SendQueryPrepared("piped", [][]byte{[]byte("7")}, nil, []int16{1})
	pipeline.SendDeallocate("piped")
	must(0, pipeline.Sync())
	for {
		results, err := pipeline.GetResults()
		if err != nil {
			fail(err)
			continue
		}
		if results == nil {
			break
		}
		switch one := results.(type) {
		case *pgconn.ResultReader:
			got := one.Read()
			show(fmt.Sprintf("%q", got.Rows), got.CommandTag, got.Err)
		default:
			show(fmt.Sprintf("%T", results))
		}
	}
	fail(pipeline.Close())
}

func cursors(ctx context.Context, link, _ *pgx.Conn) {
	transaction := must(link.Begin(ctx))
	must(transaction.Exec(ctx, "DECLARE portions CURSOR FOR SELECT n, 'row ' || n FROM generate_series(1, 300) AS n"))
	for range 5 {
		rows(link, "FETCH 70 FROM portions")
	}
	fail(transaction.Rollback(ctx))
}

func notices(ctx context.Context, link, _ *pgx.Conn) {
	heard = nil
	must(link.Exec(ctx, "DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$"))
	show(heard)
}

func copies(ctx context.Context, link, _ *pgx.Conn) {
	show(link.CopyFrom(ctx, pgx.Identifier{"log"}, []string{"id", "note"}, pgx.CopyFromSlice(20000, func(n int) ([]any, error) {
		return []any{n, strings.Repeat("c", n%80)}, nil
	})))
	plain := link.PgConn()
	text := strings.Repeat("7\tseven\n", 30000)
	show(plain.CopyFrom(ctx, strings.NewReader(text), "COPY log FROM STDIN"))
	_, err := plain.CopyFrom(ctx, strings.NewReader("x\ty\n"+text), "COPY log FROM STDIN")
	fail(err)
	_, err = plain.CopyFrom(ctx, strings.NewReader(text), "COPY nothing FROM STDIN")
	fail(err)
	_, err = link.CopyFrom(ctx, pgx.Identifier{"account"}, []string{"id", "owner"}, pgx.CopyFromRows([][]any{{30, "x"}, {1, "again"}}))
	fail(err)
	for _, form := range []string{"text", "csv", "binary"} {
		var out bytes.Buffer
		show(plain.CopyTo(ctx, &out, "COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT WITH (FORMAT "+form+")"))
		show(fmt.Sprintf("%q", out.String()))
	}
	_, err = plain.CopyTo(ctx, &bytes.Buffer{}, "COPY (SELECT 1 / 0) TO STDOUT")
	fail(err)
}

func big(ctx context.Context, link, _ *pgx.Conn) {
	rows(link, "SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n")
	rows(link, "SELECT repeat('x', 20000000), $1::text", strings.Repeat("p", 8000000))
}

func notifications(ctx context.Context, link, other *pgx.Conn) {
	must(link.Exec(ctx, "LISTEN news"))
	for _, payload := range []string{"", "one", "ümläut", strings.Repeat("x", 7000)} {
		must(other.Exec(ctx, "SELECT pg_notify('news', $1)", payload))
		one := must(link.WaitForNotification(ctx))
		show(one.Channel, one.Payload, one.PID == other.PgConn().PID())
	}
	must(link.Exec(ctx, "UNLISTEN *"))
}

func waitUntilDozing(ctx context.Context, link, other *pgx.Conn) {
	for count := 0; count == 0; {
		must(0, other.QueryRow(ctx, dozing, link.PgConn().PID()).Scan(&count))
		time.Sleep(5 * time.Millisecond)
	}
}

func cancels(ctx context.Context, link, other *pgx.Conn) {
	for _, sql := range []string{"SELECT pg_sleep(60)", "SELECT pg_sleep($1)", "COPY (SELECT pg_sleep(60)) TO STDOUT"} {
		done := make(chan error)
		go func() {
			var err error
			if strings.Contains(sql, "$1") {
				_, err = link.Exec(ctx, sql, 60.0)
			} else {
				_, err = link.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
			}
			done <- err
		}()
		waitUntilDozing(ctx, link, other)
		fail(link.PgConn().CancelRequest(ctx))
		fail(<-done)
		rows(link, "SELECT 'after a cancel'")
	}
}

func end(ctx context.Context, _, _ *pgx.Conn) {
	link := must(connect(""))
	rows(link, "SELECT pg_terminate_backend(pg_backend_pid())")
	show(link.IsClosed())
	for _, wrong := range []string{"password=medlar", "dbname=nowhere", "nothing=1"} {
		_, err := connect(wrong)
		var told *pgconn.PgError
		show(errors.As(err, &told))
		fail(err)
	}
}

func main() {
	data, values = string(must(os.ReadFile(os.Args[1]))), string(must(os.ReadFile(os.Args[2])))
	ctx, stop := context.WithTimeout(context.Background(), 80*time.Second)
	defer stop()
	link, other := must(connect("")), must(connect(""))
	for _, one := range []struct {
		name string
		run  func(context.Context, *pgx.Conn, *pgx.Conn)
	}{{"simple", simple}, {"modes", modes}, {"prepared", prepared}, {"parameters", parameters}, {"errors", errorsEverywhere},
		{"transactions", transactions}, {"batches", batches}, {"pipelines", pipelines}, {"cursors", cursors},
		{"notices", notices}, {"copies", copies}, {"big", big}, {"notifications", notifications}, {"cancels", cancels},
		{"end", end}} {
		show("##", one.name)
		one.run(ctx, link, other)
	}
	must(0, link.Close(ctx))
	must(0, other.Close(ctx))
}
