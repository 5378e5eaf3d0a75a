package onetrip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest extends OwnTest {
  @Test
  void aWindowHoldsWhatWasSentMeanwhile() throws SQLException {
    books(3);
    Window cart = Onetrip.window("cart");
    books(5);
    assertEquals(6, cart.seen().statements());
    cart.close();
    books(7);
    assertEquals(6, cart.seen().statements());
    assertEquals(List.of("n-plus-one"), cart.seen().findings().stream().map(finding -> finding.get("rule")).toList());
  }

  @Test
  void itHoldsWhatOtherThreadsAndConnectionsSend() throws Exception {
    try (Connection other = connection(""); Window threads = Onetrip.window("threads")) {
      Thread sender = new Thread(() -> {
        try {
          count(other);
        } catch (SQLException error) {
          throw new IllegalStateException(error);
        }
      });
      sender.start();
      sender.join();
      count(connection);
      assertEquals(2, threads.seen().statements());
    }
  }

  @Test
  void whatIsOutsideItsRequestsIsNotJudged() throws SQLException {
    try (Window test = Onetrip.window("test")) {
      books(4);
      try (Window outer = Onetrip.request("GET /books"); Window part = Onetrip.request("GET /a/part")) {
        count(connection);
        assertEquals(null, part.id);
      }
      books(4);
      assertEquals(List.of("GET /books"), test.judged().stream().map(window -> window.label).toList());
      Onetrip.assertBudget(1);
    }
  }

  @Test
  void aRequestThatNoWindowIsAroundIsNone() throws SQLException {
    try (Window request = Onetrip.request("GET /books")) {
      count(connection);
    }
    assertEquals(List.of(), named());
  }

  @Test
  void aWindowThatAKilledProcessLeftOpenIsClosed() throws SQLException {
    Window left = Onetrip.window("left");
    here(new Api(ADDRESS, ""));
    try (Window again = Onetrip.window("left")) {
      count(connection);
      assertEquals(1, again.seen().statements());
      assertNotEquals(left.id, again.id);
    }
    assertEquals(List.of(false, false), named().stream().map(row -> row.get("open")).toList());
  }

  @Test
  void aWindowWhoseLifeIsOverClosesWithoutAWord() {
    Window reset = Onetrip.window("reset");
    api.ask("POST", "/api/v1/reset", null);
    reset.close();
    assertEquals(Window.NOTHING, reset.seen());
  }

  @Test
  void otherApplicationsAreLeftOutWhenOneIsWatched() throws SQLException {
    String url = System.getenv("JDBC_URL");
    Onetrip.watch(null, "mine");
    try (Connection mine = connection((url.contains("?") ? "&" : "?") + "ApplicationName=mine");
        Window watched = Onetrip.window("watched")) {
      count(mine);
      books(3);
      assertEquals(1, watched.seen().statements());
    }
  }

  @Test
  void namesAreCutAtWhatTheProxyTakes() {
    assertEquals(512, Window.clipped("é".repeat(2000)).length());
    assertEquals(512, Window.clipped("a" + "é".repeat(2000)).length());
    Onetrip.window("é\"\\\n".repeat(2000)).close();
    assertEquals(1, named().size());
  }

  @Test
  void aBrokenBudgetSaysWhatWhereAndHowToMendIt() throws SQLException {
    try (Window cart = Onetrip.window("cart")) {
      books(5);
      String said = assertThrows(AssertionError.class, () -> Onetrip.assertBudget(5)).getMessage();
      List<String> lines = said.lines().toList();
      assertEquals("cart sent 6 statements, 5 are allowed", lines.get(0));
      assertTrue(lines.get(1).startsWith("error[n-plus-one] cart: author was fetched 5 times"), said);
      assertTrue(lines.contains("  fed by    SELECT book: book.author_id → author.id, 5 of 5"), said);
      assertTrue(lines.stream().anyMatch(line -> line.startsWith("  fix       ")), said);
      cart.assertBudget(new Budget().maxStatements(6).anyFindings());
      cart.assertBudget(new Budget().allow("n-plus-one"));
      cart.assertBudget(new Budget().allow((String) cart.seen().findings().get(0).get("cause")));
      assertThrows(IllegalArgumentException.class, () -> new Budget().level("serious"));
    }
  }

  @Test
  void whatIsBelowTheLevelBreaksNoBudget() throws SQLException {
    try (Window twice = Onetrip.window("twice"); var statement = connection.createStatement()) {
      for (int i = 0; i < 2; i++) statement.executeQuery("SELECT name FROM author WHERE id = 1").close();
      assertEquals("duplicate-query", twice.seen().findings().get(0).get("rule"));
      twice.assertBudget(new Budget().level("error"));
      assertThrows(AssertionError.class, () -> twice.assertBudget(new Budget()));
    }
  }

  @Test
  void withoutAProxyEverythingDoesNothing() throws SQLException {
    here(null);
    try (Window cart = Onetrip.window("cart"); Window request = Onetrip.request("GET /books")) {
      books(5);
      assertEquals(Window.NOTHING, cart.seen());
      cart.assertBudget(new Budget().maxStatements(0));
      Onetrip.assertBudget(0);
      request.assertBudget(new Budget().maxStatements(0));
    }
    assertEquals(List.of(), named());
  }
}
