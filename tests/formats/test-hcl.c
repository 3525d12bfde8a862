#include <string.h>

#include "format-test.h"

#define HCL &pm_format_hcl

static void
names_blocks_by_their_labels (void)
{
  format_test_expect (
      HCL, "resource \"fw\" \"default\" {\n  allow {\n    ports = [\"80\", 443]\n  }\n}\n",
      "resource.fw.default.allow.ports[0] = 80\nresource.fw.default.allow.ports[1] = 443\n");
  format_test_expect (HCL, "port = 80 # 81\nhost = \"h\" // \"x\"\non = true\n",
                      "port = 80\nhost = h\non = true\n");
  format_test_expect (HCL, "m = { k = 1, \"q\" : \"v\" }\n", "m.k = 1\nm.q = v\n");
}

static void
takes_templates_apart (void)
{
  format_test_expect (HCL, "x = \"http://${var.h8}:8080\"\ny = [\" ${f(80)} \", 90]\n",
                      "x = http://${var.h8}:8080\nx = http:// ~\nx = :8080 ~\n"
                      "y[0] =  ${f(80)} \ny[1] =   ~\ny[2] =   ~\ny[3].f()[0] = 80\ny[4] = 90\n");
  format_test_expect (HCL, "d = <<-E\n  a:80 ${x} b\n  E\n",
                      "d =   a:80 ${x} b\n\nd =   a:80  ~\nd =  b\n ~\n");
}

static void
reads_expressions (void)
{
  format_test_expect (HCL,
                      "a = var.x[0].y\nb = var.p == 1 ? 80 : f(\"a\", var.z)\nc = var.p + 90\n",
                      "a = var.x[0].y ()\nb = 80 ?\nb.f()[0] = a ?\nb.f()[1] = var.z () ?\n"
                      "c = var.p + 90 ()\nc = 90 ~\n");
}

static void
decodes_escapes (void)
{
  format_test_expect (HCL, "a = \"x\\n\\\"\\u00e9:80\"\n", "a = x\n\"\303\251:80\n");
}

static void
reads_around_a_break (void)
{
  const char *text = "a = 1\nb {\n  c = \n  d = 2\n}\ne = 3\nf {\n  g = \"h:80\"\n";
  g_autoptr (PmDocument) document = pm_format_parse (HCL, text, strlen (text));
  g_autofree char *got = format_test_dump (document);
  g_assert_nonnull (strstr (got, "a = 1"));
  g_assert_nonnull (strstr (got, "= 2"));
  g_assert_nonnull (strstr (got, "e = 3"));
  g_assert_nonnull (strstr (got, "g = h:80"));
  g_assert_cmpuint (document->problems->len, >=, 1);
}

/* By the grammar alone, the first string would end at the second one's first quote. */
static void
tells_what_a_string_may_not_hold (void)
{
  static const char *const broken[] = {"a = \"x\\e\"\nb = \"h:80\"\n",
                                       "a = \"x\ny\"\n",
                                       "a = \"x",
                                       "a = \"\\u30\"\n",
                                       "a = \"\\u\"\377",
                                       "a = \"\\U0001f60\"\n",
                                       "a = \"x\\\"\nb = \"h:80\"\n",
                                       "a = \"x ${{} 80\"\n"};
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (PmDocument) document = pm_format_parse (HCL, broken[i], strlen (broken[i]));
    g_assert_cmpuint (document->problems->len, >=, 1);
  }
  const char *fine = "a = \"${\n  \"h:80\"\n}\\\\\"\nb = \"$${x} %%{y} ${z}\"\n";
  g_autoptr (PmDocument) document = pm_format_parse (HCL, fine, strlen (fine));
  g_assert_cmpuint (document->problems->len, ==, 0);
}

static void
writes_by_quoting (void)
{
  g_autofree char *quoted = pm_format_hcl.escape (PM_QUOTING_DOUBLE, TRUE, "a\"b");
  g_assert_cmpstr (quoted, ==, "a\\\"b");
  g_assert_null (pm_format_hcl.escape (PM_QUOTING_DOUBLE, TRUE, "${x}"));
  g_assert_null (pm_format_hcl.escape (PM_QUOTING_NONE, TRUE, "x"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/hcl/names-blocks-by-their-labels", names_blocks_by_their_labels);
  g_test_add_func ("/formats/hcl/takes-templates-apart", takes_templates_apart);
  g_test_add_func ("/formats/hcl/reads-expressions", reads_expressions);
  g_test_add_func ("/formats/hcl/decodes-escapes", decodes_escapes);
  g_test_add_func ("/formats/hcl/reads-around-a-break", reads_around_a_break);
  g_test_add_func ("/formats/hcl/tells-what-a-string-may-not-hold",
                   tells_what_a_string_may_not_hold);
  g_test_add_func ("/formats/hcl/writes-by-quoting", writes_by_quoting);
  return g_test_run ();
}
