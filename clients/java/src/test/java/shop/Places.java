package shop;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** Code of a project, for what names its lines. */
public final class Places {
  private Places() {}

  public static String here(Supplier<String> ask) {
    String found = ask.get();
    return found;
  }

  public static String inStream(Supplier<String> ask) {
    return Stream.of(1).map(number -> ask.get()).findFirst().orElseThrow();
  }
}
