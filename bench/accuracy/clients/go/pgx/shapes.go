package main

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

type work = func(db *database, n int) error

// Rows by position: an id, or a key and what else is read.
type (
	number struct{ Value int32 }
	word   struct{ Value string }
	uuid   struct{ Value pgtype.UUID }
	named  struct {
		ID   int32
		Name string
	}
	keyed struct{ ID, Key int32 }
	maybe struct {
		ID  int32
		Key *int32
	}
	twoKeys struct{ ID, First, Second int32 }
	place   struct {
		Region string
		Code   int32
	}
	subject struct {
		Kind string
		ID   int32
	}
	both struct {
		ID          int32
		Title, Name string
	}
	counted struct {
		ID    int32
		Count int64
	}
)

// Statements that several cases share. A list is by primary key.
const (
	books       = "SELECT id, author_id FROM book ORDER BY id LIMIT $1"
	bookIDs     = "SELECT id, title FROM book ORDER BY id LIMIT $1"
	authorByID  = "SELECT id, name FROM author WHERE id = $1"
	bookByID    = "SELECT id, title FROM book WHERE id = $1"
	reviewsOf   = "SELECT id, stars FROM review WHERE book_id = $1 ORDER BY id"
	accountByID = "SELECT id, name FROM account WHERE id = $1"
)

// loop reads the list, then runs use for each of its rows.
func loop[Row any](sql string, use func(db *database, row Row) error) work {
	return func(db *database, n int) error {
		rows, err := list[Row](db, sql, n)
		for _, row := range rows {
			err = errors.Join(err, use(db, row))
		}
		return err
	}
}

// lazy is a loop that sends one statement with values of the row.
func lazy[Row, Child any](parent, child string, values func(Row) []any) work {
	return loop(parent, func(db *database, row Row) error {
		_, err := read[Child](db, child, values(row)...)
		return err
	})
}

// loader is what a batch loader does that is called for each row: a list of one key.
func loader[Row, Child, Key any](parent, child string, key func(Row) Key) work {
	return lazy[Row, Child](parent, child, func(row Row) []any { return []any{[]Key{key(row)}} })
}

// batch reads the list, then everything that its keys name in one statement.
func batch[Row, Child, Key any](parent, child string, key func(Row) Key) work {
	return func(db *database, n int) error {
		rows, err := list[Row](db, parent, n)
		keys := make([]Key, len(rows))
		for i, row := range rows {
			keys[i] = key(row)
		}
		_, failed := read[Child](db, child, keys)
		return errors.Join(err, failed)
	}
}

// pipeline sends one statement for each row and waits for none of them.
func pipeline[Row any](parent, child string, value func(Row) any) work {
	return func(db *database, n int) error {
		rows, err := list[Row](db, parent, n)
		sent := &pgx.Batch{}
		for _, row := range rows {
			sent.Queue(db.run.Tagged(child, "pgx:5.12", "net/http"), value(row))
		}
		return errors.Join(err, db.rest.SendBatch(background, sent).Close())
	}
}

func single[Row any](sql string) work {
	return func(db *database, n int) error {
		_, err := list[Row](db, sql, n)
		return err
	}
}

func times(use func(db *database, i int) error) work {
	return func(db *database, n int) error {
		var err error
		for i := range n {
			err = errors.Join(err, use(db, i))
		}
		return err
	}
}

func one[Row any](db *database, sql string, args ...any) error {
	_, err := read[Row](db, sql, args...)
	return err
}

func id(row named) any       { return row.ID }
func key(row keyed) any      { return row.Key }
func bookID(row named) int32 { return row.ID }
func keyOf(row keyed) int32  { return row.Key }
func ids(row named) []any    { return []any{row.ID} }
func keys(row keyed) []any   { return []any{row.Key} }
