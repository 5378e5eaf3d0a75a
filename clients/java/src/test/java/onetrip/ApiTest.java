package onetrip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It never throws, and says why it gave up. */
class ApiTest {
  private final List<String> tokens = new ArrayList<>();
  private HttpServer server;

  /** The address of a server that answers this. */
  private String serve(String body) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    if (server != null) server.stop(0);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return taken.getLocalPort();
    }
  }

  @Test
  void nobodyAnswers() throws IOException {
    Api api = new Api("127.0.0.1:" + closedPort(), "");
    assertNull(api.ask("GET", "/", null));
    assertTrue(api.lost().contains("does not answer: ConnectException"), api.lost());
  }

  @Test
  void onceLostNobodyIsAskedAgain() throws IOException {
    Api api = new Api(serve("<p/>"), "");
    assertNull(api.ask("GET", "/", null));
    assertTrue(api.lost().contains("no JSON at character 0"), api.lost());
    assertNull(api.ask("GET", "/", null));
    assertEquals(1, tokens.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://127.0.0.1:1", "ftp://x", "http://127.0.0.1:port", "http://[::1", "not an address"})
  void anAddressThatMakesNoSense(String address) {
    Api api = new Api(address, "");
    assertNull(api.ask("GET", "/", null));
    assertTrue(!api.lost().isEmpty());
  }

  @Test
  void aTokenIsShown(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "secret\n");
    assertNotNull(new Api(serve("{}"), file.toString()).ask("POST", "/", null));
    assertEquals(List.of("Bearer secret"), tokens);
    Api unread = new Api(serve("{}"), "/nowhere/token");
    unread.ask("GET", "/", null);
    assertTrue(unread.lost().contains("NoSuchFileException"), unread.lost());
  }

  @Test
  void jsonIsReadAndWritten() {
    assertEquals(Map.of("a", List.of(1.0, -2.5e3, true, "x\"\\\n\u00e9é/"), "b", Map.of("c", List.of())),
        Json.read(" {\"a\": [1, -2.5e3, true, \"x\\\"\\\\\\n\\u00e9é\\/\"], \"b\": {\"c\": [ ]}} "));
    assertEquals(Arrays.asList((Object) null), Json.read("[null]"));
    assertEquals("a\"\\\n\u0001é", Json.read(Json.quoted("a\"\\\n\u0001é")));
    for (String broken : List.of("", "{", "[1", "\"a", "{\"a\" 1}", "tru", "{} {}", "[1 2]", "\"\\")) {
      assertThrows(RuntimeException.class, () -> Json.read(broken), broken);
    }
  }
}
