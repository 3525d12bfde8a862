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
  format_test_expect (
      YAML, "a:\n  run: |\n    PORT=8080\n      serve\n\n    exit\n  b: >-\n    x\n    y\n",
      "a.run = PORT=8080\n  serve\n\nexit\n\na.b = x y\n");
}

static void
folds_and_chomps (void)
{
  format_test_expect (YAML, "a: >\n  x\n  y\n\n  z\n   more\n  end\nb: |+\n  k\n\nc: |2-\n    s\n",
                      "a = x y\nz\n more\nend\n\nb = k\n\n\nc =   s\n");
  format_test_expect (YAML, "a: one\n  two\n\n  three\nb: 'it''s\n  here'\n",
                      "a = one two\nthree\nb = it's here\n");
}

static void
decodes_escapes (void)
{
  format_test_expect (YAML, "a: \"q\\\"\\u00e9\\x41\\\n   b\\tc 8080\"\n",
                      "a = q\"\303\251Ab\tc 8080\n");
}

static PmSpan
span_of (const PmDocument *document, const char *key, const char *piece)
{
  PmNodeId id = pm_document_child (document, 0, key);
  const char *value = pm_document_text (document, id), *found = strstr (value, piece);
  PmSpan span = {0, 0};
  g_assert_nonnull (found);
  guint32 start = (guint32) (found - value);
  g_assert_true (
      pm_document_raw_span (document, id, start, start + (guint32) strlen (piece), &span));
  return span;
}

static void
maps_pieces_to_bytes (void)
{
  static const char *const keys[] = {"block", "folded", "double", "single", "plain"};
  const char *text = "block: |\n  x\n  PORT=8080 y\nfolded: >\n  x\n  PORT=8080 y\n"
                     "double: \"\\t\n  x PORT=8080\"\nsingle: 'a''\n  PORT=8080'\n"
                     "plain: a\n  PORT=8080\n";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  const char *from = text;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmSpan span = span_of (document, keys[i], "8080");
    const char *expected = strstr (from, "8080");
    g_assert_cmpuint (span.start, ==, (guint) (expected - text));
    g_assert_cmpuint (span.end, ==, span.start + 4);
    from = expected + 4;
  }
}

static void
keeps_spans_of_quotes_keys_and_nothing (void)
{
  const char *text = "\"k\" : 'v' # c\nb:\nc: |-\n  t\n";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  const PmNode *quoted = pm_document_node (document, pm_document_child (document, 0, "k"));
  g_assert_cmpuint (quoted->key_span.start, ==, 1);
  g_assert_cmpuint (quoted->span.start, ==, 7);
  g_assert_cmpuint (quoted->outer.start, ==, 6);
  g_assert_cmpuint (quoted->outer.end, ==, 9);
  const PmNode *empty = pm_document_node (document, pm_document_child (document, 0, "b"));
  g_assert_cmpuint (empty->span.start, ==, 16);
  g_assert_cmpuint (empty->span.end, ==, 16);
  const PmNode *block = pm_document_node (document, pm_document_child (document, 0, "c"));
  g_assert_cmpuint (block->outer.start, ==, 20);
  g_assert_cmpuint (block->span.start, ==, 25);
  g_assert_cmpuint (block->span.end, ==, 26);
}

static void
follows_anchors_and_merges (void)
{
  const char *text =
      "x: &base\n  port: 80\n  host: h\na:\n  <<: *base\nb:\n  <<: [*base]\n  port: 81\n"
      "c: *base\nself: &s [*s]\n";
  format_test_expect (YAML, text,
                      "x.port = 80\nx.host = h\na.<< -> x\nb.<<[0] -> x\nb.port = 81\n"
                      "c -> x\nself[0] -> self\n");
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  g_assert_cmpstr (pm_document_text (document, pm_document_find (document, 0, "a", "port", NULL)),
                   ==, "80");
  g_assert_cmpstr (pm_document_text (document, pm_document_find (document, 0, "b", "port", NULL)),
                   ==, "81");
  g_assert_cmpstr (pm_document_text (document, pm_document_find (document, 0, "c", "host", NULL)),
                   ==, "h");
}

static void
reports_an_unknown_alias (void)
{
  const char *text = "a: *later\nb: &later 1\n---\nc: *later\n";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_assert_cmpstr (problems, ==,
                   "1: alias of an anchor that is not defined\n"
                   "4: alias of an anchor that is not defined\n");
}

static void
passes_what_is_no_value (void)
{
  format_test_expect (YAML,
                      "\xef\xbb\xbf# c\r\na: !!str 80 # d\r\nb: |\r\n  x\r\n  y\r\nc: 'u'\t\r\n",
                      "a = 80\nb = x\ny\n\nc = u\n");
  format_test_expect (YAML, "? {a: b}\n: 1\n? [c]\n: 2\nd: 3\n", " = 1\n = 2\nd = 3\n");
  format_test_expect (YAML, "just text\n", "[0] = just text\n");
  format_test_expect (YAML, "", "");
  format_test_expect (YAML, "# only a comment\n---\n", "");
}

static void
keeps_paths_behind_an_error (void)
{
  format_test_expect (YAML,
                      "services:\n  web:\n    ports:\n      - 80:80\n     - 90:90\n"
                      "    x: \"open\n  db:\n\tports: [1, 2\n    y: 2\n",
                      "services.web.ports[0] = 80:80\nservices.web.ports[1] = 90:90 !\n"
                      "services.web.x = open !\nservices.db.ports[0] = 1 !\n"
                      "services.db.ports[1] = 2 !\nservices.db.y = 2 !\n");
  format_test_expect (YAML,
                      "a:\n  b: 1\n<<<<<<< HEAD\n  c: 2\n=======\n  c: 3\n>>>>>>> x\n  d: 4\n",
                      "a.b = 1\na.c = 2 !\na.c = 3 !\na.d = 4 !\n");
  format_test_expect (YAML, "a: b: 1\nc:\n- |\n  80\n- x\n",
                      "a = b: 1 !\nc[0] = 80\n !\nc[1] = x !\n");
}

static void
reads_templates (void)
{
  format_test_expect (
      YAML,
      "spec:\n  {{- if .Values.on }}\n  port: {{ .Values.port | default 8080 }}\n"
      "  name: \"{{ include \"x\" . }}\"\n  labels: {{ include \"l\" . | nindent 4 }}\n"
      "    app: web\n  {{ .Values.key }}: 9090\n  {{- end }}\n"
      "  {{ if a }}one: 1{{ end }}\n  target: 80 {{- /* c */}}\n",
      "spec.port = {{ .Values.port | default 8080 }} ()\n"
      "spec.port = 8080 ?.Values.port\nspec.name = {{ include \"x\" . }} ()\n"
      "spec.labels.app = web\nspec.{{ .Values.key }} = 9090\nspec.one = 1\n"
      "spec.target = 80\n");
  format_test_expect (YAML, "{% for h in hosts %}\n- port: {{ p | default('81') }}\n{% endfor %}\n",
                      "[0].port = {{ p | default('81') }} ()\n[0].port = 81 ?p\n");
  format_test_expect (YAML, "run: echo ${{ github.ref }}\nn: ${#x}\n",
                      "run = echo ${{ github.ref }} ()\nn = ${#x}\n");
}

static gsize
parse_repeated (const char *part, gsize n, gboolean lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (gsize i = 0; i < n; i++) {
    if (lines)
      g_string_append_printf (text, "%*s", (int) i, "");
    g_string_append (text, part);
  }
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text->str, text->len);
  g_assert_cmpuint (document->problems->len, >=, 1);
  return document->nodes->len;
}

static void
bounds_depth (void)
{
  gint64 start = g_get_monotonic_time ();
  g_assert_cmpuint (parse_repeated ("[", 2000000, FALSE), <=, PM_BUILDER_DEEPEST + 2);
  g_assert_cmpuint (parse_repeated ("{a: ", 500000, FALSE), <=, PM_BUILDER_DEEPEST + 2);
  g_assert_cmpuint (parse_repeated ("- ", 1000000, FALSE), <=, PM_BUILDER_DEEPEST + 2);
  g_assert_cmpuint (parse_repeated ("k:\n", 1500, TRUE), <=, PM_BUILDER_DEEPEST + 2);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

static void
tells_tags (void)
{
  const char *text = "a: !reset []\nb: !override\n  - 1\n\"c\": &x !reset null # !override\n"
                     "d: # !reset\n  e: 1\nf: '!reset'\ng: !resets\nh: !reset\n";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, text, strlen (text));
  static const char *const with[] = {"a", "c", "h"}, *const without[] = {"b", "d", "f", "g"};
  for (guint i = 0; i < G_N_ELEMENTS (with); i++)
    g_assert_true (pm_yaml_has_tag (document, pm_document_child (document, 0, with[i]), "!reset"));
  for (guint i = 0; i < G_N_ELEMENTS (without); i++)
    g_assert_false (
        pm_yaml_has_tag (document, pm_document_child (document, 0, without[i]), "!reset"));
  g_assert_true (pm_yaml_has_tag (document, pm_document_child (document, 0, "b"), "!override"));
}

static void
survives_what_is_no_utf8 (void)
{
  format_test_expect (YAML, "a: 1\nb: caf\xe9\nc: 3\n", "a = 1\nb = caf\xe9\nc = 3 !\n");
  const char *endless = "%? \xff\xff\xff";
  g_autoptr (PmDocument) document = pm_format_parse (YAML, endless, strlen (endless));
  g_assert_cmpuint (document->problems->len, ==, 1);
}

/* Such a file is no YAML, and a template's text may be: it is read line by line. */
static void
believes_no_value_that_starts_as_a_block (void)
{
  format_test_expect (YAML, "{{}}: >8880 \xff", "{{}} = >8880 \xff !\n");
  format_test_expect (YAML, "a: \">8880\"\nb: >\n  80\nc: x>80\n",
                      "a = >8880\nb = 80\n\nc = x>80\n");
}

/* The library tells of this block behind the file's end; nothing is read there. */
static void
stays_inside_the_file (void)
{
  static const char text[] = "%[[[[[[[proge\n\n>\n";
  g_autofree char *exact = g_memdup2 (text, sizeof text - 1);
  g_autoptr (PmDocument) document = pm_format_parse (YAML, exact, sizeof text - 1);
  for (guint id = 0; id < document->nodes->len; id++)
    g_assert_cmpuint (pm_document_node (document, id)->span.end, <, sizeof text);
}

static void
expect_escape (PmQuoting quoting, gboolean whole, const char *text, const char *expected)
{
  g_autofree char *escaped = pm_format_yaml.escape (quoting, whole, text);
  g_assert_cmpstr (escaped, ==, expected);
}

static void
escapes_as_the_quotes_ask (void)
{
  expect_escape (PM_QUOTING_DOUBLE, TRUE, "a\"\\\n", "a\\\"\\\\\\n");
  expect_escape (PM_QUOTING_SINGLE, TRUE, "it's", "it''s");
  expect_escape (PM_QUOTING_SINGLE, TRUE, "a\nb", NULL);
  expect_escape (PM_QUOTING_BLOCK, FALSE, "8080", "8080");
  expect_escape (PM_QUOTING_BLOCK, FALSE, "a\nb", NULL);
  expect_escape (PM_QUOTING_NONE, TRUE, "10.0.0.1:80", "10.0.0.1:80");
  expect_escape (PM_QUOTING_NONE, TRUE, "::1", "::1");
  static const char *const refused[] = {"",        "[::1]", "{a",   "*a",   "&a", "!a",
                                        "%a",      "@a",    "a: b", "a #b", "a:", "true",
                                        "2222:22", "- a",   " a",   "#a"};
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    expect_escape (PM_QUOTING_NONE, TRUE, refused[i], NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/yaml/reads-block-style", reads_block_style);
  g_test_add_func ("/formats/yaml/reads-flow-style", reads_flow_style);
  g_test_add_func ("/formats/yaml/keeps-plain-scalars-as-text", keeps_plain_scalars_as_text);
  g_test_add_func ("/formats/yaml/reads-documents", reads_documents);
  g_test_add_func ("/formats/yaml/treats-one-document-as-the-root",
                   treats_one_document_as_the_root);
  g_test_add_func ("/formats/yaml/reads-block-scalars", reads_block_scalars);
  g_test_add_func ("/formats/yaml/folds-and-chomps", folds_and_chomps);
  g_test_add_func ("/formats/yaml/decodes-escapes", decodes_escapes);
  g_test_add_func ("/formats/yaml/maps-pieces-to-bytes", maps_pieces_to_bytes);
  g_test_add_func ("/formats/yaml/keeps-spans-of-quotes-keys-and-nothing",
                   keeps_spans_of_quotes_keys_and_nothing);
  g_test_add_func ("/formats/yaml/follows-anchors-and-merges", follows_anchors_and_merges);
  g_test_add_func ("/formats/yaml/reports-an-unknown-alias", reports_an_unknown_alias);
  g_test_add_func ("/formats/yaml/passes-what-is-no-value", passes_what_is_no_value);
  g_test_add_func ("/formats/yaml/keeps-paths-behind-an-error", keeps_paths_behind_an_error);
  g_test_add_func ("/formats/yaml/reads-templates", reads_templates);
  g_test_add_func ("/formats/yaml/tells-tags", tells_tags);
  g_test_add_func ("/formats/yaml/bounds-depth", bounds_depth);
  g_test_add_func ("/formats/yaml/survives-what-is-no-utf8", survives_what_is_no_utf8);
  g_test_add_func ("/formats/yaml/escapes-as-the-quotes-ask", escapes_as_the_quotes_ask);
  g_test_add_func ("/formats/yaml/believes-no-value-that-starts-as-a-block",
                   believes_no_value_that_starts_as_a_block);
  g_test_add_func ("/formats/yaml/stays-inside-the-file", stays_inside_the_file);
  return g_test_run ();
}
