package onetrip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing. */
public final class Window implements AutoCloseable {
  private static final int LONGEST_NAME = 1024; // bytes

  /** What was sent in it. */
  public record Seen(long statements, List<Map<String, Object>> findings) {}

  static final Seen NOTHING = new Seen(0, List.of());

  final String label;
  final boolean isRequest;
  final List<Window> inner = new ArrayList<>();
  String name;
  String id; // null: no window
  Seen closed;
  private final Windows owner;

  Window(Windows owner, String name, String label, boolean isRequest) {
    this.owner = owner;
    this.name = clipped(name);
    this.label = clipped(label);
    this.isRequest = isRequest;
  }

  /** So far if it is open. */
  public Seen seen() {
    return owner.look(this);
  }

  /** Fails when a request that was made in it, or it itself where none was, breaks the budget. */
  public void assertBudget(Budget budget) {
    List<String> complaints = new ArrayList<>();
    for (Window window : judged()) {
      if (window.id != null) complaints.addAll(budget.complaints(window.label, window.seen()));
    }
    if (!complaints.isEmpty()) throw new AssertionError(String.join(System.lineSeparator(), complaints));
  }

  @Override
  public void close() {
    owner.close(this);
  }

  /** The requests that were made in it; itself where there were none. All else that was sent in it is set-up. */
  List<Window> judged() {
    if (inner.isEmpty()) return List.of(this);
    return inner.stream().flatMap(window -> window.judged().stream()).toList();
  }

  static String clipped(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST_NAME) return name;
    int end = LONGEST_NAME;
    while ((bytes[end] & 0xC0) == 0x80) end--; // in the middle of a character
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
