package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

var cases = map[string]work{
	"forward.lazy":     lazy[keyed, named](books, authorByID, keys),
	"forward.loader":   loader[keyed, named](books, "SELECT id, name FROM author WHERE id = ANY($1)", keyOf),
	"forward.pipeline": pipeline(books, authorByID, key),
	"forward.batch":    batch[keyed, named](books, "SELECT id, name FROM author WHERE id = ANY($1)", keyOf),
	"forward.join": single[both](`SELECT b.id, b.title, a.name FROM book b JOIN author a ON a.id = b.author_id
		ORDER BY b.id LIMIT $1`),
	"forward.subquery": func(db *database, n int) error {
		_, err := list[keyed](db, books, n)
		return errors.Join(err, one[named](db, `SELECT id, name FROM author
			WHERE id IN (SELECT author_id FROM book ORDER BY id LIMIT $1)`, n))
	},
	"nullable.lazy": loop("SELECT id, publisher_id FROM book ORDER BY id LIMIT $1", func(db *database,
		row maybe) error {
		if row.Key == nil {
			return nil
		}
		return one[named](db, "SELECT id, name FROM publisher WHERE id = $1", *row.Key)
	}),
	"reverse.lazy":     lazy[named, keyed](bookIDs, reviewsOf, ids),
	"reverse.loader":   loader[named, keyed](bookIDs, "SELECT id, book_id FROM review WHERE book_id = ANY($1)", bookID),
	"reverse.pipeline": pipeline(bookIDs, reviewsOf, id),
	"reverse.batch":    batch[named, keyed](bookIDs, "SELECT id, book_id FROM review WHERE book_id = ANY($1)", bookID),
	"reverse.join": single[both](`SELECT b.id, b.title, r.stars::text FROM (SELECT * FROM book ORDER BY id LIMIT $1) b
		LEFT JOIN review r ON r.book_id = b.id`),
	"one_to_one.lazy": lazy[named, named]("SELECT id, name FROM author ORDER BY id LIMIT $1",
		"SELECT id, bio FROM profile WHERE author_id = $1", ids),
	"many.lazy": lazy[named, named](bookIDs,
		"SELECT g.id, g.name FROM genre g JOIN book_genre bg ON bg.genre_id = g.id WHERE bg.book_id = $1", ids),
	"many.batch": batch[named, both](bookIDs, `SELECT bg.book_id, '', g.name FROM genre g
		JOIN book_genre bg ON bg.genre_id = g.id WHERE bg.book_id = ANY($1)`, bookID),
	"two_keys.lazy": loop("SELECT id, home_id, away_id FROM match ORDER BY id LIMIT $1", func(db *database,
		row twoKeys) error {
		const team = "SELECT id, name FROM team WHERE id = $1"
		return errors.Join(one[named](db, team, row.First), one[named](db, team, row.Second))
	}),
	"two_keys.join": single[both](`SELECT m.id, h.name, a.name FROM match m JOIN team h ON h.id = m.home_id
		JOIN team a ON a.id = m.away_id ORDER BY m.id LIMIT $1`),
	"self.lazy": lazy[keyed, named]("SELECT id, manager_id FROM employee ORDER BY id LIMIT $1",
		"SELECT id, name FROM employee WHERE id = $1", keys),
	"composite.lazy": lazy[place, word]("SELECT region, code FROM stock ORDER BY id LIMIT $1",
		"SELECT name FROM warehouse WHERE region = $1 AND code = $2",
		func(row place) []any { return []any{row.Region, row.Code} }),
	"composite.join": single[word](`SELECT w.name FROM stock s JOIN warehouse w USING (region, code)
		ORDER BY s.id LIMIT $1`),
	"uuid.lazy": lazy[uuid, word]("SELECT customer_id FROM invoice ORDER BY number LIMIT $1",
		"SELECT name FROM customer WHERE id = $1", func(row uuid) []any { return []any{row.Value} }),
	"uuid.batch": batch[uuid, word]("SELECT customer_id FROM invoice ORDER BY number LIMIT $1",
		"SELECT name FROM customer WHERE id = ANY($1)", func(row uuid) pgtype.UUID { return row.Value }),
	"text.lazy": lazy[word, word]("SELECT currency_code FROM price ORDER BY id LIMIT $1",
		"SELECT name FROM currency WHERE code = $1", func(row word) []any { return []any{row.Value} }),
	"text.batch": batch[word, word]("SELECT currency_code FROM price ORDER BY id LIMIT $1",
		"SELECT name FROM currency WHERE code = ANY($1)", func(row word) string { return row.Value }),
	"polymorphic.lazy": loop("SELECT content_type, object_id FROM comment ORDER BY id LIMIT $1",
		func(db *database, row subject) error {
			if row.Kind == "book" {
				return one[named](db, bookByID, row.ID)
			}
			return one[named](db, authorByID, row.ID)
		}),
	"no_key.lazy": lazy[keyed, named]("SELECT id, author_id FROM visit ORDER BY id LIMIT $1", authorByID, keys),
	"no_key.batch": batch[keyed, named]("SELECT id, author_id FROM visit ORDER BY id LIMIT $1",
		"SELECT id, name FROM author WHERE id = ANY($1)", keyOf),
	"partition.lazy": lazy[keyed, named]("SELECT id, sensor_id FROM reading ORDER BY id LIMIT $1",
		"SELECT id, name FROM sensor WHERE id = $1", keys),
	"partition_child.lazy": lazy[named, keyed]("SELECT id, name FROM sensor ORDER BY id LIMIT $1",
		"SELECT id, value FROM reading WHERE sensor_id = $1", ids),
	"view.lazy": lazy[keyed, named]("SELECT id, author_id FROM book_view ORDER BY id LIMIT $1", authorByID, keys),
	"view.join": single[both](`SELECT b.id, b.title, a.name FROM book_view b JOIN author a ON a.id = b.author_id
		ORDER BY b.id LIMIT $1`),
	"shared.lazy": lazy[keyed, named]("SELECT id, book_id FROM review ORDER BY id LIMIT $1", bookByID, keys),
	"shared.batch": batch[keyed, named]("SELECT id, book_id FROM review ORDER BY id LIMIT $1",
		"SELECT id, title FROM book WHERE id = ANY($1)", keyOf),
	"nested.lazy": loop("SELECT id, name FROM publisher ORDER BY id LIMIT $1", func(db *database, row named) error {
		found, err := read[named](db, "SELECT id, title FROM book WHERE publisher_id = $1 ORDER BY id", row.ID)
		for _, book := range found {
			err = errors.Join(err, one[keyed](db, reviewsOf, book.ID))
		}
		return err
	}),
	"count.lazy": lazy[named, counted](bookIDs, "SELECT 0, count(*) FROM review WHERE book_id = $1", ids),
	"count.batch": batch[named, counted](bookIDs,
		"SELECT book_id, count(*) FROM review WHERE book_id = ANY($1) GROUP BY book_id", bookID),
	"exists.lazy": lazy[named, struct{ Exists bool }](bookIDs,
		"SELECT EXISTS (SELECT FROM review WHERE book_id = $1)", ids),
	"filtered.lazy": lazy[named, keyed](bookIDs, "SELECT id, stars FROM review WHERE book_id = $1 AND stars >= 4", ids),
	"latest.lazy": lazy[named, keyed](bookIDs,
		"SELECT id, stars FROM review WHERE book_id = $1 ORDER BY id DESC LIMIT 1", ids),
	"latest.batch": batch[named, keyed](bookIDs, `SELECT DISTINCT ON (book_id) id, stars FROM review
		WHERE book_id = ANY($1) ORDER BY book_id, id DESC`, bookID),
	"refetch.lazy": lazy[number, named]("SELECT id FROM book ORDER BY id LIMIT $1", bookByID,
		func(row number) []any { return []any{row.Value} }),
	"refetch.batch": batch[number, named]("SELECT id FROM book ORDER BY id LIMIT $1",
		"SELECT id, title FROM book WHERE id = ANY($1)", func(row number) int32 { return row.Value }),

	"user.before_list": func(db *database, n int) error {
		err := one[named](db, accountByID, 150)
		return errors.Join(err, lazy[keyed, named]("SELECT id, account_id FROM orders ORDER BY id LIMIT $1",
			accountByID, keys)(db, n))
	},
	"ids.lookup": times(func(db *database, i int) error { return one[named](db, bookByID, 3+11*i%190) }),
	"ids.dense": func(db *database, n int) error {
		_, err := list[named](db, "SELECT id, name FROM team ORDER BY id LIMIT $1", n)
		for id := n; id > 0; id-- {
			err = errors.Join(err, one[named](db, bookByID, id))
		}
		return err
	},
	"sibling.lazy": func(db *database, n int) error {
		_, err := list[keyed](db, "SELECT id, author_id FROM profile WHERE author_id <= $1 ORDER BY author_id DESC", n)
		return errors.Join(err, lazy[keyed, named](books, authorByID, keys)(db, n))
	},
	"chosen.refetch": func(db *database, n int) error {
		_, err := list[keyed](db, books, n)
		return errors.Join(err, one[named](db, bookByID, 3), one[named](db, bookByID, 8))
	},
	"chosen.forward": func(db *database, n int) error {
		_, err := list[keyed](db, books, n)
		return errors.Join(err, one[named](db, authorByID, 2), one[named](db, authorByID, 7))
	},
	"duplicate.plain": times(func(db *database, _ int) error {
		return one[word](db, "SELECT value FROM setting WHERE key = $1", "key7")
	}),
	"duplicate.list": times(func(db *database, i int) error {
		return errors.Join(one[named](db, "SELECT id, name FROM genre ORDER BY id LIMIT 5"), one[named](db,
			authorByID, i+1))
	}),
	"tree.up": func(db *database, n int) error {
		next := int32(n + 1)
		for key := &next; key != nil; {
			found, err := read[maybe](db, "SELECT id, parent_id FROM category WHERE id = $1", *key)
			if err != nil {
				return err
			}
			key = found[0].Key
		}
		return nil
	},
	"tree.down": func(db *database, n int) error {
		parent := int32(1)
		for range n + 1 {
			found, err := read[named](db, "SELECT id, name FROM category WHERE parent_id = $1", parent)
			if err != nil {
				return err
			}
			parent = found[0].ID
		}
		return nil
	},

	"write.insert": func(db *database, n int) error {
		return db.transaction(func() error { return times(insertStep)(db, n) })
	},
	"write.commit": times(insertStep),
	"write.children": loop("SELECT id, name FROM account ORDER BY id LIMIT $1", func(db *database, row named) error {
		return db.exec("INSERT INTO orders (account_id, total) VALUES ($1, 1)", row.ID)
	}),
	"write.update": loop("SELECT id, state FROM job ORDER BY id LIMIT $1", func(db *database, row named) error {
		return db.exec("UPDATE job SET state = 'done' WHERE id = $1", row.ID)
	}),
	"write.delete": loop("SELECT id, state FROM job ORDER BY id LIMIT $1", func(db *database, row named) error {
		return db.exec("DELETE FROM job WHERE id = $1", row.ID)
	}),
	"write.get_or_create": times(func(db *database, i int) error {
		name := fmt.Sprintf("new%d", i)
		found, err := read[number](db, "SELECT id FROM tag WHERE name = $1", name)
		if err != nil || len(found) > 0 {
			return err
		}
		return db.exec("INSERT INTO tag (name) VALUES ($1)", name)
	}),
	"write.pipelined": func(db *database, n int) error {
		sent := &pgx.Batch{}
		for i := range n {
			sent.Queue(db.run.Tagged("INSERT INTO audit (what) VALUES ($1)", "pgx:5.12", "net/http"),
				fmt.Sprint("step ", i))
		}
		return db.rest.SendBatch(background, sent).Close()
	},
	"write.bulk": func(db *database, n int) error {
		what := make([]string, n)
		return db.exec("INSERT INTO audit (what) SELECT 'step ' || step FROM unnest($1::text[]) AS step", what)
	},
	"write.bulk_update": func(db *database, n int) error {
		jobs, err := list[named](db, "SELECT id, state FROM job ORDER BY id LIMIT $1", n)
		keys := make([]int32, len(jobs))
		for i, job := range jobs {
			keys[i] = job.ID
		}
		return errors.Join(err, db.exec("UPDATE job SET state = 'done' WHERE id = ANY($1)", keys))
	},
	"write.copy": func(db *database, n int) error {
		_, err := db.rest.CopyFrom(background, pgx.Identifier{"audit"}, []string{"what"},
			pgx.CopyFromSlice(n, func(i int) ([]any, error) { return []any{fmt.Sprint("step ", i)}, nil }))
		return err
	},

	"keys.two": func(db *database, _ int) error {
		return errors.Join(one[named](db, bookByID, 3), one[named](db, bookByID, 14))
	},
	"keys.same_twice_after_write": func(db *database, _ int) error {
		const count = "SELECT 0, count(*) FROM audit"
		return errors.Join(one[counted](db, count), insertStep(db, 0), one[counted](db, count))
	},
	"pair.one_request": times(bookAndAuthor),
	"pair.requests": times(func(db *database, i int) error {
		db.run.LaterRequest(i)
		return bookAndAuthor(db, i)
	}),
	"user.requests": times(func(db *database, i int) error {
		db.run.LaterRequest(i)
		return errors.Join(one[named](db, accountByID, 1),
			one[keyed](db, "SELECT id, total FROM orders WHERE account_id = $1 ORDER BY id LIMIT 5", 1))
	}),
	"users.pool": func(db *database, n int) error {
		return times(func(db *database, i int) error {
			db.run.Request()
			return errors.Join(one[named](db, accountByID, 7+i%2), one[keyed](db, books, 5))
		})(db, 2*n)
	},
	"users.pool_lazy": func(db *database, n int) error {
		lists := lazy[keyed, named](books, authorByID, keys)
		err := lists(db, n)
		db.run.Request()
		return errors.Join(err, lists(db, n))
	},
	"chunks.equal": func(db *database, n int) error {
		rows, err := list[keyed](db, books, 4*n)
		keys := make([]int32, len(rows))
		for i, row := range rows {
			keys[i] = row.Key
		}
		for i := range 4 {
			err = errors.Join(err, one[named](db, "SELECT id, name FROM author WHERE id = ANY($1)", keys[n*i:n*i+n]))
		}
		return err
	},
	"paging.keyset": func(db *database, n int) error {
		last := int32(0)
		for range n {
			page, err := read[named](db, "SELECT id, kind FROM event WHERE id > $1 ORDER BY id LIMIT 10", last)
			if err != nil {
				return err
			}
			last = page[len(page)-1].ID
		}
		return nil
	},
	"paging.offset": times(func(db *database, i int) error {
		return one[named](db, "SELECT id, kind FROM event ORDER BY id LIMIT 10 OFFSET $1", 10*i)
	}),
	"cursor.fetch": func(db *database, n int) error {
		return db.transaction(func() error {
			err := db.exec("DECLARE events CURSOR FOR SELECT id, kind FROM event ORDER BY id LIMIT 100")
			for range 100 / n {
				err = errors.Join(err, one[named](db, fmt.Sprintf("FETCH %d FROM events", n)))
			}
			return errors.Join(err, db.exec("CLOSE events"))
		})
	},
	"poll.even": times(func(db *database, i int) error {
		if i > 0 {
			time.Sleep(40 * time.Millisecond)
		}
		return one[word](db, "SELECT state FROM job WHERE id = $1", 1)
	}),
	"queue.take": times(func(db *database, _ int) error {
		return db.transaction(func() error {
			jobs, err := read[number](db,
				"SELECT id FROM job WHERE state = 'ready' ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1")
			if err != nil {
				return err
			}
			return db.exec("UPDATE job SET state = 'done' WHERE id = $1", jobs[0].Value)
		})
	}),
	"lock.twice": func(db *database, _ int) error {
		take := func() error { return one[named](db, accountByID+" FOR UPDATE", 1) }
		return errors.Join(db.transaction(take), db.transaction(take))
	},
	"retry.serialization": func(db *database, _ int) error {
		other, err := connect(db.run)
		if err != nil {
			return err
		}
		defer other.Close(background)
		disturb := func() error {
			_, err := other.Exec(background, db.run.Tagged("UPDATE account SET name = 'other' WHERE id = 1",
				"pgx:5.12", "net/http"))
			return err
		}
		err = rename(db, disturb)
		var failed *pgconn.PgError
		if !errors.As(err, &failed) || failed.Code != "40001" {
			return fmt.Errorf("not the failure that was wanted: %v", err)
		}
		return rename(db, func() error { return nil })
	},
	"unique.check": times(func(db *database, i int) error {
		email := fmt.Sprintf("new%d@example.org", i)
		found, err := read[number](db, "SELECT id FROM account WHERE email = $1", email)
		if err != nil || len(found) > 0 {
			return err
		}
		return db.exec("INSERT INTO account (name, email) VALUES ('New', $1)", email)
	}),
	"noise.health": times(func(db *database, _ int) error { return one[number](db, "SELECT 1") }),
	"noise.catalog": times(func(db *database, i int) error {
		return one[word](db, "SELECT typname::text FROM pg_catalog.pg_type WHERE oid = $1", 16+i)
	}),
	"noise.volatile": times(func(db *database, _ int) error {
		return errors.Join(one[word](db, "SELECT now()::text"), one[word](db, "SELECT nextval('audit_id_seq')::text"))
	}),
	"fail.loop": times(func(db *database, i int) error {
		if db.exec("INSERT INTO account (name, email) VALUES ('New', $1)", fmt.Sprintf("user%d@example.org",
			i+1)) == nil {
			return errors.New("the e-mail was free")
		}
		return nil
	}),
	"list.large": countListed,
	"list.small": countListed,
}

func countListed(db *database, n int) error {
	keys := make([]int32, n)
	for i := range keys {
		keys[i] = int32(i + 1)
	}
	return one[counted](db, "SELECT 0, count(*) FROM event WHERE id = ANY($1)", keys)
}

func insertStep(db *database, i int) error {
	return db.exec("INSERT INTO audit (what) VALUES ($1)", fmt.Sprint("step ", i))
}

func bookAndAuthor(db *database, i int) error {
	found, err := read[keyed](db, "SELECT id, author_id FROM book WHERE id = $1", 3+11*i%190)
	if err != nil {
		return err
	}
	return one[named](db, authorByID, found[0].Key)
}

// rename reads the account, lets somebody else write, and writes it.
func rename(db *database, between func() error) error {
	if err := db.exec("BEGIN ISOLATION LEVEL REPEATABLE READ"); err != nil {
		return err
	}
	err := one[named](db, accountByID, 1)
	if err == nil {
		err = between()
	}
	if err == nil {
		err = db.exec("UPDATE account SET name = 'mine' WHERE id = $1", 1)
	}
	if err != nil {
		return errors.Join(err, db.exec("ROLLBACK"))
	}
	return db.exec("COMMIT")
}
