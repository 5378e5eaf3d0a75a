"""A shop of Flask and SQLAlchemy; libpq's variables say where its database is."""

from flask import Flask, jsonify, redirect
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

engine = create_engine("postgresql+psycopg://")
app = Flask(__name__)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="writer")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[int] = mapped_column("author_id", ForeignKey("author.id"))
    writer: Mapped[Author] = relationship(back_populates="books")


def writers(books):
    with Session(engine) as session:
        return jsonify([book.writer.name for book in session.scalars(books)])


@app.get("/books/<int:count>")
def books(count):
    return writers(select(Book).order_by(Book.id).limit(count))


@app.get("/eager/<int:count>")
def eager(count):
    return writers(select(Book).options(joinedload(Book.writer)).order_by(Book.id).limit(count))


@app.get("/moved/<int:count>")
def moved(count):
    with Session(engine) as session:
        session.get(Book, count)
    return redirect(f"/eager/{count}")
