import jakarta.persistence.LockModeType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.Hibernate;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.hibernate.proxy.HibernateProxy;

/** The cases of ../../cases.toml as a Hibernate application has them. */
class Cases {
    interface Case {
        void run(Program program, int n);
    }

    static final Map<String, Case> ALL = new HashMap<>();

    /** Most cases are one request, over one session. */
    private static void add(String name, BiConsumer<Session, Integer> work) {
        ALL.put(name, (program, n) -> program.request(session -> work.accept(session, n)));
    }

    private static <T> List<T> first(Session session, Class<T> type, String order, int n) {
        String query = "from " + session.getMetamodel().entity(type).getName() + " e order by e." + order;
        return session.createQuery(query, type).setMaxResults(n).getResultList();
    }

    private static <T> List<T> first(Session session, Class<T> type, int n) {
        return first(session, type, "id", n);
    }

    /** A list whose relation is read lazily, in batches of keys, or in the list's own statement. */
    private static <T> void relation(String name, Class<T> type, String order, String fetch, Consumer<T> use) {
        add(name + ".lazy", (session, n) -> first(session, type, order, n).forEach(use));
        add(name + ".batch", (session, n) -> {
            session.setFetchBatchSize(100);
            first(session, type, order, n).forEach(use);
        });
        if (fetch.isEmpty()) {
            return;
        }
        String query = "from " + type.getSimpleName() + " e " + fetch + " order by e." + order;
        add(name + ".join", (session, n) -> session.createQuery(query, type).setMaxResults(n).getResultList()
                .forEach(use));
    }

    /** A relation to many cannot be fetched with LIMIT: the list is chosen by its ids. */
    private static <T> void toMany(String name, Class<T> type, String fetch, Consumer<T> use) {
        relation(name, type, "id", "", use);
        String query = "from " + type.getSimpleName() + " e " + fetch + " where e.id <= :last order by e.id";
        add(name + ".join", (session, n) -> session.createQuery(query, type).setParameter("last", n).getResultList()
                .forEach(use));
        add(name + ".subquery", (session, n) -> {
            session.setSubselectFetchingEnabled(true); // it would drop a LIMIT
            session.createQuery("from " + type.getSimpleName() + " e where e.id <= :last order by e.id", type)
                    .setParameter("last", n).getResultList().forEach(use);
        });
    }

    private static void relations() {
        relation("forward", Models.Book.class, "id", "join fetch e.author", book -> read(book.author));
        relation("nullable", Models.Book.class, "id", "left join fetch e.publisher", book -> read(book.publisher));
        relation("two_keys", Models.Match.class, "id", "join fetch e.home join fetch e.away", match -> {
            read(match.home);
            read(match.away);
        });
        relation("self", Models.Employee.class, "id", "left join fetch e.manager", employee -> read(employee.manager));
        relation("composite", Models.Stock.class, "id", "join fetch e.warehouse", stock -> read(stock.warehouse));
        relation("uuid", Models.Invoice.class, "number", "join fetch e.customer", invoice -> read(invoice.customer));
        relation("text", Models.Price.class, "id", "join fetch e.currency", price -> read(price.currency));
        relation("no_key", Models.Visit.class, "id", "join fetch e.author", visit -> read(visit.author));
        relation("partition", Models.Reading.class, "id", "join fetch e.sensor", reading -> read(reading.sensor));
        relation("view", Models.BookView.class, "id", "join fetch e.author", book -> read(book.author));
        relation("shared", Models.Review.class, "id", "join fetch e.book", review -> read(review.book));
        toMany("reverse", Models.Book.class, "left join fetch e.reviews", book -> read(book.reviews));
        toMany("many", Models.Book.class, "left join fetch e.genres", book -> read(book.genres));
        toMany("partition_child", Models.Sensor.class, "left join fetch e.readings", sensor -> read(sensor.readings));
        relation("nested", Models.Publisher.class, "id", "",
                publisher -> publisher.books.forEach(book -> read(book.reviews)));
        add("one_to_one.lazy", (session, n) -> first(session, Models.Writer.class, n).forEach(writer ->
                read(writer.profile)));
        add("one_to_one.join", (session, n) -> session.createQuery(
                "from Writer e left join fetch e.profile order by e.id", Models.Writer.class).setMaxResults(n)
                        .getResultList());
        add("polymorphic.lazy", (session, n) -> first(session, Models.Comment.class, n).forEach(comment -> {
            Class<?> type = comment.contentType.equals("book") ? Models.Book.class : Models.Author.class;
            session.find(type, comment.objectId);
        }));
    }

    private static void read(Object relation) {
        Hibernate.initialize(relation);
    }

    private static long count(Session session, String query, Object value) {
        return session.createQuery(query, Long.class).setParameter("value", value).getSingleResult();
    }

    private static List<Integer> bookIds(Session session, int n) {
        return first(session, Models.Book.class, n).stream().map(book -> book.id).collect(Collectors.toList());
    }

    private static void aggregates() {
        add("count.lazy", (session, n) -> bookIds(session, n).forEach(
                id -> count(session, "select count(*) from Review r where r.book.id = :value", id)));
        add("count.batch", (session, n) -> session.createQuery(
                "select r.book.id, count(*) from Review r where r.book.id in :ids group by r.book.id", Object[].class)
                .setParameter("ids", bookIds(session, n)).getResultList());
        add("filtered.lazy", (session, n) -> bookIds(session, n).forEach(id -> session.createQuery(
                "from Review r where r.book.id = :id and r.stars >= 4", Models.Review.class).setParameter("id", id)
                        .getResultList()));
        add("filtered.batch", (session, n) -> session.createQuery(
                "from Review r where r.book.id in :ids and r.stars >= 4", Models.Review.class)
                .setParameter("ids", bookIds(session, n)).getResultList());
        add("latest.lazy", (session, n) -> bookIds(session, n).forEach(id -> session.createQuery(
                "from Review r where r.book.id = :id order by r.id desc", Models.Review.class)
                .setParameter("id", id).setMaxResults(1).getResultList()));
        add("refetch.lazy", (session, n) -> session.createQuery("select b.id from Book b order by b.id", Integer.class)
                .setMaxResults(n).getResultList().forEach(id -> session.find(Models.Book.class, id)));
        add("refetch.batch", (session, n) -> session.byMultipleIds(Models.Book.class).multiLoad(
                session.createQuery("select b.id from Book b order by b.id", Integer.class).setMaxResults(n)
                        .getResultList()));
    }

    private static void loops() {
        add("user.before_list", (session, n) -> {
            session.find(Models.Account.class, 150);
            first(session, Models.Order.class, n).forEach(order -> read(order.account));
        });
        add("ids.lookup", (session, n) -> range(n).forEach(i -> session.find(Models.Book.class, 3 + 11 * i % 190)));
        add("ids.dense", (session, n) -> {
            first(session, Models.Team.class, n);
            range(n).forEach(i -> session.find(Models.Book.class, n - i));
        });
        add("sibling.lazy", (session, n) -> {
            session.createQuery("from Profile p where p.author.id <= :last order by p.author.id desc",
                    Models.Profile.class).setParameter("last", n).getResultList();
            first(session, Models.Book.class, n).forEach(book -> read(book.author));
        });
        add("chosen.forward", (session, n) -> {
            first(session, Models.Book.class, n);
            List.of(2, 7).forEach(id -> session.find(Models.Author.class, id));
        });
        add("duplicate.plain", (session, n) -> range(n).forEach(i -> setting(session)));
        add("duplicate.list", (session, n) -> range(n).forEach(i -> {
            first(session, Models.Genre.class, 5);
            session.find(Models.Author.class, i + 1);
        }));
        add("cache.once", (session, n) -> {
            range(n).forEach(i -> session.find(Models.Setting.class, "key7"));
            first(session, Models.Book.class, 5);
        });
        add("tree.up", (session, n) -> {
            Models.Category node = session.find(Models.Category.class, n + 1);
            while (node.parent != null) {
                read(node.parent);
                node = (Models.Category) Hibernate.unproxy(node.parent);
            }
        });
        add("keys.two", (session, n) -> List.of(3, 14).forEach(id -> session.find(Models.Book.class, id)));
        add("pair.one_request", (session, n) -> range(n).forEach(i -> read(session.find(Models.Book.class,
                3 + 11 * i % 190).author)));
        ALL.put("pair.requests", (program, n) -> {
            int[] next = {3};
            program.laterRequests(n, session -> {
                read(session.find(Models.Book.class, next[0]).author);
                next[0] = 3 + (next[0] + 8) % 190;
            });
        });
        ALL.put("user.requests", (program, n) -> program.laterRequests(n, session -> {
            session.find(Models.Account.class, 1);
            session.createQuery("from Order o where o.account.id = 1 order by o.id", Models.Order.class)
                    .setMaxResults(5).getResultList();
        }));
        ALL.put("users.pool", (program, n) -> range(2 * n).forEach(i -> program.request(session -> {
            session.find(Models.Account.class, 7 + i % 2);
            first(session, Models.Book.class, 5);
        })));
        ALL.put("users.pool_lazy", (program, n) -> range(2).forEach(i -> program.request(
                session -> first(session, Models.Book.class, n).forEach(book -> read(book.author)))));
        add("chunks.equal", (session, n) -> {
            List<Integer> authors = first(session, Models.Book.class, 4 * n).stream()
                    .map(book -> (Integer) HibernateProxy.extractLazyInitializer(book.author).getInternalIdentifier())
                            .toList();
            range(4).forEach(i -> session.createQuery("from Author a where a.id in :ids", Models.Author.class)
                    .setParameter("ids", authors.subList(n * i, n * i + n)).getResultList());
        });
        add("paging.keyset", (session, n) -> {
            int[] last = {0};
            range(n).forEach(page -> session.createQuery("from Event e where e.id > :last order by e.id",
                    Models.Event.class)
                    .setParameter("last", last[0]).setMaxResults(10).getResultList().forEach(event ->
                            last[0] = event.id));
        });
        add("paging.offset", (session, n) -> range(n).forEach(page ->
                session.createQuery("from Event e order by e.id", Models.Event.class)
                .setFirstResult(10 * page).setMaxResults(10).getResultList()));
        add("poll.even", (session, n) -> range(n).forEach(i -> {
            if (i > 0) {
                Program.pause(40);
            }
            session.createQuery("select j.state from Job j where j.id = 1", String.class).getSingleResult();
        }));
        add("lock.twice", (session, n) -> range(2).forEach(i -> Program.inTransaction(session, inside -> {
            inside.clear();
            inside.find(Models.Account.class, 1, LockModeType.PESSIMISTIC_WRITE);
        })));
        add("queue.take", (session, n) -> range(n).forEach(i -> Program.inTransaction(session, inside -> inside
                .createQuery("from Job j where j.state = 'ready' order by j.id", Models.Job.class).setMaxResults(1)
                .setHibernateLockMode(LockMode.UPGRADE_SKIPLOCKED).getSingleResult().state = "done")));
        add("noise.health", (session, n) -> range(n).forEach(i -> session.createNativeQuery("SELECT 1", Integer.class)
                .getSingleResult()));
    }

    private static String setting(Session session) {
        return session.createQuery("select s.value from Setting s where s.name = 'key7'", String.class)
                .getSingleResult();
    }

    private static List<Integer> range(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    private static void persist(Session session, int i) {
        Models.Audit step = new Models.Audit();
        step.what = "step " + i;
        session.persist(step);
    }

    private static void writes() {
        add("write.insert", (session, n) -> Program.inTransaction(session, inside -> range(n).forEach(i ->
                persist(inside, i))));
        add("write.commit", (session, n) -> range(n).forEach(i -> Program.inTransaction(session, inside ->
                persist(inside, i))));
        add("write.children", (session, n) -> Program.inTransaction(session, inside ->
                first(inside, Models.Account.class, n).forEach(account -> {
                    Models.Order order = new Models.Order();
                    order.account = account;
                    order.total = 1;
                    inside.persist(order);
                })));
        add("write.update", (session, n) -> Program.inTransaction(session, inside ->
                first(inside, Models.Job.class, n).forEach(job -> job.state = "done")));
        add("write.delete", (session, n) -> Program.inTransaction(session, inside ->
                first(inside, Models.Job.class, n).forEach(inside::remove)));
        add("write.bulk_update", (session, n) -> Program.inTransaction(session, inside -> inside
                .createMutationQuery("update Job j set j.state = 'done' where j.id in :ids")
                .setParameter("ids", first(inside, Models.Job.class, n).stream().map(job -> job.id).toList())
                        .executeUpdate()));
        add("write.all", (session, n) -> Program.inTransaction(session, inside ->
                inside.createMutationQuery("update Setting s set s.value = 'changed'").executeUpdate()));
        add("write.where", (session, n) -> Program.inTransaction(session, inside -> {
            inside.createMutationQuery("update Setting s set s.value = 'changed' where s.name = 'key7'")
                    .executeUpdate();
            inside.createMutationQuery("delete from Job j where j.id = 1").executeUpdate();
        }));
        add("unique.check", (session, n) -> Program.inTransaction(session, inside -> range(n).forEach(i -> {
            String email = "new" + i + "@example.org";
            if (count(inside, "select count(*) from Account a where a.email = :value", email) == 0) {
                Models.Account account = new Models.Account();
                account.name = "New";
                account.email = email;
                inside.persist(account);
            }
        })));
    }

    private static void statements() {
        add("big.unbounded", (session, n) -> session.createQuery(
                "select e.id, e.kind from Event e where e.amount > 13000", Object[].class).getResultList());
        add("big.limited", (session, n) -> {
            session.createQuery("select e.id, e.kind from Event e where e.amount > 13000", Object[].class)
                    .setMaxResults(50).getResultList();
            session.find(Models.Event.class, 5);
            session.createQuery("select count(*) from Event e", Long.class).getSingleResult();
        });
        add("wide.body", (session, n) -> session.createQuery(
                "select d.id, d.body from Document d order by d.id", Object[].class).setMaxResults(40).getResultList());
        add("wide.titles", (session, n) -> session.createQuery(
                "select d.id, d.title from Document d order by d.id", Object[].class).setMaxResults(40)
                        .getResultList());
        add("offset.deep", (session, n) -> session.createQuery("from Event e order by e.id", Models.Event.class)
                .setFirstResult(12000).setMaxResults(10).getResultList());
        add("like.leading", (session, n) -> like(session, "Event e where e.kind like :pattern", "%nd3"));
        add("like.harmless", (session, n) -> {
            like(session, "Event e where e.kind like :pattern", "kind3%");
            like(session, "Author a where a.name like :pattern", "%or 7");
        });
        add("list.large", (session, n) -> listed(session, n));
        add("list.small", (session, n) -> listed(session, n));
        add("unseen.eager", (session, n) -> session.createQuery(
                "from Book b join fetch b.author order by b.id", Models.Book.class).setMaxResults(n).getResultList());
    }

    private static void like(Session session, String from, String pattern) {
        session.createQuery("from " + from, Object.class).setParameter("pattern", pattern).setMaxResults(10)
                .getResultList();
    }

    private static void listed(Session session, int n) {
        session.createQuery("select count(*) from Event e where e.id in :ids", Long.class)
                .setParameter("ids", IntStream.rangeClosed(1, n).boxed().toList()).getSingleResult();
    }

    static {
        relations();
        aggregates();
        loops();
        writes();
        statements();
    }
}
