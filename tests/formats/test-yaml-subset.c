/* What YAML's fast reader reads, and what it leaves to the library: where it reads, both must give
 * the same events. */

#include "formats/yaml-subset.h"

#include <string.h>

static void
assert_same_spans (PmSpan ours, PmSpan theirs)
{
  g_assert_cmpuint (ours.start, ==, theirs.start);
  g_assert_cmpuint (ours.end, ==, theirs.end);
}

static void
assert_same (const GArray *ours, const GArray *theirs)
{
  g_assert_cmpuint (ours->len, ==, theirs->len);
  for (guint i = 0; i < ours->len; i++) {
    const PmYamlEvent *our = &g_array_index (ours, PmYamlEvent, i);
    const PmYamlEvent *their = &g_array_index (theirs, PmYamlEvent, i);
    g_assert_cmpuint (our->kind, ==, their->kind);
    g_assert_cmpuint (our->style, ==, their->style);
    g_assert_cmpint (our->indent, ==, their->indent);
    assert_same_spans (our->span, their->span);
    assert_same_spans (our->anchor, their->anchor);
  }
}

/* FALSE: it hands over. */
static gboolean
reads (const char *text, gsize length)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
  PmYamlSource source = {.bytes = text, .masked = text, .length = (guint32) length};
  guint32 offset;
  g_autofree char *reason = NULL;
  if (!pm_yaml_read_subset (&source, ours)) {
    g_assert_cmpuint (ours->len, ==, 0);
    return FALSE;
  }
  g_assert_true (pm_yaml_read_with_library (&source, theirs, &offset, &reason));
  assert_same (ours, theirs);
  return TRUE;
}

static void
say (const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);
  g_test_message ("%s", escaped);
}

static void
reads_what_files_are_made_of (void)
{
  static const char *const texts[] = {
      "",
      "# nothing\n\n",
      "---\n",
      "---\n---\na: 1\n",
      "a: 1",
      "# head\na: 1 # one\n\n# more\nb:   two words  \n",
      "---\na: 1\n...\n# between\n---\nb: 2\n",
      "services:\n  web:\n    ports:\n      - 8080:80\n      - \"90:90\"\n  db:\nlast:\n",
      "a:\n- 1\n- b: 2\n  c: 3\n- - x\n  - y\nd:\n  - \n    e: 4\n",
      "a:\n- 1\nb:\n- c:\n  - 2\n  d: 3\n",
      "a:\n  plain\nb:\n  'it''s'\nc:\n  - \n    deep\n",
      "url: http://x:80/#a?b\nargs:\n- :2016\n- --port=3000\n- -p\n",
      "\"a b\" : 1\n'c' : 2\nd : 3\n",
      "a: \"q\\\"\\n\\\\\"\nb: \"two\n   lines \\\n  more\"\nc: 'one\n\n  two'\n",
      "a: one\n  two\n\n  (three) 4\nb: 5\n",
      "run: |\n  make\n    all\n\nfolded: >-\n  a\n  b\n# out\nkeep: |+ # c\n    x\n\n\nend: 1\n",
      "- |\n  text\n- name: x\n  run: |\n    y\n  z: 1\n",
      "a: [80, '81', \"82\", [x, -v, --w], {b: c}]\nd: {}\ne: []\nf: {g: 1, \"h\": [2,], }\n",
      "a: [\n  1,\n  2\n  ]\nb: { c: 1,\n  d: 2 }\n",
      "engines: {node: ^12 || >=16}\n",
      "name: \303\251t\303\251 \360\237\232\200\n# \342\200\234\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    say (texts[i]);
    g_assert_true (reads (texts[i], strlen (texts[i])));
  }
}

static void
hands_over_what_it_does_not_know (void)
{
  static const char *const texts[] = {
      "a: &b 1\nc: *b\n",
      "a: !Ref b\n",
      "%YAML 1.2\n---\na: 1\n",
      "--- {a: 1}\n",
      "? a\n: 1\n",
      "a:\tb\n",
      "\ta: 1\n",
      "a: 1\r\nb: 2\r\n",
      "a: |2\n   x\n",
      "a:\n  |\n  x\n",
      "just text\n",
      "{a: 1}\n",
      "a:\n-\nb: 1\n",
      "a: [b: 1]\n",
      "a: [1, # one\n  2]\n",
      "a: {b, c}\n",
      "a: \"\\u00e9\"\n",
      "a: \302\205b\n",
      "\357\273\277a: 1\n",
      "::\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    say (texts[i]);
    g_assert_false (reads (texts[i], strlen (texts[i])));
  }
}

static void
hands_over_what_is_malformed (void)
{
  static const char *const texts[] = {
      "a:\n    b: 1\n  c: 2\n",
      "a: 1\n  b: 2\n",
      "a: b: c\n",
      "a: - b\n",
      "- a\nb: 1\n",
      "a: 1\n- b\n",
      "a: \"open\n",
      "a: 'b' c\n",
      "a: [1, 2\nb: 3\n",
      "a: [1}\n",
      "a: @b\n",
      "a: `b`\n",
      "a: \"\\q\"\n",
      "a: |\n\nb: 1\n",
      "a: |\n    x\n  y\n",
      "a\nb: 1\n",
      "a: 1\n...\nb: 2\n",
      "a: \001\n",
      "a: \377\n",
      "a: 1 # c\n  d\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    say (texts[i]);
    g_assert_false (reads (texts[i], strlen (texts[i])));
  }
}

static void
hands_over_what_is_too_deep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i <= PM_BUILDER_DEEPEST; i++) {
    g_assert_true (i == 0 || reads (text->str, text->len));
    g_string_append_printf (text, "%*sk:\n", (int) i, "");
  }
  g_assert_false (reads (text->str, text->len));
}

/* A key longer than the specification allows. */
static void
hands_over_long_keys (void)
{
  g_autofree char *key = g_strnfill (1100, 'k');
  g_autofree char *text = g_strconcat (key, ": 1\n", NULL);
  g_assert_false (reads (text, strlen (text)));
}

/* Whatever is cut out of the middle: no two readers disagree, and no byte behind is looked at. */
static void
agrees_at_every_length (void)
{
  static const char text[] =
      "---\n# c\na: [1, {b: \"c\\n\"}]\nd:\n- e: |\n    f\n\n  g: 'h\n    i'\n"
      "- j\n  k\n'l': \"m\"\n...\n---\nn: >-\n  o\n";
  guint n_read = 0;
  for (gsize start = 0; start < sizeof text - 1; start++)
    for (gsize length = 0; start + length < sizeof text; length++) {
      g_autofree char *bytes = g_malloc (MAX (length, 1));
      memcpy (bytes, text + start, length);
      n_read += reads (bytes, length) ? 1 : 0;
    }
  g_assert_cmpuint (n_read, >, 300);
}

/* The control: a place that is off by one. */
static void
catches_a_reader_that_differs (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
    g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
    PmYamlEvent event = {.kind = PM_YAML_SCALAR, .style = PM_YAML_PLAIN, .span = {3, 4}};
    g_array_append_val (ours, event);
    event.span.end++;
    g_array_append_val (theirs, event);
    assert_same (ours, theirs);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/yaml-subset/reads-what-files-are-made-of",
                   reads_what_files_are_made_of);
  g_test_add_func ("/formats/yaml-subset/hands-over/what-it-does-not-know",
                   hands_over_what_it_does_not_know);
  g_test_add_func ("/formats/yaml-subset/hands-over/what-is-malformed",
                   hands_over_what_is_malformed);
  g_test_add_func ("/formats/yaml-subset/hands-over/what-is-too-deep", hands_over_what_is_too_deep);
  g_test_add_func ("/formats/yaml-subset/hands-over/long-keys", hands_over_long_keys);
  g_test_add_func ("/formats/yaml-subset/agrees-at-every-length", agrees_at_every_length);
  g_test_add_func ("/formats/yaml-subset/catches-a-reader-that-differs",
                   catches_a_reader_that_differs);
  return g_test_run ();
}
