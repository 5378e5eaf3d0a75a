import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinColumns;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.util.List;
import java.util.UUID;

/** The tables of schema.sql as entities. */
public class Models {
    static final List<Class<?>> ALL = List.of(Author.class, Writer.class, Profile.class, Publisher.class, Book.class,
            BookView.class, Review.class, Genre.class, Team.class, Match.class, Employee.class, Category.class,
            Warehouse.class, Stock.class, Customer.class, Invoice.class, Currency.class, Price.class, Comment.class,
            Visit.class, Sensor.class, Reading.class, Account.class, Order.class, Tag.class, Audit.class,
            Setting.class, Job.class, Event.class, Document.class);

    @MappedSuperclass
    public abstract static class Numbered {
        @Id @GeneratedValue(strategy = GenerationType.IDENTITY) public Integer id;
    }

    @Entity(name = "Author") @Table(name = "author")
    public static class Author extends Numbered {
        public String name;
    }

    /** An author with its profile: Hibernate reads the side without the column eagerly, whatever it is told. */
    @Entity(name = "Writer") @Table(name = "author")
    public static class Writer extends Numbered {
        public String name;
        @OneToOne(mappedBy = "author", fetch = FetchType.LAZY) public Profile profile;
    }

    @Entity(name = "Profile") @Table(name = "profile")
    public static class Profile extends Numbered {
        @OneToOne(fetch = FetchType.LAZY) @JoinColumn(name = "author_id") public Writer author;
        public String bio;
    }

    @Entity(name = "Publisher") @Table(name = "publisher")
    public static class Publisher extends Numbered {
        public String name;
        @OneToMany(mappedBy = "publisher") @OrderBy("id") public List<Book> books;
    }

    @Entity(name = "Book") @Table(name = "book")
    public static class Book extends Numbered {
        public String title;
        @ManyToOne(fetch = FetchType.LAZY) public Author author;
        @ManyToOne(fetch = FetchType.LAZY) public Publisher publisher;
        @OneToMany(mappedBy = "book") public List<Review> reviews;
        @ManyToMany
        @JoinTable(name = "book_genre", joinColumns = @JoinColumn(name = "book_id"),
                inverseJoinColumns = @JoinColumn(name = "genre_id"))
        public List<Genre> genres;
    }

    @Entity(name = "BookView") @Table(name = "book_view")
    public static class BookView extends Numbered {
        public String title;
        @ManyToOne(fetch = FetchType.LAZY) public Author author;
    }

    @Entity(name = "Review") @Table(name = "review")
    public static class Review extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY) public Book book;
        public int stars;
    }

    @Entity(name = "Genre") @Table(name = "genre")
    public static class Genre extends Numbered {
        public String name;
    }

    @Entity(name = "Team") @Table(name = "team")
    public static class Team extends Numbered {
        public String name;
    }

    @Entity(name = "Match") @Table(name = "match")
    public static class Match extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY) public Team home;
        @ManyToOne(fetch = FetchType.LAZY) public Team away;
    }

    @Entity(name = "Employee") @Table(name = "employee")
    public static class Employee extends Numbered {
        public String name;
        @ManyToOne(fetch = FetchType.LAZY) public Employee manager;
    }

    @Entity(name = "Category") @Table(name = "category")
    public static class Category extends Numbered {
        public String name;
        @ManyToOne(fetch = FetchType.LAZY) public Category parent;
    }

    @Embeddable
    public record Place(String region, Integer code) {}

    @Entity(name = "Warehouse") @Table(name = "warehouse")
    public static class Warehouse {
        @EmbeddedId public Place place;
        public String name;
    }

    @Entity(name = "Stock") @Table(name = "stock")
    public static class Stock extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumns({@JoinColumn(name = "region", referencedColumnName = "region"),
            @JoinColumn(name = "code", referencedColumnName = "code")})
        public Warehouse warehouse;
        public int quantity;
    }

    @Entity(name = "Customer") @Table(name = "customer")
    public static class Customer {
        @Id public UUID id;
        public String name;
    }

    @Entity(name = "Invoice") @Table(name = "invoice")
    public static class Invoice {
        @Id public UUID id;
        public int number;
        @ManyToOne(fetch = FetchType.LAZY) public Customer customer;
    }

    @Entity(name = "Currency") @Table(name = "currency")
    public static class Currency {
        @Id public String code;
        public String name;
    }

    @Entity(name = "Price") @Table(name = "price")
    public static class Price extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY) @JoinColumn(name = "currency_code") public Currency currency;
        public int amount;
    }

    @Entity(name = "Comment") @Table(name = "comment")
    public static class Comment extends Numbered {
        @Column(name = "content_type") public String contentType;
        @Column(name = "object_id") public int objectId;
        public String body;
    }

    @Entity(name = "Visit") @Table(name = "visit")
    public static class Visit extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY) public Author author;
        public String place;
    }

    @Entity(name = "Sensor") @Table(name = "sensor")
    public static class Sensor extends Numbered {
        public String name;
        @OneToMany(mappedBy = "sensor") public List<Reading> readings;
    }

    @Entity(name = "Reading") @Table(name = "reading")
    public static class Reading {
        @Id public Integer id;
        @ManyToOne(fetch = FetchType.LAZY) public Sensor sensor;
        public int value;
    }

    @Entity(name = "Account") @Table(name = "account")
    public static class Account extends Numbered {
        public String name;
        public String email;
    }

    @Entity(name = "Order") @Table(name = "orders")
    public static class Order extends Numbered {
        @ManyToOne(fetch = FetchType.LAZY) public Account account;
        public int total;
    }

    @Entity(name = "Tag") @Table(name = "tag")
    public static class Tag extends Numbered {
        public String name;
    }

    @Entity(name = "Audit") @Table(name = "audit")
    public static class Audit extends Numbered {
        public String what;
    }

    @Entity(name = "Setting") @Table(name = "setting")
    public static class Setting {
        @Id @Column(name = "key") public String name;
        public String value;
    }

    @Entity(name = "Job") @Table(name = "job")
    public static class Job extends Numbered {
        public String state;
        public String payload;
    }

    @Entity(name = "Event") @Table(name = "event")
    public static class Event extends Numbered {
        public String kind;
        public int amount;
    }

    @Entity(name = "Document") @Table(name = "document")
    public static class Document extends Numbered {
        public String title;
        public String body;
    }
}
