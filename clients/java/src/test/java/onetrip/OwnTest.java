package onetrip;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The suite runs against a real proxy and a real server. tests/integration/test_java_client.py starts both; by hand:
 *
 * <pre>ONETRIP_TEST_API=http://127.0.0.1:9188 JDBC_URL=jdbc:postgresql://127.0.0.1:6532/… mvn test</pre>
 *
 * The database has the tables author and book of tests/integration/harness.py.
 */
abstract class OwnTest {
  static final String ADDRESS = System.getenv("ONETRIP_TEST_API");

  Api api;
  Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    if (ADDRESS == null) throw new AssertionError("ONETRIP_TEST_API is not set: there is no proxy to test with");
    api = new Api(ADDRESS, "");
    api.ask("POST", "/api/v1/reset", null);
    here(new Api(ADDRESS, ""));
    connection = connection("");
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
    here(null);
  }

  static Connection connection(String parameters) throws SQLException {
    return DriverManager.getConnection(System.getenv("JDBC_URL") + parameters);
  }

  /** This process as one that has this API, or none. */
  static void here(Api api) {
    Onetrip.windows = new Windows(api);
  }

  /** One N+1: the author of each of so many books. */
  void books(int rows) throws SQLException {
    for (int author : column("SELECT author_id FROM book ORDER BY id LIMIT ?", rows)) {
      column("SELECT id FROM author WHERE id = ?", author);
    }
  }

  void count(Connection connection) throws SQLException {
    try (var statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT count(*) FROM book")) {
      rows.next();
    }
  }

  private List<Integer> column(String sql, int value) throws SQLException {
    List<Integer> out = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) out.add(rows.getInt(1));
      }
    }
    return out;
  }

  /** Named windows, the oldest first. */
  List<Map<String, Object>> named() {
    List<Map<String, Object>> rows = new ArrayList<>(Api.objects(api.ask("GET", "/api/v1/windows?limit=2000", null).body().get("windows")));
    Collections.reverse(rows);
    return rows.stream().filter(row -> "named".equals(row.get("source"))).toList();
  }
}
