from django.urls import path

from shop import api, calm, views


def pair(name, slow, fixed):
    return [path(f"slow/{name}", slow), path(f"fixed/{name}", fixed)]


urlpatterns = [
    path("", calm.index),
    *pair("books", views.slow_books, views.fixed_books),
    *pair("books-publishers", views.slow_books_publishers, views.fixed_books_publishers),
    *pair("authors", views.slow_authors, views.fixed_authors),
    *pair("books-genres", views.slow_books_genres, views.fixed_books_genres),
    *pair("catalogue", views.slow_catalogue, views.fixed_catalogue),
    *pair("orders", views.slow_orders, views.fixed_orders),
    *pair("my-orders", views.slow_my_orders, views.fixed_my_orders),
    *pair("order-items", views.slow_order_items, views.fixed_order_items),
    *pair("review-counts", views.slow_review_counts, views.fixed_review_counts),
    *pair("customers", views.slow_customers, views.fixed_customers),
    *pair("approved-reviews", views.slow_approved_reviews, views.fixed_approved_reviews),
    *pair("latest-reviews", views.slow_latest_reviews, views.fixed_latest_reviews),
    *pair("titles", views.slow_titles, views.fixed_titles),
    *pair("recently-viewed", views.slow_recently_viewed, views.fixed_recently_viewed),
    *pair("account", views.slow_account, views.fixed_account),
    *pair("restock", views.slow_restock, views.fixed_restock),
    *pair("api/books", api.SlowBooks.as_view(), api.FixedBooks.as_view()),
    path("ok/home", calm.home),
    path("ok/book/<int:book_id>", calm.book),
    path("ok/compare/<int:left>/<int:right>", calm.compare),
    path("ok/search", calm.search),
    path("ok/account", calm.account),
    path("ok/export", calm.export),
    path("ok/batches", calm.batches),
    path("ok/pages", calm.pages),
]
