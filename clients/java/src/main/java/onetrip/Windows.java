package onetrip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The windows of this process. They are opened from outside the connections, over the proxy's HTTP API. So they hold
 * what any connection sends meanwhile, also one that was opened before, or is another thread's, and no SQL is sent. Any
 * thread.
 */
final class Windows {
  private static final int LIFE_S = 900; // of a window that nobody closes, as its process was killed

  final Api api; // null: no proxy
  private final Map<String, String> watched = new LinkedHashMap<>();
  private final List<Window> open = new ArrayList<>();
  private int number;

  Windows(Api api) {
    this.api = api;
    watch(System.getProperty("onetrip.database"), System.getProperty("onetrip.application_name"));
  }

  synchronized void watch(String database, String applicationName) {
    watched.clear();
    if (database != null) watched.put("database", database);
    if (applicationName != null) watched.put("application_name", applicationName);
  }

  synchronized Window open(Window window) {
    Window around = open.isEmpty() ? null : open.get(open.size() - 1);
    // What a request makes of further requests, or another thread meanwhile, is a part of it.
    if (api == null || (window.isRequest && (around == null || around.isRequest))) return window;
    if (around != null) window.name = Window.clipped(window.name + " #" + ++number + " in " + open.get(0).name);
    window.id = post(window, around);
    if (window.id != null) {
      open.add(window);
      if (around != null) around.inner.add(window);
    }
    return window;
  }

  synchronized void close(Window window) {
    if (!open.remove(window)) return;
    Api.Answer answer = api.ask("DELETE", "/api/v1/windows/" + window.id, null);
    boolean known = answer != null && answer.status() == 200; // else its life was over
    window.closed = known ? seen(answer.body().get("window"), Api.objects(answer.body().get("findings"))) : Window.NOTHING;
  }

  Window.Seen look(Window window) {
    if (window.closed != null) return window.closed;
    if (window.id == null) return Window.NOTHING;
    api.flush();
    Map<String, Object> shown = api.window(window.id);
    return shown == null ? Window.NOTHING : seen(shown, api.findings(window.id));
  }

  /** The window that was opened first of those that are open: the test. One that is none where none is. */
  synchronized Window outermost() {
    return open.isEmpty() ? new Window(this, "", "", false) : open.get(0);
  }

  private static Window.Seen seen(Object window, List<Map<String, Object>> findings) {
    return new Window.Seen(Budget.whole(Api.object(window).get("statements")), findings);
  }

  private String post(Window window, Window around) {
    Map<String, String> members = new LinkedHashMap<>(Map.of("name", window.name, "label", window.label));
    members.putAll(watched);
    if (around != null) members.put("parent", around.id);
    String body = members.entrySet().stream()
        .map(entry -> Json.quoted(entry.getKey()) + ": " + Json.quoted(entry.getValue()))
        .collect(Collectors.joining(", ", "{", ", \"ttl_s\": " + LIFE_S + "}"));
    Api.Answer answer = api.ask("POST", "/api/v1/windows", body);
    if (answer != null && answer.status() == 409) { // left open by a process that was killed
      for (Map<String, Object> row : api.windows(window.name)) {
        if (Boolean.TRUE.equals(row.get("open"))) api.ask("DELETE", "/api/v1/windows/" + row.get("id"), null);
      }
      answer = api.ask("POST", "/api/v1/windows", body);
    }
    return answer != null && answer.status() == 201 ? (String) answer.body().get("id") : null;
  }
}
