"""The schema as a SQLAlchemy program has it."""

import uuid

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship, remote


class Base(DeclarativeBase):
    pass


class Row:
    id: Mapped[int] = mapped_column(primary_key=True)


class Author(Row, Base):
    __tablename__ = "author"
    name: Mapped[str]
    profile: Mapped["Profile"] = relationship(back_populates="author")


class Profile(Row, Base):
    __tablename__ = "profile"
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    bio: Mapped[str]
    author: Mapped[Author] = relationship(back_populates="profile")


class Publisher(Row, Base):
    __tablename__ = "publisher"
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="publisher")


class BookGenre(Base):
    __tablename__ = "book_genre"
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True)
    genre_id: Mapped[int] = mapped_column(ForeignKey("genre.id"), primary_key=True)


class Genre(Row, Base):
    __tablename__ = "genre"
    name: Mapped[str]


class Book(Row, Base):
    __tablename__ = "book"
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"))
    author: Mapped[Author] = relationship()
    publisher: Mapped[Publisher | None] = relationship(back_populates="books")
    reviews: Mapped[list["Review"]] = relationship(back_populates="book")
    genres: Mapped[list[Genre]] = relationship(secondary="book_genre")


class Review(Row, Base):
    __tablename__ = "review"
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    stars: Mapped[int]
    book: Mapped[Book] = relationship(back_populates="reviews")


class Team(Row, Base):
    __tablename__ = "team"
    name: Mapped[str]


class Match(Row, Base):
    __tablename__ = "match"
    home_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    away_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    home: Mapped[Team] = relationship(foreign_keys=home_id)
    away: Mapped[Team] = relationship(foreign_keys=away_id)


class Employee(Row, Base):
    __tablename__ = "employee"
    name: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    manager: Mapped["Employee | None"] = relationship(remote_side="Employee.id")


class Category(Row, Base):
    __tablename__ = "category"
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    parent: Mapped["Category | None"] = relationship(remote_side="Category.id", back_populates="children")
    children: Mapped[list["Category"]] = relationship(back_populates="parent")


class Warehouse(Base):
    __tablename__ = "warehouse"
    region: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Stock(Row, Base):
    __tablename__ = "stock"
    __table_args__ = (ForeignKeyConstraint(["region", "code"], ["warehouse.region", "warehouse.code"]),)
    region: Mapped[str]
    code: Mapped[int]
    quantity: Mapped[int]
    warehouse: Mapped[Warehouse] = relationship()


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    customer: Mapped[Customer] = relationship()


class Currency(Base):
    __tablename__ = "currency"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Price(Row, Base):
    __tablename__ = "price"
    currency_code: Mapped[str] = mapped_column(ForeignKey("currency.code"))
    amount: Mapped[int]
    currency: Mapped[Currency] = relationship()


class Visit(Row, Base):
    __tablename__ = "visit"
    author_id: Mapped[int]
    place: Mapped[str]
    author: Mapped[Author] = relationship(primaryjoin=lambda: foreign(Visit.author_id) == remote(Author.id))


class Sensor(Row, Base):
    __tablename__ = "sensor"
    name: Mapped[str]
    readings: Mapped[list["Reading"]] = relationship(back_populates="sensor")


class Reading(Row, Base):
    __tablename__ = "reading"
    sensor_id: Mapped[int] = mapped_column(ForeignKey("sensor.id"))
    value: Mapped[int]
    sensor: Mapped[Sensor] = relationship(back_populates="readings")


class BookView(Row, Base):
    __tablename__ = "book_view"
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()


class Account(Row, Base):
    __tablename__ = "account"
    name: Mapped[str]
    email: Mapped[str]


class Order(Row, Base):
    __tablename__ = "orders"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    total: Mapped[int]
    account: Mapped[Account] = relationship()


class Tag(Row, Base):
    __tablename__ = "tag"
    name: Mapped[str]


class Audit(Row, Base):
    __tablename__ = "audit"
    what: Mapped[str]


class Setting(Base):
    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Job(Row, Base):
    __tablename__ = "job"
    state: Mapped[str]
    payload: Mapped[str]


class Event(Row, Base):
    __tablename__ = "event"
    kind: Mapped[str]
    amount: Mapped[int]
