package onetrip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much JSON as the proxy's API speaks: an object is a Map, an array a List, a number a Double. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object read(String text) {
    Json json = new Json(text);
    Object value = json.value();
    if (json.next() != 0) throw json.fault();
    return value;
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else if (c == '"' || c == '\\') out.append('\\').append(c);
      else out.append(c);
    }
    return out.append('"').toString();
  }

  private Object value() {
    switch (next()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, Object> object() {
    Map<String, Object> out = new LinkedHashMap<>();
    for (at++; next() != '}'; skipComma('}')) {
      String name = string();
      if (next() != ':') throw fault();
      at++;
      out.put(name, value());
    }
    at++;
    return out;
  }

  private List<Object> array() {
    List<Object> out = new ArrayList<>();
    for (at++; next() != ']'; skipComma(']')) out.add(value());
    at++;
    return out;
  }

  private void skipComma(char end) {
    if (next() == ',') at++;
    else if (next() != end) throw fault();
  }

  private String string() {
    if (next() != '"') throw fault();
    StringBuilder out = new StringBuilder();
    for (at++; current() != '"'; at++) {
      if (current() == 0) throw fault();
      out.append(current() == '\\' ? escaped() : current());
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = text.charAt(++at);
    if (c == 'u') {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }
    int known = "bfnrt".indexOf(c);
    return known < 0 ? c : "\b\f\n\r\t".charAt(known);
  }

  private Double number() {
    int start = at;
    while (current() != 0 && "+-.eE0123456789".indexOf(current()) >= 0) at++;
    if (start == at) throw fault();
    return Double.valueOf(text.substring(start, at));
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) throw fault();
    at += word.length();
    return value;
  }

  /** The next character that is no blank; 0 at the end. */
  private char next() {
    while (current() != 0 && Character.isWhitespace(current())) at++;
    return current();
  }

  private char current() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private IllegalArgumentException fault() {
    return new IllegalArgumentException("no JSON at character " + at);
  }
}
