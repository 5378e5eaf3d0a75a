package onetrip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import shop.Places;

class CallsiteTest {
  @Test
  void itIsTheInnermostFrameThatIsNoLibrarys() {
    assertEquals("src/test/java/shop/Places.java:11 in here", Places.here(Callsite::callsite));
    assertEquals("src/test/java/shop/Places.java:16 in inStream", Places.inStream(Callsite::callsite));
  }

  @Test
  void whereThereIsNoneThereIsNoComment() {
    Supplier<String> tagged = () -> Callsite.tagged("SELECT 1");
    assertEquals("SELECT 1", tagged.get()); // our own package counts as the library that it is
    assertNull(Callsite.callsite());
  }

  @Test
  void itStandsAtTheStatementsEnd() {
    String comment = "/*callsite='src/test/java/shop/Places.java:11 in here'*/";
    assertEquals("SELECT 1 " + comment, Places.here(() -> Callsite.tagged("SELECT 1")));
    assertEquals("SELECT 1  " + comment + ";", Places.here(() -> Callsite.tagged("SELECT 1 ; \n")));
    assertTrue(Places.here(() -> Callsite.tagged("SELECT 1;")).endsWith("*/;"));
  }
}
