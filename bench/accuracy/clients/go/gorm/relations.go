package main

import (
	"errors"

	"accuracy/serve"

	"gorm.io/gorm"
)

type work = func(db *gorm.DB, n int, run *serve.Run) error

// first are the first n rows of a table by its key.
func first[T any](db *gorm.DB, n int) ([]T, error) {
	var rows []T
	return rows, db.Order("id").Limit(n).Find(&rows).Error
}

// lazy reads the list, then something for each of its rows.
func lazy[T any](use func(db *gorm.DB, row *T) error) work { return lazyBy("id", use) }

func lazyBy[T any](order string, use func(db *gorm.DB, row *T) error) work {
	return func(db *gorm.DB, n int, _ *serve.Run) error {
		var rows []T
		err := db.Order(order).Limit(n).Find(&rows).Error
		for i := range rows {
			err = errors.Join(err, use(db, &rows[i]))
		}
		return err
	}
}

func preload[T any](names ...string) work { return preloadBy[T]("id", names...) }

func preloadBy[T any](order string, names ...string) work {
	return func(db *gorm.DB, n int, _ *serve.Run) error {
		var rows []T
		for _, name := range names {
			db = db.Preload(name)
		}
		return db.Order(order).Limit(n).Find(&rows).Error
	}
}

// joins is GORM's join of relations to one.
func joins[T any](order string, names ...string) work {
	return func(db *gorm.DB, n int, _ *serve.Run) error {
		var rows []T
		for _, name := range names {
			db = db.Joins(name)
		}
		return db.Order(order).Limit(n).Find(&rows).Error
	}
}

func loop(use func(db *gorm.DB, i int) error) work {
	return func(db *gorm.DB, n int, _ *serve.Run) error {
		var err error
		for i := range n {
			err = errors.Join(err, use(db, i))
		}
		return err
	}
}

func one(use func(db *gorm.DB) error) work {
	return func(db *gorm.DB, _ int, _ *serve.Run) error { return use(db) }
}

func find[T any](db *gorm.DB, id any) error { return db.First(new(T), id).Error }

func ids[T any](rows []T, id func(T) int) []int {
	var found []int
	for _, row := range rows {
		found = append(found, id(row))
	}
	return found
}

func bookIDs(books []Book) []int { return ids(books, func(book Book) int { return book.ID }) }

var relationCases = map[string]work{
	"forward.lazy":  lazy(func(db *gorm.DB, book *Book) error { return find[Author](db, book.AuthorID) }),
	"forward.batch": preload[Book]("Author"),
	"forward.join":  joins[Book]("book.id", "Author"),
	"nullable.lazy": lazy(func(db *gorm.DB, book *Book) error {
		if book.PublisherID == nil {
			return nil
		}
		return find[Publisher](db, *book.PublisherID)
	}),
	"nullable.batch": preload[Book]("Publisher"),
	"nullable.join":  joins[Book]("book.id", "Publisher"),
	"reverse.lazy": lazy(func(db *gorm.DB, book *Book) error {
		return db.Where("book_id = ?", book.ID).Find(&book.Reviews).Error
	}),
	"reverse.batch": preload[Book]("Reviews"),
	"one_to_one.lazy": lazy(func(db *gorm.DB, author *Author) error {
		return db.Where("author_id = ?", author.ID).First(&author.Profile).Error
	}),
	"one_to_one.batch": preload[Author]("Profile"),
	"one_to_one.join":  joins[Author]("author.id", "Profile"),
	"many.lazy": lazy(func(db *gorm.DB, book *Book) error {
		return db.Model(book).Association("Genres").Find(&book.Genres)
	}),
	"many.batch": preload[Book]("Genres"),
	"two_keys.lazy": lazy(func(db *gorm.DB, match *Match) error {
		return errors.Join(find[Team](db, match.HomeID), find[Team](db, match.AwayID))
	}),
	"two_keys.batch": preload[Match]("Home", "Away"),
	"two_keys.join":  joins[Match]("match.id", "Home", "Away"),
	"self.lazy": lazy(func(db *gorm.DB, employee *Employee) error {
		return find[Employee](db,
			*employee.ManagerID)
	}),
	"self.batch": preload[Employee]("Manager"),
	"self.join":  joins[Employee]("employee.id", "Manager"),
	"composite.lazy": lazy(func(db *gorm.DB, stock *Stock) error {
		return db.Where("region = ? AND code = ?", stock.Region, stock.Code).First(new(Warehouse)).Error
	}),
	"composite.batch": preload[Stock]("Warehouse"),
	"composite.join":  joins[Stock]("stock.id", "Warehouse"),
	"uuid.lazy": lazyBy("number", func(db *gorm.DB, invoice *Invoice) error {
		return db.First(new(Customer), "id = ?", invoice.CustomerID).Error
	}),
	"uuid.batch": preloadBy[Invoice]("number", "Customer"),
	"uuid.join":  joins[Invoice]("number", "Customer"),
	"text.lazy": lazy(func(db *gorm.DB, price *Price) error {
		return db.First(new(Currency), "code = ?", price.CurrencyCode).Error
	}),
	"text.batch": preload[Price]("Currency"),
	"text.join":  joins[Price]("price.id", "Currency"),
	"polymorphic.lazy": lazy(func(db *gorm.DB, comment *Comment) error {
		if comment.ContentType == "book" {
			return find[Book](db, comment.ObjectID)
		}
		return find[Author](db, comment.ObjectID)
	}),
	"no_key.lazy":     lazy(func(db *gorm.DB, visit *Visit) error { return find[Author](db, visit.AuthorID) }),
	"no_key.batch":    preload[Visit]("Author"),
	"no_key.join":     joins[Visit]("visit.id", "Author"),
	"partition.lazy":  lazy(func(db *gorm.DB, reading *Reading) error { return find[Sensor](db, reading.SensorID) }),
	"partition.batch": preload[Reading]("Sensor"),
	"partition_child.lazy": lazy(func(db *gorm.DB, sensor *Sensor) error {
		return db.Where("sensor_id = ?", sensor.ID).Find(&sensor.Readings).Error
	}),
	"partition_child.batch": preload[Sensor]("Readings"),
	"view.lazy":             lazy(func(db *gorm.DB, book *BookView) error { return find[Author](db, book.AuthorID) }),
	"view.batch":            preload[BookView]("Author"),
	"shared.lazy":           lazy(func(db *gorm.DB, review *Review) error { return find[Book](db, review.BookID) }),
	"shared.batch":          preload[Review]("Book"),
	"shared.join":           joins[Review]("review.id", "Book"),
	"nested.lazy": lazy(func(db *gorm.DB, publisher *Publisher) error {
		err := db.Where("publisher_id = ?", publisher.ID).Find(&publisher.Books).Error
		for i := range publisher.Books {
			book := &publisher.Books[i]
			err = errors.Join(err, db.Where("book_id = ?", book.ID).Find(&book.Reviews).Error)
		}
		return err
	}),
	"nested.batch": preload[Publisher]("Books", "Books.Reviews"),
	"count.lazy": lazy(func(db *gorm.DB, book *Book) error {
		var count int64
		return db.Model(&Review{}).Where("book_id = ?", book.ID).Count(&count).Error
	}),
	"count.batch": func(db *gorm.DB, n int, _ *serve.Run) error {
		books, err := first[Book](db, n)
		var counts []struct{ BookID, Reviews int }
		return errors.Join(err, db.Model(&Review{}).Select("book_id, count(*) AS reviews").
			Where("book_id IN ?", bookIDs(books)).Group("book_id").Scan(&counts).Error)
	},
	"filtered.lazy": lazy(func(db *gorm.DB, book *Book) error {
		return db.Where("book_id = ? AND stars >= ?", book.ID, 4).Find(&book.Reviews).Error
	}),
	"filtered.batch": func(db *gorm.DB, n int, _ *serve.Run) error {
		var books []Book
		return db.Preload("Reviews", "stars >= ?", 4).Order("id").Limit(n).Find(&books).Error
	},
	"latest.lazy": lazy(func(db *gorm.DB, book *Book) error {
		return db.Where("book_id = ?", book.ID).Last(new(Review)).Error
	}),
	"refetch.lazy": func(db *gorm.DB, n int, _ *serve.Run) error {
		var keys []int
		err := db.Model(&Book{}).Order("id").Limit(n).Pluck("id", &keys).Error
		for _, id := range keys {
			err = errors.Join(err, find[Book](db, id))
		}
		return err
	},
	"refetch.batch": func(db *gorm.DB, n int, _ *serve.Run) error {
		var keys []int
		err := db.Model(&Book{}).Order("id").Limit(n).Pluck("id", &keys).Error
		return errors.Join(err, db.Find(&[]Book{}, keys).Error)
	},
}
