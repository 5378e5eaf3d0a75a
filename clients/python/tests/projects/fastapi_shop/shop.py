"""A shop of FastAPI and SQLAlchemy, with routers in routers, a mounted application and middleware around it all."""

from fastapi import APIRouter, FastAPI
from models import Book, engine
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.middleware.gzip import GZipMiddleware

api = FastAPI()
books = APIRouter(prefix="/books")
shelf = FastAPI()


def writers(count):
    with Session(engine) as session:
        return [book.writer.name for book in session.scalars(select(Book).order_by(Book.id).limit(count))]


@api.get("/lazy/{count}")
def lazy(count: int):
    return writers(count)


@books.get("/of/{author}/first/{count}")
def first(author: int, count: int):
    return writers(count)


@shelf.get("/of/{count}")
def of(count: int):
    return writers(count)


version = APIRouter(prefix="/v1")
version.include_router(books)
api.include_router(version)
api.mount("/shelf", shelf)
app = GZipMiddleware(api)
