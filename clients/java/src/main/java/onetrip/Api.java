package onetrip;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The proxy's HTTP API. Never throws: from the first question that nobody answers on, {@code lost} says why, and all
 * answers are null. Any thread.
 */
final class Api {
  record Answer(int status, Map<String, Object> body) {}

  private static final Duration PATIENCE = Duration.ofSeconds(15); // closing waits for a catalog that is being read
  private static final int DEFAULT_PORT = 9188;

  private final String address;
  private final String tokenFile;
  private volatile String lost = "";
  private HttpClient client;
  private String token = "";

  Api(String address, String tokenFile) {
    this.address = (address.contains("://") ? address : "http://" + address).replaceFirst("/$", "");
    this.tokenFile = tokenFile;
  }

  /** Null where ONETRIP_API says no address. Where the proxy wants a token, its file is named as for the proxy. */
  static Api fromEnvironment() {
    String address = System.getenv().getOrDefault("ONETRIP_API", "");
    String tokenFile = System.getenv().getOrDefault("ONETRIP_ADMIN__TOKEN_FILE", "");
    return address.isEmpty() ? null : new Api(address, tokenFile);
  }

  String lost() {
    return lost;
  }

  synchronized Answer ask(String method, String path, String body) {
    if (!lost.isEmpty()) return null;
    try {
      HttpRequest request = request(method, path, body);
      try {
        return send(request);
      } catch (ConnectException error) {
        throw error;
      } catch (IOException error) { // the connection was kept, and may have been closed meanwhile
        return send(request);
      }
    } catch (InterruptedException error) { // this test is to end, the next one goes on
      Thread.currentThread().interrupt();
      return null;
    } catch (Exception error) { // whatever it is, it is no fault of the test that runs
      lost = address + " does not answer: " + error.getClass().getSimpleName() + ": " + error.getMessage();
      return null;
    }
  }

  /** Returns when everything that was sent so far is analysed. */
  void flush() {
    ask("POST", "/api/v1/flush", null);
  }

  Map<String, Object> window(String id) {
    Answer answer = ask("GET", "/api/v1/windows/" + id, null);
    return answer != null && answer.status == 200 ? object(answer.body.get("window")) : null;
  }

  List<Map<String, Object>> windows(String name) {
    return rows("/api/v1/windows?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8), "windows");
  }

  List<Map<String, Object>> findings(String id) {
    return rows("/api/v1/findings?window=" + id, "findings");
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> objects(Object value) {
    return (List<Map<String, Object>>) value;
  }

  private List<Map<String, Object>> rows(String path, String name) {
    Answer answer = ask("GET", path, null);
    return answer != null && answer.status == 200 ? objects(answer.body.get(name)) : List.of();
  }

  private HttpRequest request(String method, String path, String body) throws IOException {
    URI uri = URI.create(address);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("only http://HOST:PORT is understood");
    }
    if (client == null) {
      client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE)
          .proxy(HttpClient.Builder.NO_PROXY).build();
      token = tokenFile.isEmpty() ? "" : Files.readString(Path.of(tokenFile)).strip();
    }
    HttpRequest.Builder out = HttpRequest.newBuilder(URI.create(address + (uri.getPort() < 0 ? ":" + DEFAULT_PORT : "") + path))
        .timeout(PATIENCE).method(method, body == null ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
    if (!token.isEmpty()) out.header("Authorization", "Bearer " + token);
    return out.build();
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), object(Json.read(response.body())));
  }
}
