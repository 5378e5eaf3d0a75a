#include "analyzer/tags.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

Tags read(std::string_view comment) {
  Tags tags;
  read_comment(comment, tags);
  return tags;
}

constexpr std::string_view trace = "5bd66ef5095369c7b0d1f8f4bd33716a";

}  // namespace

TEST_CASE("comments that say nothing of an origin leave no tags") {
  for (const char* comment :
       {"/**/", "/* */", "/* fetch all books: fast */", "-- ", "--", "/*+ SeqScan(t) action='x' */",
        "/*user='bob',color='red'*/", "/*'',,,==::*/", "/*action=*/", "/*=x*/"}) {
    INFO(comment);
    CHECK(read(comment).empty());
  }
}

TEST_CASE("a traceparent that is none gives no trace") {
  CHECK(read("/*traceparent='00-00000000000000000000000000000000-c532cb4098ac3dd2-01'*/").empty());
  CHECK(read("/*traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716g-c532cb4098ac3dd2-01'*/").empty());
  CHECK(read("/*traceparent='00-5bd6'*/").empty());
}

TEST_CASE("sqlcommenter's own example, malformed as it is") {
  const Tags tags = read(
      "/*action='%2Fparam*d',controller='index,'framework='spring',"
      "traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01',"
      "tracestate='congo%3Dt61rcWkgMzE%2Crojo%3D00f067aa0ba902b7'*/");
  CHECK(tags.action == "/param*d");
  CHECK(tags.controller == "index");
  CHECK(tags.framework == "spring");
  CHECK(tags.trace_id == trace);
}

TEST_CASE("Rails query log tags") {
  const Tags tags = read(
      "/*action='index',application='Bookshop',controller='books',job='MailJob',"
      "request_id='6a1f',source_location='app%2Fmodels%2Fbook.rb%3A18%3Ain%20%60authors%27'*/");
  CHECK(tags.application == "Bookshop");
  CHECK(tags.label() == "books#index");
  CHECK(tags.request_id == "request_id=6a1f");
  CHECK(tags.file == "app/models/book.rb");
  CHECK(tags.line == 18);
  CHECK(tags.function == "authors");
  CHECK(tags.location_source == "source_location");
}

TEST_CASE("Rails legacy, Marginalia and GitLab write without quotes") {
  const Tags tags = read(
      "/*application:Web,controller:users,action:show,correlation_id:01F,jid:9c,"
      "line:/app/services/x.rb:52:in `each'*/");
  CHECK(tags.application == "Web");
  CHECK(tags.label() == "users#show");
  CHECK(tags.request_id == "correlation_id=01F");
  CHECK(tags.file == "/app/services/x.rb");
  CHECK(tags.line == 52);
  CHECK(tags.function == "each");
  CHECK(read("/*endpoint_id:GraphqlController#execute*/").label() == "GraphqlController#execute");
}

TEST_CASE("Google's sqlcommenter doubles the percent sign") {
  const Tags tags = read(
      "/*app_name='shop',controller='shop.views.books',db_driver='django.db.backends.postgresql',"
      "framework='django%%3A3.2',route='%%5Ebooks/%%28%%3FP%%3Cpk%%3E%%5Cd%%2B%%29/%%24'*/");
  CHECK(tags.application == "shop");
  CHECK(tags.framework == "django:3.2");
  CHECK(tags.db_driver == "django.db.backends.postgresql");
  CHECK(tags.label() == "^books/(?P<pk>\\d+)/$");
}

TEST_CASE("django-sqlcommenter names the line") {
  const Tags tags = read(
      "/*action='get',callsite='shop/views.py%3A41',controller='Books',route='books/<int:pk>/'*/");
  CHECK(tags.file == "shop/views.py");
  CHECK(tags.line == 41);
  CHECK(tags.location_source == "callsite");
  CHECK(tags.label() == "books/<int:pk>/");
}

TEST_CASE("OpenTelemetry") {
  const Tags tags = read(
      "/*db_driver='psycopg2%%3A2.9.5',traceparent='00-5BD66EF5095369C7B0D1F8F4BD33716A-"
      "c532cb4098ac3dd2-01'*/");
  CHECK(tags.db_driver == "psycopg2:2.9.5");
  CHECK(tags.trace_id == trace);
}

TEST_CASE("Hibernate writes + for a blank, and encodes twice") {
  const Tags tags = read("/*action='run+this%2Dnow',controller='a%252Fb',framework='spring'*/");
  CHECK(tags.action == "run this-now");
  CHECK(tags.controller == "a/b");
}

TEST_CASE("Prisma and Drizzle") {
  const Tags tags =
      read("/*prismaQuery='User.findMany%3AeyJhIjoxfQ',requestId='r1',route='%2Fusers'*/");
  CHECK(tags.operation == "User.findMany");
  CHECK(tags.request_id == "requestid=r1");
  CHECK(tags.label() == "/users");
  CHECK(read("/*just some words*/").empty());
}

TEST_CASE("Laravel") {
  const Tags tags = read(
      "/*controller='UserController',action='index',url='%2Fusers%2F42%3Ftoken%3Dsecret',"
      "file='app%2FUser.php',line='12',user='7',job='App%5CJobs%5CMail'*/");
  CHECK(tags.route == "/users/42");
  CHECK(tags.label() == "/users/:id");
  CHECK(tags.file == "app/User.php");
  CHECK(tags.line == 12);
  CHECK(tags.job == "App\\Jobs\\Mail");
}

TEST_CASE("EF Core writes lines of text") {
  const Tags tags = read("-- File: C:\\src\\Shop\\Books.cs:41");
  CHECK(tags.file == "C:\\src\\Shop\\Books.cs");
  CHECK(tags.line == 41);
  CHECK(read("-- This is my spatial query!").empty());
}

TEST_CASE("Hasura") {
  const Tags tags = read("/* request_id=5c2, operation_name=GetAuthors */");
  CHECK(tags.request_id == "request_id=5c2");
  CHECK(tags.label() == "GetAuthors");
}

TEST_CASE("Datadog") {
  const Tags tags = read(
      "/*dddb='shop',dddbs='postgres',dde='prod',ddh='db',ddps='web',ddpv='1.2',"
      "traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'*/");
  CHECK(tags.application == "web");
  CHECK(tags.trace_id == trace);
}

TEST_CASE("our own keys") {
  CHECK(read("/*onetrip='allow%3An-plus-one%3Bper tenant'*/").allow ==
        "allow:n-plus-one;per tenant");
  CHECK(read("/*test='tests/test_cart.py::test_add'*/").label() == "tests/test_cart.py::test_add");
}

TEST_CASE("quotes may be escaped, and left open") {
  CHECK(read("/*action='it\\'s',controller='x'*/").label() == "x#it's");
  CHECK(read("/*controller='x',action='open*/").action == "open");
  CHECK(read("/*action=\"show\"*/").action == "show");
}

TEST_CASE("what was said first stays, and values are bounded") {
  Tags tags;
  read_comment("/*action='first'*/", tags);
  read_comment("/*action='second',controller='c'*/", tags);
  CHECK(tags.label() == "c#first");
  CHECK(read("/*action='" + std::string(5000, 'a') + "'*/").action.size() == 1024);
  CHECK(read("/*" + std::string(66, 'k') + "='x'*/").empty());
  CHECK(read("/*action='a%0Ab'*/").action == "a b");
}

TEST_CASE("a route takes the method that stands beside it") {
  CHECK(read("/*method='GET',route='%2Fbooks%2F7'*/").label() == "GET /books/:id");
  CHECK(read("/*route='POST%20%2Fbooks%2F7%3Fa%3Db'*/").label() == "POST /books/:id");
  CHECK(read("/*url='https%3A%2F%2Fhost%2Fa%2F1'*/").label() == "/a/:id");
}

TEST_CASE("ids in paths are folded, words are not") {
  CHECK(fold_path("/users/42/edit?x=1#top") == "/users/:id/edit");
  CHECK(fold_path("/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301") == "/a/:id");
  CHECK(fold_path("/a/5bd66ef5095369c7b0d1f8f4bd33716a/") == "/a/:id/");
  CHECK(fold_path("/face/deadbeef/v2/book1") == "/face/deadbeef/v2/book1");
  CHECK(fold_path("http://h:80/x/1") == "/x/:id");
  CHECK(fold_path("") == "");
}

TEST_CASE("a comment cut at any byte tells the beginning of what the whole one tells") {
  const std::string comments[] = {
      "/*action='index',controller='books',request_id='6a1f',"
      "source_location='app%2Fbook.rb%3A18%3Ain%20%60authors%27'*/",
      "/*application:Web,controller:users,action:show,correlation_id:01F*/",
      "/*route='%2Fusers%2F42%3Ftoken%3Dsecret',traceparent="
      "'00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'*/",
      "/* request_id=5c2, operation_name=GetAuthors */"};
  for (const std::string& comment : comments) {
    const Tags whole = read(comment);
    for (std::size_t size = 0; size < comment.size(); ++size) {
      const Tags cut = read(std::string_view(comment).substr(0, size));
      INFO(comment.substr(0, size));
      CHECK((cut.trace_id.empty() || cut.trace_id == whole.trace_id));
      CHECK(whole.request_id.starts_with(cut.request_id));
      CHECK(whole.controller.starts_with(cut.controller));
      CHECK(whole.action.starts_with(cut.action));
      CHECK(cut.route.find("secret") == std::string::npos);
    }
  }
}
