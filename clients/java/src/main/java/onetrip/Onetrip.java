package onetrip;

/**
 * Tells the Onetrip proxy which test, and which request in it, a statement belongs to. ONETRIP_API says where the
 * proxy's API is; {@code onetrip exec} sets it. Without it, and when nobody answers there, everything here does nothing.
 */
public final class Onetrip {
  static Windows windows = new Windows(Api.fromEnvironment());

  private Onetrip() {}

  /** {@code try (Window window = Onetrip.window("import")) {…}}; in a test it is one of the test's requests. */
  public static Window window(String name) {
    return window(name, name);
  }

  /** The label is the kind of thing that it is, for budgets and reports. */
  public static Window window(String name, String label) {
    return windows.open(new Window(windows, name, label, false));
  }

  /** A request. Where no window is around it, or a request is, it is no window. */
  public static Window request(String label) {
    return windows.open(new Window(windows, label, label, true));
  }

  /** Fails when a request of the test that runs, or the test itself where it makes none, breaks the budget. */
  public static void assertBudget(Budget budget) {
    windows.outermost().assertBudget(budget);
  }

  public static void assertBudget(long maxStatements) {
    assertBudget(new Budget().maxStatements(maxStatements));
  }

  /**
   * From now on windows hold only what is sent by connections to this database, or of this application_name; null: any.
   * For test runs in parallel; the system properties onetrip.database and onetrip.application_name say the same.
   */
  public static void watch(String database, String applicationName) {
    windows.watch(database, applicationName);
  }
}
