package onetrip;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Each test is a window with its set-up and its tear-down, and in that one there is another while the test's own code
 * runs. So what @BeforeEach sends is set-up also in a test that makes no request.
 */
public final class OnetripExtension
    implements BeforeEachCallback, BeforeTestExecutionCallback, AfterTestExecutionCallback, AfterEachCallback {
  private static final Pattern NUMBER = Pattern.compile("invocation:#(\\d+)");
  private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(OnetripExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    if (Onetrip.windows.api == null) return;
    String label = context.getRequiredTestClass().getName() + "#" + context.getRequiredTestMethod().getName();
    // Its number tells a parameterized test's runs apart; they are not another kind of request.
    Matcher run = NUMBER.matcher(context.getUniqueId());
    context.getStore(OURS).put("test", Onetrip.window(run.find() ? label + "[" + run.group(1) + "]" : label, label));
    context.getRoot().getStore(OURS).getOrComputeIfAbsent("end", key -> (AutoCloseable) OnetripExtension::sayIfLost);
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    Window test = context.getStore(OURS).get("test", Window.class);
    if (test != null) context.getStore(OURS).put("body", Onetrip.window("body", test.label));
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    close(context, "body");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close(context, "test");
  }

  private static void close(ExtensionContext context, String name) {
    Window window = context.getStore(OURS).remove(name, Window.class);
    if (window != null) window.close();
  }

  private static void sayIfLost() {
    String lost = Onetrip.windows.api.lost();
    if (!lost.isEmpty()) System.err.println("onetrip: " + lost + "; from then on tests were no windows");
  }
}
