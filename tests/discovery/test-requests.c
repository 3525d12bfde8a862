#include "recognise-test.h"

static void
what_is_asked_is_somebodys (void)
{
  recognise_test_expect ("shop/api.http",
                         "@base = http://localhost:5264\n@port = 5000\n### list\n"
                         "GET http://localhost:3500/v1?at=8080 HTTP/1.1\nOrigin: localhost:3501\n"
                         "\n{\n  \"port\": 9999,\n  \"hook\": \"http://web:4000/x\"\n}\n"
                         "### again\nhttp://localhost:3000/users\n",
                         "1 reference 5264@localhost [] @base\n"
                         "2 reference 5000 [] @port\n"
                         "4 reference 3500@localhost [] GET\n"
                         "5 reference 3501@localhost [] Origin\n"
                         "9 reference 4000@web [] \"hook\"\n"
                         "12 reference 3000@localhost [] http\n");
  recognise_test_expect ("shop/users.bru",
                         "get {\n  url: http://localhost:2000/a\n  seq: 3000\n}\n",
                         "2 reference 2000@localhost [] url\n");
}

/* A port that the same names would bind elsewhere. */
static void
variables_of_requests_bind_nothing (void)
{
  static const char text[] = "{\"dev\": {\"host\": \"localhost\", \"port\": 3000}}\n";
  recognise_test_expect ("shop/http-client.env.json", text,
                         "1 reference 3000@localhost [] dev.port\n");
  recognise_test_expect ("shop/settings.json", text, "1 listen 3000 [] dev.port\n");
  recognise_test_expect ("shop/local.postman_environment.json",
                         "{\"values\": [{\"key\": \"port\", \"value\": \"3000\"},\n"
                         " {\"key\": \"size\", \"value\": \"4000\"}]}\n",
                         "1 reference 3000 [] values[0].value\n");
}

static void
bodies_of_collections_are_examples (void)
{
  recognise_test_expect (
      "shop/api.json",
      "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/collection/v2.1.0/x.json\"},\n"
      " \"item\": [{\"request\": {\"url\": {\"raw\": \"http://localhost:3000/a\",\n"
      "  \"port\": \"3000\"}, \"body\": {\"port\": 8080}}}],\n"
      " \"variable\": [{\"key\": \"base\", \"value\": \"http://localhost:3001\"}]}\n",
      "2 reference 3000@localhost [] item[0].request.url.raw\n"
      "3 reference 3000 [] item[0].request.url.port\n"
      "4 reference 3001@localhost [] variable[0].value\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/requests/what-is-asked-is-somebodys", what_is_asked_is_somebodys);
  g_test_add_func ("/discovery/requests/variables-of-requests-bind-nothing",
                   variables_of_requests_bind_nothing);
  g_test_add_func ("/discovery/requests/bodies-of-collections-are-examples",
                   bodies_of_collections_are_examples);
  return g_test_run ();
}
