package main

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"accuracy/serve"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

var loopCases = map[string]work{
	"user.before_list": func(db *gorm.DB, n int, _ *serve.Run) error {
		err := find[Account](db, 150)
		orders, failed := first[Order](db, n)
		for _, order := range orders {
			err = errors.Join(err, find[Account](db, order.AccountID))
		}
		return errors.Join(err, failed)
	},
	"ids.lookup": loop(func(db *gorm.DB, i int) error { return find[Book](db, 3+11*i%190) }),
	"ids.dense": func(db *gorm.DB, n int, _ *serve.Run) error {
		_, err := first[Team](db, n)
		for id := n; id > 0; id-- {
			err = errors.Join(err, find[Book](db, id))
		}
		return err
	},
	"sibling.lazy": func(db *gorm.DB, n int, run *serve.Run) error {
		err := db.Where("author_id <= ?", n).Order("author_id DESC").Find(&[]Profile{}).Error
		return errors.Join(err, relationCases["forward.lazy"](db, n, run))
	},
	"chosen.refetch": func(db *gorm.DB, n int, _ *serve.Run) error {
		_, err := first[Book](db, n)
		return errors.Join(err, find[Book](db, 3), find[Book](db, 8))
	},
	"chosen.forward": func(db *gorm.DB, n int, _ *serve.Run) error {
		_, err := first[Book](db, n)
		return errors.Join(err, find[Author](db, 2), find[Author](db, 7))
	},
	"duplicate.plain": loop(func(db *gorm.DB, _ int) error { return db.First(new(Setting), "key = ?", "key7").Error }),
	"duplicate.list": loop(func(db *gorm.DB, i int) error {
		_, err := first[Genre](db, 5)
		return errors.Join(err, find[Author](db, i+1))
	}),
	"tree.up": func(db *gorm.DB, n int, _ *serve.Run) error {
		id := n + 1
		for {
			var node Category
			if err := db.First(&node, id).Error; err != nil || node.ParentID == nil {
				return err
			}
			id = *node.ParentID
		}
	},
	"pair.one_request": loop(bookAndAuthor),
	"pair.requests": func(db *gorm.DB, n int, run *serve.Run) error {
		var err error
		for i := range n {
			run.LaterRequest(i)
			err = errors.Join(err, bookAndAuthor(db, i))
		}
		return err
	},
	"user.requests": func(db *gorm.DB, n int, run *serve.Run) error {
		var err error
		for i := range n {
			run.LaterRequest(i)
			err = errors.Join(err, find[Account](db, 1))
			_, failed := first[Order](db.Where("account_id = ?", 1), 5)
			err = errors.Join(err, failed)
		}
		return err
	},
	"users.pool": func(db *gorm.DB, n int, run *serve.Run) error {
		var err error
		for i := range 2 * n {
			run.Request()
			err = errors.Join(err, find[Account](db, 7+i%2))
			_, failed := first[Book](db, 5)
			err = errors.Join(err, failed)
		}
		return err
	},
	"users.pool_lazy": func(db *gorm.DB, n int, run *serve.Run) error {
		err := relationCases["forward.lazy"](db, n, run)
		run.Request()
		return errors.Join(err, relationCases["forward.lazy"](db, n, run))
	},
	"keys.two": one(func(db *gorm.DB) error { return errors.Join(find[Book](db, 3), find[Book](db, 14)) }),
	"chunks.equal": func(db *gorm.DB, n int, _ *serve.Run) error {
		books, err := first[Book](db, 4*n)
		keys := ids(books, func(book Book) int { return book.AuthorID })
		for i := range 4 {
			err = errors.Join(err, db.Find(&[]Author{}, keys[n*i:n*i+n]).Error)
		}
		return err
	},
	"paging.keyset": func(db *gorm.DB, n int, _ *serve.Run) error {
		pages := 0
		var events []Event
		enough := errors.New("enough")
		err := db.FindInBatches(&events, 10, func(*gorm.DB, int) error {
			pages++
			if pages == n {
				return enough
			}
			return nil
		}).Error
		if errors.Is(err, enough) {
			return nil
		}
		return err
	},
	"paging.offset": loop(func(db *gorm.DB, i int) error {
		_, err := first[Event](db.Offset(10*i), 10)
		return err
	}),
	"poll.even": loop(func(db *gorm.DB, i int) error {
		if i > 0 {
			time.Sleep(40 * time.Millisecond)
		}
		return db.Select("state").Take(new(Job), 1).Error
	}),
	"lock.twice": func(db *gorm.DB, _ int, _ *serve.Run) error {
		read := func(tx *gorm.DB) error {
			return tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(new(Account), 1).Error
		}
		return errors.Join(db.Transaction(read), db.Transaction(read))
	},
	"queue.take": loop(func(db *gorm.DB, _ int) error {
		return db.Transaction(func(tx *gorm.DB) error {
			var job Job
			locked := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
			return errors.Join(locked.Where("state = ?", "ready").First(&job).Error, tx.Model(&job).Update("state",
				"done").Error)
		})
	}),
	"noise.health": loop(func(db *gorm.DB, _ int) error { return db.Exec("SELECT 1").Error }),
}

func bookAndAuthor(db *gorm.DB, i int) error {
	var book Book
	return errors.Join(db.First(&book, 3+11*i%190).Error, find[Author](db, book.AuthorID))
}

func step(i int) *Audit { return &Audit{What: fmt.Sprintf("step %d", i)} }

var writeCases = map[string]work{
	"write.insert": func(db *gorm.DB, n int, run *serve.Run) error {
		return db.Transaction(func(tx *gorm.DB) error {
			return loop(func(db *gorm.DB, i int) error { return db.Create(step(i)).Error })(tx, n, run)
		})
	},
	"write.commit": loop(func(db *gorm.DB, i int) error { return db.Create(step(i)).Error }),
	"write.children": lazy(func(db *gorm.DB, account *Account) error {
		return db.Create(&Order{AccountID: account.ID, Total: 1}).Error
	}),
	"write.update": lazy(func(db *gorm.DB, job *Job) error { return db.Model(job).Update("state", "done").Error }),
	"write.delete": lazy(func(db *gorm.DB, job *Job) error { return db.Delete(job).Error }),
	"write.get_or_create": loop(func(db *gorm.DB, i int) error {
		var tag Tag
		return db.Where(Tag{Name: fmt.Sprintf("new%d", i)}).FirstOrCreate(&tag).Error
	}),
	"write.bulk": func(db *gorm.DB, n int, _ *serve.Run) error {
		var steps []*Audit
		for i := range n {
			steps = append(steps, step(i))
		}
		return db.Create(steps).Error
	},
	"write.bulk_update": func(db *gorm.DB, n int, _ *serve.Run) error {
		jobs, err := first[Job](db, n)
		keys := ids(jobs, func(job Job) int { return job.ID })
		return errors.Join(err, db.Model(&Job{}).Where("id IN ?", keys).Update("state", "done").Error)
	},
	"write.all": one(func(db *gorm.DB) error {
		return db.Session(&gorm.Session{AllowGlobalUpdate: true}).Model(&Setting{}).Update("value", "changed").Error
	}),
	"write.where": one(func(db *gorm.DB) error {
		return errors.Join(db.Model(&Setting{}).Where("key = ?", "key7").Update("value", "changed").Error,
			db.Delete(&Job{}, 1).Error)
	}),
	"unique.check": loop(func(db *gorm.DB, i int) error {
		email := fmt.Sprintf("new%d@example.org", i)
		err := db.Where("email = ?", email).Take(new(Account)).Error
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		return db.Create(&Account{Name: "New", Email: email}).Error
	}),
	"fail.loop": loop(func(db *gorm.DB, i int) error {
		if db.Create(&Account{Name: "New", Email: fmt.Sprintf("user%d@example.org", i+1)}).Error == nil {
			return errors.New("the e-mail was free")
		}
		return nil
	}),
	"big.unbounded": one(func(db *gorm.DB) error {
		return db.Select("id", "kind").Where("amount > ?", 13000).Find(&[]Event{}).Error
	}),
	"big.limited": one(func(db *gorm.DB) error {
		var count int64
		return errors.Join(db.Select("id", "kind").Where("amount > ?", 13000).Limit(50).Find(&[]Event{}).Error,
			find[Event](db, 5), db.Model(&Event{}).Count(&count).Error)
	}),
	"wide.body": one(func(db *gorm.DB) error {
		_, err := first[Document](db.Select("id", "body"), 40)
		return err
	}),
	"wide.titles": one(func(db *gorm.DB) error {
		_, err := first[Document](db.Select("id", "title"), 40)
		return err
	}),
	"offset.deep": one(func(db *gorm.DB) error {
		_, err := first[Event](db.Offset(12000), 10)
		return err
	}),
	"list.large": one(func(db *gorm.DB) error { return countIn(db, 1100, 1) }),
	"list.small": one(func(db *gorm.DB) error { return countIn(db, 100, 3) }),
}

func countIn(db *gorm.DB, n, apart int) error {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = apart * (i + 1)
	}
	var count int64
	return db.Model(&Event{}).Where("id IN ?", keys).Count(&count).Error
}

var cases = all(relationCases, loopCases, writeCases)

func all(parts ...map[string]work) map[string]work {
	joined := map[string]work{}
	for _, part := range parts {
		maps.Copy(joined, part)
	}
	return joined
}
