#include "formats/yaml.h"

#include <string.h>

#include "format-test.h"

#define YAML &pm_format_yaml

static void
reads_block_style (void)
{
  format_test_expect (YAML,
                      "services:\n  web:\n    image: nginx\n    ports:\n      - 8080:80 # public\n"
                      "      - \"9090:90\"\n  db:\n    ports:\n    - 5432\nlast:\n",
                      "services.web.image = nginx\nservices.web.ports[0] = 8080:80\n"
                      "services.web.ports[1] = 9090:90\nservices.db.ports[0] = 5432\nlast = \n");
}

static void
reads_flow_style (void)
{
  format_test_expect (YAML, "a: {b: 80, \"c\": [81, '82', {d: 83}], e: }\nf: [x: 1, 2]\n",
                      "a.b = 80\na.c[0] = 81\na.c[1] = 82\na.c[2].d = 83\na.e = \n"
                      "f[0].x = 1\nf[1] = 2\n");
}

static void
keeps_plain_scalars_as_text (void)
{
  format_test_expect (YAML, "a: 2222:22\nb: 0x1bb\nc: 24_678\nargs:\n- :2016\n- ::1\n",
                      "a = 2222:22\nb = 0x1bb\nc = 24_678\nargs[0] = :2016\nargs[1] = ::1\n");
}

static void
reads_documents (void)
{
  const char *text = "---\nspec: {ports: [80]}\n---\n# nothing\n---\nspec:\n  ports: [90]\n";
  format_test_expect (YAML, text, "spec.ports[0] = 80\nspec.ports[0] = 90\n");
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  g_assert_cmpuint (pm_yaml_n_documents (document), ==, 2);
  PmNodeId second = pm_yaml_document (document, 1);
  PmNodeId ports = pm_document_find (document, second, "spec", "ports", NULL);
  PmNodeId port = pm_document_node (document, ports)->first_child;
  g_assert_cmpstr (pm_document_text (document, port), ==, "90");
}

static void
treats_one_document_as_the_root (void)
{
  const char *text = "%YAML 1.1\n---\na: 1\n...\n";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  g_assert_cmpuint (pm_yaml_n_documents (document), ==, 1);
  g_assert_cmpuint (pm_yaml_document (document, 0), ==, 0);
  g_assert_cmpuint (pm_document_child (document, 0, "a"), !=, 0);
}

static void
reads_block_scalars (void)
{
  format_test_expect (YAML, "a:\n  run: |\n    PORT=8080\n      serve\n\n    exit\n  b: >-\n    x\n    y\n",
                      "a.run = PORT=8080\n  serve\n\nexit\n\na.b = x y\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/yaml/reads-block-style", reads_block_style);
  g_test_add_func ("/formats/yaml/reads-flow-style", reads_flow_style);
  g_test_add_func ("/formats/yaml/keeps-plain-scalars-as-text", keeps_plain_scalars_as_text);
  g_test_add_func ("/formats/yaml/reads-documents", reads_documents);
  g_test_add_func ("/formats/yaml/treats-one-document-as-the-root", treats_one_document_as_the_root);
  g_test_add_func ("/formats/yaml/reads-block-scalars", reads_block_scalars);
  return g_test_run ();
}
