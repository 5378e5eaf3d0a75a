package onetrip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a test allows its requests: {@code new Budget().maxStatements(12).level("error").allow("duplicate-query")}.
 * Where nothing else is said, any number of statements, and no finding of level warning or error.
 */
public final class Budget {
  private static final List<String> LEVELS = List.of("info", "warning", "error");

  private long maxStatements = Long.MAX_VALUE;
  private int level = 1;
  private Set<String> allowed = Set.of();

  public Budget maxStatements(long count) {
    maxStatements = count;
    return this;
  }

  /** The lowest level of findings that counts: info, warning, error. */
  public Budget level(String lowest) {
    level = LEVELS.indexOf(lowest);
    if (level < 0) {
      throw new IllegalArgumentException("level is \"" + lowest + "\": it is one of " + String.join(", ", LEVELS));
    }
    return this;
  }

  /** No finding counts. */
  public Budget anyFindings() {
    level = LEVELS.size();
    return this;
  }

  /** Rules and causes that are accepted. */
  public Budget allow(String... rulesAndCauses) {
    allowed = Set.of(rulesAndCauses);
    return this;
  }

  /** What breaks it in a request; empty when all is well. */
  List<String> complaints(String label, Window.Seen seen) {
    List<String> out = new ArrayList<>();
    if (seen.statements() > maxStatements) {
      out.add(label + " sent " + seen.statements() + " statements, " + maxStatements + " are allowed");
    }
    for (Map<String, Object> finding : seen.findings()) {
      boolean counts = LEVELS.indexOf((String) finding.get("severity")) >= level;
      if (counts && !allowed.contains(finding.get("rule")) && !allowed.contains(finding.get("cause"))) {
        out.add(textOf(finding));
      }
    }
    return out;
  }

  /** As the proxy's own report has it. */
  private static String textOf(Map<String, Object> finding) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("statement", (String) Api.object(finding.get("statement")).get("text"));
    rows.put("fed by", fedBy(Api.object(finding.get("parent")), Api.object(finding.get("link"))));
    rows.put("fix", fix(Api.object(finding.get("advice"))));
    rows.put("where", place(Api.object(finding.get("location"))));
    rows.put("accept", (String) finding.get("cause"));
    StringBuilder out = new StringBuilder(String.format("%s[%s] %s: %s", finding.get("severity"), finding.get("rule"),
        finding.get("label"), finding.get("title")));
    rows.forEach((name, text) -> {
      if (!text.isEmpty()) out.append(String.format("%n  %-9s %s", name, text));
    });
    return out.toString();
  }

  private static String fedBy(Map<String, Object> parent, Map<String, Object> link) {
    if (parent == null || link == null) return "";
    return String.format("%s: %s → %s, %s of %s", parent.get("summary"), link.get("parent_column"),
        link.get("child_column"), whole(link.get("matched")), whole(parent.get("rows")));
  }

  private static String fix(Map<String, Object> advice) {
    for (String name : List.of("code", "sql", "why")) {
      if (advice.get(name) instanceof String text && !text.isEmpty()) return text;
    }
    return "";
  }

  private static String place(Map<String, Object> location) {
    if (location == null) return "";
    String function = location.get("function") instanceof String name && !name.isEmpty() ? " in " + name : "";
    return location.get("file") + ":" + whole(location.get("line")) + function;
  }

  static long whole(Object number) {
    return number instanceof Double value ? value.longValue() : 0;
  }
}
