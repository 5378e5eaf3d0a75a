<?php
// The tables of schema.sql as Eloquent models.

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\Relation;

abstract class Record extends Model
{
    public $timestamps = false;
    protected $guarded = [];
}

abstract class TextKeyed extends Record
{
    public $incrementing = false;
    protected $keyType = 'string';
}

class Author extends Record
{
    protected $table = 'author';
    public function profile() { return $this->hasOne(Profile::class); }
}

class Profile extends Record
{
    protected $table = 'profile';
}

class Publisher extends Record
{
    protected $table = 'publisher';
    public function books() { return $this->hasMany(Book::class); }
}

class Book extends Record
{
    protected $table = 'book';
    public function author() { return $this->belongsTo(Author::class); }
    public function publisher() { return $this->belongsTo(Publisher::class); }
    public function reviews() { return $this->hasMany(Review::class); }
    public function genres() { return $this->belongsToMany(Genre::class, 'book_genre'); }
}

class BookView extends Record
{
    protected $table = 'book_view';
    public function author() { return $this->belongsTo(Author::class); }
}

class Review extends Record
{
    protected $table = 'review';
    public function book() { return $this->belongsTo(Book::class); }
}

class Genre extends Record
{
    protected $table = 'genre';
}

class Team extends Record
{
    protected $table = 'team';
}

/** "match" is a word of the language. */
class TeamMatch extends Record
{
    protected $table = 'match';
    public function home() { return $this->belongsTo(Team::class); }
    public function away() { return $this->belongsTo(Team::class); }
}

class Employee extends Record
{
    protected $table = 'employee';
    public function manager() { return $this->belongsTo(Employee::class); }
}

class Category extends Record
{
    protected $table = 'category';
    public function parent() { return $this->belongsTo(Category::class); }
}

/** Eloquent knows no composite keys: the relation is a method of Stock. */
class Warehouse extends Record
{
    protected $table = 'warehouse';
}

class Stock extends Record
{
    protected $table = 'stock';
    public function warehouse()
    {
        return Warehouse::where('region', $this->region)->where('code', $this->code)->first();
    }
}

class Customer extends TextKeyed
{
    protected $table = 'customer';
}

class Invoice extends TextKeyed
{
    protected $table = 'invoice';
    public function customer() { return $this->belongsTo(Customer::class); }
}

class Currency extends TextKeyed
{
    protected $table = 'currency';
    protected $primaryKey = 'code';
}

class Price extends Record
{
    protected $table = 'price';
    public function currency() { return $this->belongsTo(Currency::class, 'currency_code'); }
}

Relation::morphMap(['book' => Book::class, 'author' => Author::class]);

class Comment extends Record
{
    protected $table = 'comment';
    public function subject() { return $this->morphTo('subject', 'content_type', 'object_id'); }
}

class Visit extends Record
{
    protected $table = 'visit';
    public function author() { return $this->belongsTo(Author::class); }
}

class Sensor extends Record
{
    protected $table = 'sensor';
    public function readings() { return $this->hasMany(Reading::class); }
}

class Reading extends Record
{
    protected $table = 'reading';
    public function sensor() { return $this->belongsTo(Sensor::class); }
}

class Account extends Record
{
    protected $table = 'account';
    public function orders() { return $this->hasMany(Order::class); }
}

class Order extends Record
{
    protected $table = 'orders';
    public function account() { return $this->belongsTo(Account::class); }
}

class Tag extends Record
{
    protected $table = 'tag';
}

class Audit extends Record
{
    protected $table = 'audit';
}

class Setting extends TextKeyed
{
    protected $table = 'setting';
    protected $primaryKey = 'key';
}

class Job extends Record
{
    protected $table = 'job';
}

class Event extends Record
{
    protected $table = 'event';
}

class Document extends Record
{
    protected $table = 'document';
}

class Product extends Record
{
    protected $table = 'product';
}
