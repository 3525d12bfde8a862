#include <string.h>

#include "discovery/embedded.h"
#include "recognise-test.h"

static void
tells_the_syntax_of_a_text (void)
{
  static const struct {
    const char *name, *text, *syntax;
  } texts[] = {
      {"app.json", "{\n}\n", "json"},
      {"", "{\"a\": 1,\n \"b\": 2}\n", "json"},
      {"", "[http]\nport = 1\n", "ini"},
      {"", "a=1\nb: 2\n", "properties"},
      {"", "server:\n  port: 80\n  - x\n", "yaml"},
      {"", "server {\n  listen 80;\n}\n", "nginx"},
      {"", "server { listen 80; }\n", "nginx"},
      {"nginx.conf", "listen 80;\n", "nginx"},
      /* What is none of them. */
      {"", "Listens on port: 80,\nwhich is usual.\n", NULL},
      {"", "SELECT 1;\nSELECT 2;\n", NULL},
      {"", "#!/bin/sh\nexec app --port 80\n", NULL},
      {"", "{{ if x }}\n", NULL},
      {"", "name: {{ .Release.Name }}\nport: 80\n", "yaml"},
      {"", "{{ $a := default \"0.0.0.0:80\" .b }}\nport: {{ $a }}\n", NULL},
      {"", "", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (pm_embedded_syntax (texts[i].name, texts[i].text, strlen (texts[i].text)), ==,
                     texts[i].syntax);
}

static void
reads_heredocs_as_what_they_are (void)
{
  recognise_test_expect (
      "shop/setup.sh",
      "cat > a.conf <<EOF\nserver {\n  listen 8085;\n  proxy_pass http://up:8087;\n"
      "}\nEOF\n"
      "cat <<'EOF' > b.ini\n[http]\nport = 8088\nEOF\n"
      "cat <<EOF\nWe listen on port 8089 now.\nport: 8090\nEOF\n",
      "3 listen 8085 [] <<>server.listen[0]\n"
      "4 reference 8087@up [] <<>server.proxy_pass[0]\n"
      "9 listen 8088 [] <<>http.port\n");
}

static void
reads_blocks_of_yaml_as_what_they_are (void)
{
  recognise_test_expect ("shop/values.yaml",
                         "files:\n  wg0.conf: |\n    [Interface]\n    ListenPort = 51820\n"
                         "  nginx.conf: |\n    server { listen 8101; }\n"
                         "  app.yaml: |\n    server:\n      port: 8102\n"
                         "note: |\n  port: 8103 is\n  not meant\n",
                         "4 listen 51820 [] files.wg0.conf>Interface.ListenPort\n"
                         "6 listen 8101 [] files.nginx.conf>server.listen[0]\n"
                         "9 listen 8102 [] files.app.yaml>server.port\n");
}

/* Compose Specification, "configs": content; variables of several lines. */
static void
reads_blocks_of_compose (void)
{
  recognise_test_expect ("shop/compose.yaml",
                         "services:\n  flink:\n    image: flink\n    environment:\n      - |\n"
                         "        FLINK_PROPERTIES=\n        rest.bind-port: 9081\n"
                         "configs:\n  site:\n    content: |\n      server {\n        listen 9085;\n"
                         "      }\n",
                         "7 listen 9081 [flink] services.flink.environment[0]>rest.bind-port\n"
                         "12 listen 9085 [] configs.site.content>server.listen[0]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/embedded/tells-the-syntax-of-a-text", tells_the_syntax_of_a_text);
  g_test_add_func ("/discovery/embedded/reads-heredocs-as-what-they-are",
                   reads_heredocs_as_what_they_are);
  g_test_add_func ("/discovery/embedded/reads-blocks-of-yaml-as-what-they-are",
                   reads_blocks_of_yaml_as_what_they_are);
  g_test_add_func ("/discovery/embedded/reads-blocks-of-compose", reads_blocks_of_compose);
  return g_test_run ();
}
