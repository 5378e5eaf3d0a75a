// pgjdbc: each of its query modes, batches, fetch sizes, COPY, server-side prepared statements, cancels.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

public class Scenarios {
  static String data, values;

  interface Act { void run() throws Exception; }

  static void show(Object... parts) throws Exception {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) text.append(text.length() > 0 ? " " : "").append(part);
    if (text.length() > 2000) {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      String all = text.substring(0, 200) + "... " + bytes.length + " bytes, sha256 " + hash;
      text = new StringBuilder(all);
    }
    System.out.println(text);
  }

  static Connection connect(String... more) throws SQLException {
    Map<String, String> env = System.getenv();
    Properties words = new Properties();
    words.put("user", env.get("PGUSER"));
    words.put("password", env.get("PGPASSWORD"));
    words.put("sslmode", env.get("PGSSLMODE"));
    if (env.containsKey("PGSSLROOTCERT")) words.put("sslrootcert", env.get("PGSSLROOTCERT"));
    if (env.containsKey("PGCHANNELBINDING")) words.put("channelBinding", env.get("PGCHANNELBINDING"));
    String database = env.get("PGDATABASE");
    for (int n = 0; n < more.length; n += 2) {
      if (more[n].equals("database")) database = more[n + 1];
      else words.put(more[n], more[n + 1]);
    }
    return DriverManager.getConnection("jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + database, words);
  }

  static void fail(SQLException error) throws Exception {
    for (SQLException one = error; one != null; one = one.getNextException()) {
      String told = "";
      if (one instanceof PSQLException && ((PSQLException) one).getServerErrorMessage() != null) {
        ServerErrorMessage m = ((PSQLException) one).getServerErrorMessage();
        told = String.join("|", m.getSeverity(), String.valueOf(m.getDetail()), String.valueOf(m.getHint()),
            "" + m.getPosition(), String.valueOf(m.getWhere()), String.valueOf(m.getTable()),
            String.valueOf(m.getConstraint()), m.getFile(), "" + m.getLine(), m.getRoutine());
      }
      show(one.getClass().getSimpleName(), one.getSQLState(), one.getMessage(), told);
      if (one instanceof BatchUpdateException) show(Arrays.toString(((BatchUpdateException) one).getUpdateCounts()));
    }
  }

  static void tried(Act act) throws Exception {
    try {
      act.run();
      show("no error");
    } catch (SQLException error) {
      fail(error);
    }
  }

  static void rows(ResultSet set) throws Exception {
    ResultSetMetaData about = set.getMetaData();
    StringBuilder all = new StringBuilder();
    for (int n = 1; n <= about.getColumnCount(); n++) all.append(about.getColumnName(n)).append(':').append(about.getColumnTypeName(n)).append(' ');
    while (set.next()) {
      for (int n = 1; n <= about.getColumnCount(); n++) {
        Object value = about.getColumnTypeName(n).equals("bytea") ? HexFormat.of().formatHex(set.getBytes(n)) : set.getString(n);
        all.append('[').append(value).append(']');
      }
      all.append('\n');
    }
    show(all);
  }

  static void results(Statement statement, boolean isRows) throws Exception {
    while (true) {
      if (isRows) rows(statement.getResultSet());
      else if (statement.getUpdateCount() == -1) return;
      else show("updated", statement.getUpdateCount());
      isRows = statement.getMoreResults();
    }
  }

  static void run(Connection link, String sql, Object... given) throws Exception {
    tried(() -> {
      try (PreparedStatement statement = link.prepareStatement(sql)) {
        for (int n = 0; n < given.length; n++) statement.setObject(n + 1, given[n]);
        results(statement, statement.execute());
      }
    });
  }

  static void modes() throws Exception {
    for (String mode : List.of("extended", "extendedForPrepared", "extendedCacheEverything", "simple")) {
      show("in mode", mode);
      try (Connection link = connect("preferQueryMode", mode, "prepareThreshold", "3")) {
        run(link, "SELECT 1; SELECT 2, 'x'; UPDATE log SET id = 1");
        run(link, "");
        run(link, "SELECT");
        for (int n = 0; n < 6; n++) {
          run(link, values);
          run(link, "SELECT ?::int, ?::text, ?::numeric, ?", n, "ü", new java.math.BigDecimal("1.50"), true);
          run(link, "SELECT * FROM account WHERE id = ?", n);
        }
        run(link, "SELEC ?", 1);
        run(link, "SELECT 1 / ?", 0);
        run(link, "INSERT INTO account VALUES (?, 'again', 1)", 1);
        run(link, "UPDATE account SET amount = ?", -1);
        run(link, "INSERT INTO log VALUES (1, 'x'); SELECT 1 / 0; SELECT 3");
      }
    }
  }

  static void prepared(Connection link) throws Exception {
    try (PreparedStatement statement = link.prepareStatement("SELECT owner, amount FROM account WHERE id = ?")) {
      for (int n = 0; n < 10; n++) { // a named statement from the fifth time on
        statement.setInt(1, n);
        rows(statement.executeQuery());
      }
      run(link, "ALTER TABLE account ALTER COLUMN owner TYPE varchar(50)");
      tried(() -> rows(statement.executeQuery()));
      run(link, "DEALLOCATE ALL");
      tried(() -> rows(statement.executeQuery()));
    }
  }

  static void parameters(Connection link) throws Exception {
    Object[] given = new Object[65535];
    for (int n = 0; n < given.length; n++) given[n] = n;
    run(link, "SELECT count(*) FROM (VALUES " + "(?::int), ".repeat(65534) + "(?::int)) AS v(n)", given);
    run(link, "SELECT " + "?::int, ".repeat(1599) + "?::int", Arrays.copyOf(given, 1600));
  }

  static void transactions(Connection link) throws Exception {
    link.setAutoCommit(false);
    link.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    run(link, "INSERT INTO log VALUES (?, 'kept')", 100);
    Savepoint point = link.setSavepoint("one");
    run(link, "SELECT 1 / 0");
    run(link, "SELECT 'in a failed transaction'");
    link.rollback(point);
    link.commit();
    run(link, "SELECT * FROM log WHERE id >= 100");
    link.rollback();
    link.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    link.setAutoCommit(true);
  }

  static void batches() throws Exception {
    for (String rewrite : List.of("false", "true")) {
      for (boolean wrong : new boolean[] {false, true}) {
        try (Connection link = connect("reWriteBatchedInserts", rewrite)) {
          tried(() -> {
            try (PreparedStatement statement = link.prepareStatement("INSERT INTO account VALUES (?, ?, 1)")) {
              for (int n = 1000; n < 1700; n++) {
                statement.setInt(1, wrong && n == 1400 ? 1 : n);
                statement.setString(2, "batch");
                statement.addBatch();
              }
              show(Arrays.toString(statement.executeBatch()));
            }
          });
          run(link, "SELECT count(*) FROM account");
          run(link, "DELETE FROM account WHERE id >= 1000");
          tried(() -> {
            try (Statement statement = link.createStatement()) {
              statement.addBatch("INSERT INTO log VALUES (1, 'first')");
              statement.addBatch(wrong ? "SELEC" : "UPDATE log SET note = 'second'");
              statement.addBatch("DELETE FROM log");
              show(Arrays.toString(statement.executeBatch()));
            }
          });
          tried(() -> {
            try (PreparedStatement statement = link.prepareStatement("INSERT INTO log VALUES (?, 'key')", Statement.RETURN_GENERATED_KEYS)) {
              for (int n = 0; n < 300; n++) {
                statement.setInt(1, n);
                statement.addBatch();
              }
              statement.executeBatch();
              rows(statement.getGeneratedKeys());
            }
          });
        }
      }
    }
  }

  static void portions(Connection link) throws Exception {
    link.setAutoCommit(false);
    try (PreparedStatement statement = link.prepareStatement("SELECT n, 'row ' || n FROM generate_series(1, ?) AS n")) {
      statement.setFetchSize(70);
      for (int n = 0; n < 7; n++) {
        statement.setInt(1, 1000 + n);
        rows(statement.executeQuery());
      }
      statement.setMaxRows(5);
      rows(statement.executeQuery());
    }
    link.commit();
    link.setAutoCommit(true);
  }

  static void notices(Connection link) throws Exception {
    try (Statement statement = link.createStatement()) {
      statement.execute("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$");
      for (SQLWarning one = statement.getWarnings(); one != null; one = one.getNextWarning()) show(one.getSQLState(), one);
    }
    try (CallableStatement call = link.prepareCall("{? = call length(?)}")) {
      call.registerOutParameter(1, Types.INTEGER);
      call.setString(2, "called");
      call.execute();
      show(call.getInt(1));
    }
  }

  static void copies(Connection link) throws Exception {
    CopyManager copy = link.unwrap(PGConnection.class).getCopyAPI();
    byte[] lines = "7\tseven\n".repeat(30000).getBytes();
    show(copy.copyIn("COPY log FROM STDIN", new ByteArrayInputStream(lines)));
    tried(() -> copy.copyIn("COPY log FROM STDIN", new ByteArrayInputStream("x\ty\n".getBytes())));
    tried(() -> copy.copyIn("COPY nothing FROM STDIN", new ByteArrayInputStream(lines)));
    tried(() -> copy.copyOut("COPY (SELECT 1 / 0) TO STDOUT", new ByteArrayOutputStream()));
    for (String form : List.of("text", "csv", "binary")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      show(copy.copyOut("COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT (FORMAT " + form + ")", out));
      show(HexFormat.of().formatHex(out.toByteArray()));
    }
  }

  static void big(Connection link) throws Exception {
    run(link, "SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n");
    run(link, "SELECT repeat('x', 20000000), ?::text", "p".repeat(8000000));
    link.setAutoCommit(false);
    var large = link.unwrap(PGConnection.class).getLargeObjectAPI();
    long number = large.createLO();
    try (var thing = large.open(number)) {
      thing.write("large".repeat(100000).getBytes());
      thing.seek(3);
      show(new String(thing.read(10)), thing.tell(), thing.size());
    }
    large.delete(number);
    link.rollback();
    link.setAutoCommit(true);
  }

  static void notifications(Connection link, Connection other) throws Exception {
    run(link, "LISTEN news");
    PGConnection listening = link.unwrap(PGConnection.class);
    for (String payload : List.of("", "one", "ümläut", "x".repeat(7000))) {
      run(other, "SELECT pg_notify('news', ?)", payload);
      for (PGNotification one : listening.getNotifications(30000)) {
        show(one.getName(), one.getParameter(), one.getPID() == other.unwrap(PGConnection.class).getBackendPID());
      }
    }
  }

  static void cancels(Connection link, Connection other) throws Exception {
    int pid = link.unwrap(PGConnection.class).getBackendPID();
    for (String sql : List.of("SELECT pg_sleep(60)", "SELECT 1; SELECT pg_sleep(60); SELECT 2")) {
      try (Statement statement = link.createStatement()) {
        Thread thread = new Thread(() -> {
          try {
            waitUntilDozing(other, pid);
            statement.cancel();
          } catch (Exception error) {
            throw new RuntimeException(error);
          }
        });
        thread.start();
        tried(() -> results(statement, statement.execute(sql)));
        thread.join();
      }
      run(link, "SELECT 'after a cancel'");
    }
    try (Statement statement = link.createStatement()) {
      statement.setQueryTimeout(1);
      tried(() -> statement.execute("SELECT pg_sleep(60)"));
    }
  }

  static void waitUntilDozing(Connection other, int pid) throws Exception {
    try (Statement asking = other.createStatement()) {
      while (true) {
        ResultSet set = asking.executeQuery("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + pid);
        if (set.next()) return;
        Thread.sleep(5);
      }
    }
  }

  static void end() throws Exception {
    try (Connection link = connect()) {
      run(link, "SELECT pg_terminate_backend(pg_backend_pid())");
      show(link.isClosed());
    }
    tried(() -> connect("password", "medlar"));
    tried(() -> connect("database", "nowhere"));
    tried(() -> connect("options", "-c nothing=1"));
  }

  static void scenario(String name, Act act) throws Exception {
    show("##", name);
    act.run();
  }

  public static void main(String[] arguments) throws Exception {
    data = Files.readString(Path.of(arguments[0]));
    values = Files.readString(Path.of(arguments[1]));
    try (Connection link = connect(); Connection other = connect()) {
      link.createStatement().execute(data);
      scenario("modes", () -> modes());
      scenario("prepared", () -> prepared(link));
      scenario("parameters", () -> parameters(link));
      scenario("transactions", () -> transactions(link));
      scenario("batches", () -> batches());
      scenario("portions", () -> portions(link));
      scenario("notices", () -> notices(link));
      scenario("copies", () -> copies(link));
      scenario("big", () -> big(link));
      scenario("notifications", () -> notifications(link, other));
      scenario("cancels", () -> cancels(link, other));
      scenario("end", () -> end());
    }
  }
}
