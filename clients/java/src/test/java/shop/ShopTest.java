package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.Filter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import onetrip.Onetrip;
import onetrip.RequestFilter;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A suite as a project has it; tests/integration/test_java_client.py runs it with and without the proxy. */
class ShopTest {
  private static final Shop SHOP = new Shop();
  private static final Tomcat TOMCAT = new Tomcat();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    TOMCAT.setBaseDir(folder.toString());
    TOMCAT.setHostname("127.0.0.1");
    TOMCAT.setPort(0);
    TOMCAT.getConnector().setProperty("address", "127.0.0.1");
    Context context = TOMCAT.addContext("", folder.toString());
    filter(context, new RequestFilter());
    Tomcat.addServlet(context, "shop", SHOP).addMapping("/shelves/*");
    TOMCAT.start();
  }

  private static void filter(Context context, Filter filter) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("onetrip");
    definition.setFilter(filter);
    context.addFilterDef(definition);
    FilterMap everything = new FilterMap();
    everything.setFilterName("onetrip");
    everything.addURLPattern("/*");
    context.addFilterMap(everything);
  }

  @AfterAll
  static void stop() throws Exception {
    TOMCAT.stop();
    TOMCAT.destroy();
  }

  @BeforeEach
  void askAll() throws Exception {
    try (Connection connection = SHOP.connect()) {
      Shop.slow(connection, 9); // a loop, of the set-up
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + TOMCAT.getConnector().getLocalPort() + path);
    return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void lists() throws Exception {
    assertEquals(5, get("/shelves/5").body().split(",").length);
    if (System.getenv("BUDGET") != null) Onetrip.assertBudget(1);
  }

  @Test
  void nothingThere() throws Exception {
    assertEquals(404, get("/nothing/5").statusCode());
  }
}
