package onetrip;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Where in the project a statement comes from, as a comment in sqlcommenter's form at its end:
 * {@code SELECT … /*callsite='src/main/java/shop/Orders.java:41 in lines'*}{@code /}. It is one more text for whoever
 * looks at the SQL itself, so it is there only when ONETRIP_CALLSITE=on asks for it, and the same for each run of a line.
 */
public final class Callsite {
  private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final List<String> SOURCES =
      List.of("src/main/java", "src/test/java", "src/main/kotlin", "src/test/kotlin");
  private static final Set<String> TAKE_SQL = Set.of("prepareStatement", "prepareCall", "execute", "executeQuery",
      "executeUpdate", "executeLargeUpdate", "addBatch");
  private static final String SAFE = "/:<>() ._-~";

  private static final ClassValue<Boolean> IS_OURS = new ClassValue<>() {
    /** A project's own classes are in folders, libraries in archives. */
    @Override
    protected Boolean computeValue(Class<?> type) {
      var source = type.getProtectionDomain().getCodeSource();
      return source != null && source.getLocation() != null && source.getLocation().getPath().endsWith("/");
    }
  };

  private Callsite() {}

  /** The same DataSource, whose statements name their lines; unchanged where that is not asked for. */
  public static DataSource on(DataSource source) {
    boolean isAsked = "on".equals(System.getenv("ONETRIP_CALLSITE")) && Onetrip.windows.api != null;
    return isAsked ? around(DataSource.class, source) : source;
  }

  /** {@code path:line in method} of the innermost frame that is no library's; null where there is none in the request. */
  static String callsite() {
    return WALKER.walk(frames -> frames
        .takeWhile(frame -> !"onetrip.RequestFilter".equals(frame.getClassName()))
        .filter(frame -> frame.getLineNumber() > 0 && isOurs(frame.getDeclaringClass()))
        .findFirst().map(Callsite::place).orElse(null));
  }

  static String tagged(String sql) {
    String place = callsite();
    if (place == null) return sql;
    StringBuilder value = new StringBuilder();
    for (byte one : place.getBytes(StandardCharsets.UTF_8)) {
      boolean isSafe = one > 0 && (Character.isLetterOrDigit(one) || SAFE.indexOf(one) >= 0);
      value.append(isSafe ? String.valueOf((char) one) : String.format("%%%02X", one));
    }
    String text = sql.stripTrailing();
    boolean isEnded = text.endsWith(";");
    return (isEnded ? text.substring(0, text.length() - 1) : text) + " /*callsite='" + value + "'*/" + (isEnded ? ";" : "");
  }

  private static boolean isOurs(Class<?> type) {
    return !type.getPackageName().equals("onetrip") && !type.isHidden() && IS_OURS.get(type);
  }

  private static String place(StackWalker.StackFrame frame) {
    String file = frame.getDeclaringClass().getPackageName().replace('.', '/') + "/" + frame.getFileName();
    String path = SOURCES.stream().map(root -> root + "/" + file).filter(name -> Files.exists(Path.of(name)))
        .findFirst().orElse(file);
    String method = frame.getMethodName().replaceFirst("^lambda\\$(\\w+)\\$\\d+$", "$1");
    return path + ":" + frame.getLineNumber() + (method.matches("\\w+") ? " in " + method : "");
  }

  private static <T> T around(Class<T> type, T inner) {
    return type.cast(Proxy.newProxyInstance(Callsite.class.getClassLoader(), new Class<?>[] {type},
        (proxy, method, arguments) -> call(inner, method, arguments)));
  }

  private static Object call(Object inner, Method method, Object[] arguments) throws Throwable {
    if (arguments != null && TAKE_SQL.contains(method.getName()) && arguments[0] instanceof String sql) {
      arguments[0] = tagged(sql);
    }
    Object result;
    try {
      result = method.invoke(inner, arguments);
    } catch (InvocationTargetException error) {
      throw error.getCause();
    }
    if (result instanceof Connection connection && method.getName().equals("getConnection")) {
      return around(Connection.class, connection);
    }
    return method.getName().equals("createStatement") ? around(Statement.class, (Statement) result) : result;
  }
}
