import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Runs the cases with Hibernate over pgjdbc, as ../../README.md says under "A client program". */
public class Program {
    private final SessionFactory factory = sessionFactory();
    private final SecureRandom random = new SecureRandom();
    private Connection connection;
    private Set<String> flags;
    private String route;
    private String traceparent;

    private SessionFactory sessionFactory() {
        Configuration configuration = new Configuration()
                .setProperty("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect")
                .setProperty("hibernate.boot.allow_jdbc_metadata_access", "false")
                .setStatementInspector(this::tagged);
        Models.ALL.forEach(configuration::addAnnotatedClass);
        return configuration.buildSessionFactory();
    }

    /** The statement with a comment as Google's sqlcommenter for Hibernate appends it, if tags are asked for. */
    private String tagged(String sql) {
        if (traceparent == null) {
            return sql;
        }
        return sql + " /*db_driver='hibernate',framework='spring',route='" + URLEncoder.encode(route,
                StandardCharsets.UTF_8)
                + "',traceparent='" + traceparent + "'*/";
    }

    private String hex(int bytes) {
        byte[] raw = new byte[bytes];
        random.nextBytes(raw);
        return HexFormat.of().formatHex(raw);
    }

    /** One request: a session of its own, over the connection that the pool gives; one trace id. */
    void request(Consumer<Session> work) {
        traceparent = flags.contains("tag") ? "00-" + hex(16) + "-" + hex(8) + "-01" : null;
        try (Session session = factory.withOptions().connection(connection).openSession()) {
            if (flags.contains("tx")) {
                inTransaction(session, work);
            } else {
                work.accept(session);
            }
        }
    }

    void laterRequests(int n, Consumer<Session> work) {
        for (int i = 0; i < n; i++) {
            if (i > 0) {
                pause(150);
            }
            request(work);
        }
    }

    static void inTransaction(Session session, Consumer<Session> work) {
        if (session.isJoinedToTransaction()) { // one is open already: tx
            work.accept(session);
            return;
        }
        session.beginTransaction();
        try {
            work.accept(session);
            session.getTransaction().commit();
        } catch (RuntimeException error) {
            session.getTransaction().rollback();
            throw error;
        }
    }

    static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    private Connection connect() throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
                + System.getenv("PGDATABASE") + "?sslmode=disable&user=" + System.getenv("PGUSER");
        if (flags.contains("simple")) {
            url += "&preferQueryMode=simple";
        }
        if (flags.contains("prepared")) {
            url += "&prepareThreshold=1";
        }
        if (flags.contains("binary")) {
            url += "&prepareThreshold=-1";
        }
        return DriverManager.getConnection(url);
    }

    private void run(String name, int n, List<String> asked) throws Exception {
        Cases.Case work = Cases.ALL.get(name);
        if (work == null) {
            throw new IllegalArgumentException("no case " + name);
        }
        flags = Set.copyOf(asked);
        route = "/" + name;
        try (Connection opened = connect()) {
            connection = opened;
            work.run(this, n);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("org.hibernate").setLevel(Level.SEVERE);
        Program program = new Program();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            try {
                program.run(words[0], Integer.parseInt(words[1]), Arrays.asList(words).subList(2, words.length));
                System.out.println("ok");
            } catch (Exception error) {
                error.printStackTrace();
                System.out.println("failed " + String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
            }
        }
    }
}
