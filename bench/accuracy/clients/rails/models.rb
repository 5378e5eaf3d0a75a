# The tables of schema.sql as ActiveRecord models.

class Record < ActiveRecord::Base
  self.abstract_class = true
  self.belongs_to_required_by_default = false
end

class Author < Record
  self.table_name = "author"
  has_one :profile
  has_many :books
end

class Profile < Record
  self.table_name = "profile"
  belongs_to :author
end

class Publisher < Record
  self.table_name = "publisher"
  has_many :books
end

class Book < Record
  self.table_name = "book"
  belongs_to :author
  belongs_to :publisher
  has_many :reviews
  has_many :good_reviews, -> { where(stars: 4..) }, class_name: "Review"
  has_and_belongs_to_many :genres, join_table: "book_genre"
end

class BookView < Record
  self.table_name = "book_view"
  self.primary_key = "id"
  belongs_to :author
end

class Review < Record
  self.table_name = "review"
  belongs_to :book
end

class Genre < Record
  self.table_name = "genre"
end

class Team < Record
  self.table_name = "team"
end

class Match < Record
  self.table_name = "match"
  belongs_to :home, class_name: "Team"
  belongs_to :away, class_name: "Team"
end

class Employee < Record
  self.table_name = "employee"
  belongs_to :manager, class_name: "Employee"
end

class Category < Record
  self.table_name = "category"
  belongs_to :parent, class_name: "Category"
end

# ActiveRecord 6.1 knows no composite keys: this relation is a method.
class Warehouse < Record
  self.table_name = "warehouse"
  self.primary_key = nil
end

class Stock < Record
  self.table_name = "stock"

  def warehouse
    Warehouse.find_by(region: region, code: code)
  end
end

class Customer < Record
  self.table_name = "customer"
end

class Invoice < Record
  self.table_name = "invoice"
  belongs_to :customer
end

class Currency < Record
  self.table_name = "currency"
  self.primary_key = "code"
end

class Price < Record
  self.table_name = "price"
  belongs_to :currency, foreign_key: :currency_code
end

class Comment < Record
  self.table_name = "comment"
  belongs_to :subject, polymorphic: true, foreign_type: :content_type, foreign_key: :object_id

  def self.polymorphic_class_for(name)
    name.camelize.constantize
  end
end

class Visit < Record
  self.table_name = "visit"
  belongs_to :author
end

class Sensor < Record
  self.table_name = "sensor"
  has_many :readings
end

class Reading < Record
  self.table_name = "reading"
  self.primary_key = "id"
  belongs_to :sensor
end

class Account < Record
  self.table_name = "account"
  has_many :orders
  validates :email, uniqueness: true
end

class Order < Record
  self.table_name = "orders"
  belongs_to :account
end

class Tag < Record
  self.table_name = "tag"
end

class Audit < Record
  self.table_name = "audit"
end

class Setting < Record
  self.table_name = "setting"
  self.primary_key = "key"
end

class Job < Record
  self.table_name = "job"
end

class Event < Record
  self.table_name = "event"
end

class Product < Record
  self.table_name = "product"
end

class Document < Record
  self.table_name = "document"
end
