// Runs the cases with GORM over pgx.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"accuracy/serve"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// tagged is a connection pool, or a transaction, with a comment at each statement's end, as applications tag with
// GORM.
type tagged struct {
	gorm.ConnPool
	run *serve.Run
}

func (t tagged) text(sql string) string { return t.run.Tagged(sql, "gorm:1.31", "gin") }

func (t tagged) PrepareContext(ctx context.Context, sql string) (*sql.Stmt, error) {
	return t.ConnPool.PrepareContext(ctx, t.text(sql))
}

func (t tagged) ExecContext(ctx context.Context, sql string, args ...any) (sql.Result, error) {
	return t.ConnPool.ExecContext(ctx, t.text(sql), args...)
}

func (t tagged) QueryContext(ctx context.Context, sql string, args ...any) (*sql.Rows, error) {
	return t.ConnPool.QueryContext(ctx, t.text(sql), args...)
}

func (t tagged) QueryRowContext(ctx context.Context, sql string, args ...any) *sql.Row {
	return t.ConnPool.QueryRowContext(ctx, t.text(sql), args...)
}

type pool struct {
	tagged
	db *sql.DB
}

// BeginTx is what GORM asks a pool for, and must not find in a transaction.
func (p pool) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.db.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &transaction{tagged{tx, p.run}, tx}, nil
}

type transaction struct {
	tagged
	tx *sql.Tx
}

func (t *transaction) Commit() error   { return t.tx.Commit() }
func (t *transaction) Rollback() error { return t.tx.Rollback() }

func open(run *serve.Run) (*gorm.DB, *sql.DB, error) {
	db, err := gorm.Open(postgres.New(postgres.Config{
		DSN:                  os.Getenv("DATABASE_URL"),
		PreferSimpleProtocol: run.Has("simple"),
	}), &gorm.Config{
		Logger:         logger.Discard,
		NamingStrategy: schema.NamingStrategy{SingularTable: true},
	})
	if err != nil {
		return nil, nil, err
	}
	connections, err := db.DB()
	db.ConnPool = pool{tagged{connections, run}, connections}
	db.Statement.ConnPool = db.ConnPool
	return db, connections, err
}

func do(run *serve.Run) error {
	work, known := cases[run.Case]
	if !known {
		return fmt.Errorf("no case %s", run.Case)
	}
	db, connections, err := open(run)
	if err != nil {
		return err
	}
	defer connections.Close()
	if run.Has("tx") {
		return db.Transaction(func(tx *gorm.DB) error { return work(tx, run.N, run) })
	}
	return work(db, run.N, run)
}

func main() { serve.Answer(do) }
