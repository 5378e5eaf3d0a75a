package main

// The tables of schema.sql as GORM models.

type Author struct {
	ID      int
	Name    string
	Profile *Profile
}

type Profile struct {
	ID       int
	AuthorID int
	Bio      string
}

type Publisher struct {
	ID    int
	Name  string
	Books []Book
}

type Book struct {
	ID          int
	Title       string
	AuthorID    int
	Author      *Author
	PublisherID *int
	Publisher   *Publisher
	Reviews     []Review
	Genres      []Genre `gorm:"many2many:book_genre"`
}

type BookView struct {
	ID       int
	Title    string
	AuthorID int
	Author   *Author
}

type Review struct {
	ID     int
	BookID int
	Book   *Book
	Stars  int
}

type Genre struct {
	ID   int
	Name string
}

type Team struct {
	ID   int
	Name string
}

type Match struct {
	ID     int
	HomeID int
	Home   *Team
	AwayID int
	Away   *Team
}

type Employee struct {
	ID        int
	Name      string
	ManagerID *int
	Manager   *Employee
}

type Category struct {
	ID       int
	Name     string
	ParentID *int
}

type Warehouse struct {
	Region string `gorm:"primaryKey"`
	Code   int    `gorm:"primaryKey;autoIncrement:false"`
	Name   string
}

type Stock struct {
	ID        int
	Region    string
	Code      int
	Quantity  int
	Warehouse *Warehouse `gorm:"foreignKey:Region,Code;references:Region,Code"`
}

type Customer struct {
	ID   string `gorm:"type:uuid"`
	Name string
}

type Invoice struct {
	ID         string `gorm:"type:uuid"`
	Number     int
	CustomerID string `gorm:"type:uuid"`
	Customer   *Customer
}

type Currency struct {
	Code string `gorm:"primaryKey"`
	Name string
}

type Price struct {
	ID           int
	CurrencyCode string
	Currency     *Currency `gorm:"foreignKey:CurrencyCode;references:Code"`
	Amount       int
}

type Comment struct {
	ID          int
	ContentType string
	ObjectID    int
	Body        string
}

type Visit struct {
	ID       int
	AuthorID int
	Author   *Author
	Place    string
}

type Sensor struct {
	ID       int
	Name     string
	Readings []Reading
}

type Reading struct {
	ID       int
	SensorID int
	Sensor   *Sensor
	Value    int
}

type Account struct {
	ID    int
	Name  string
	Email string
}

type Order struct {
	ID        int
	AccountID int
	Account   *Account
	Total     int
}

func (Order) TableName() string { return "orders" }

type Tag struct {
	ID   int
	Name string
}

type Audit struct {
	ID   int
	What string
}

type Setting struct {
	Key   string `gorm:"primaryKey"`
	Value string
}

type Job struct {
	ID      int
	State   string
	Payload string
}

type Event struct {
	ID     int
	Kind   string
	Amount int
}

type Document struct {
	ID    int
	Title string
	Body  string
}
