package shop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that make no request, for two processes: PART says which this is, 1 or 2. */
class ManyTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void many(int rows) throws Exception {
    String part = System.getenv("PART");
    assumeTrue(part != null && rows % 2 == Integer.parseInt(part) % 2, "not of this part");
    try (Connection connection = new Shop().connect()) {
      Shop.slow(connection, rows);
    }
  }
}
