// Runs the cases with plain pgx, as programs without an ORM write them: binary and prepared by default.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"accuracy/serve"

	"github.com/jackc/pgx/v5"
)

// database is what one run works with: the list's connection, and the one for the rest.
type database struct {
	run   *serve.Run
	lists *pgx.Conn
	rest  *pgx.Conn
}

var background = context.Background()

func mode(run *serve.Run) pgx.QueryExecMode {
	switch {
	case run.Has("simple"):
		return pgx.QueryExecModeSimpleProtocol
	case run.Has("prepared"):
		return pgx.QueryExecModeCacheStatement
	case run.Has("tag"): // a comment with another trace id in each statement leaves nothing to cache
		return pgx.QueryExecModeDescribeExec
	case run.Has("binary"):
		return pgx.QueryExecModeCacheDescribe
	}
	return pgx.QueryExecModeCacheStatement
}

func connect(run *serve.Run) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = mode(run)
	return pgx.ConnectConfig(background, config)
}

// query reads all rows of one column or more into Row; struct fields by position.
func query[Row any](conn *pgx.Conn, run *serve.Run, sql string, args ...any) ([]Row, error) {
	rows, err := conn.Query(background, run.Tagged(sql, "pgx:5.12", "net/http"), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Row])
}

func list[Row any](db *database, sql string, args ...any) ([]Row, error) {
	return query[Row](db.lists, db.run, sql, args...)
}

func read[Row any](db *database, sql string, args ...any) ([]Row, error) {
	return query[Row](db.rest, db.run, sql, args...)
}

func (db *database) exec(sql string, args ...any) error {
	_, err := db.rest.Exec(background, db.run.Tagged(sql, "pgx:5.12", "net/http"), args...)
	return err
}

func (db *database) transaction(work func() error) error {
	if err := db.exec("BEGIN"); err != nil {
		return err
	}
	if err := work(); err != nil {
		return errors.Join(err, db.exec("ROLLBACK"))
	}
	return db.exec("COMMIT")
}

func do(run *serve.Run) error {
	work, known := cases[run.Case]
	if !known {
		return fmt.Errorf("no case %s", run.Case)
	}
	db := &database{run: run}
	var err error
	if db.lists, err = connect(run); err != nil {
		return err
	}
	defer db.lists.Close(background)
	db.rest = db.lists
	if run.Has("two") {
		if db.rest, err = connect(run); err != nil {
			return err
		}
		defer db.rest.Close(background)
	}
	if run.Has("tx") {
		return db.transaction(func() error { return work(db, run.N) })
	}
	return work(db, run.N)
}

func main() { serve.Answer(do) }
