package onetrip;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The first filter of all: a request that reaches the application in a test is a window: {@code GET /orders/:id}. */
public class RequestFilter implements Filter {
  private static final String ID = "\\d+|(?=.*\\d)[0-9a-fA-F-]{16,}";

  @Override
  public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest http)) {
      chain.doFilter(request, response);
      return;
    }
    try (Window window = Onetrip.request(http.getMethod() + " " + route(http))) {
      chain.doFilter(request, response);
    }
  }

  /** The path, with {@code :id} for what looks like one: which route it takes is decided behind filters. */
  protected String route(HttpServletRequest request) {
    return Arrays.stream(request.getRequestURI().split("/", -1))
        .map(part -> part.matches(ID) ? ":id" : part).collect(Collectors.joining("/"));
  }
}
