package shop;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import onetrip.Callsite;
import org.postgresql.ds.PGSimpleDataSource;

/** GET /shelves/N lists the authors of N books. */
final class Shop extends HttpServlet {
  private final DataSource database;

  Shop() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(System.getenv("JDBC_URL"));
    database = Callsite.on(source);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    int count = Integer.parseInt(request.getPathInfo().substring(1));
    try (Connection connection = database.getConnection()) {
      List<String> authors = "fixed".equals(System.getenv("SHOP")) ? fixed(connection, count) : slow(connection, count);
      response.getWriter().print(String.join(",", authors));
    } catch (SQLException error) {
      throw new IOException(error);
    }
  }

  Connection connect() throws SQLException {
    return database.getConnection();
  }

  static List<String> slow(Connection connection, int count) throws SQLException {
    List<String> authors = new ArrayList<>();
    for (String author : ask(connection, "SELECT author_id FROM book ORDER BY id LIMIT ?", count)) {
      authors.addAll(ask(connection, "SELECT name FROM author WHERE id = ?", Integer.parseInt(author)));
    }
    return authors;
  }

  private static List<String> fixed(Connection connection, int count) throws SQLException {
    return ask(connection, "SELECT name FROM book JOIN author ON author.id = author_id ORDER BY book.id LIMIT ?", count);
  }

  private static List<String> ask(Connection connection, String sql, int value) throws SQLException {
    List<String> out = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) out.add(rows.getString(1));
      }
    }
    return out;
  }
}
