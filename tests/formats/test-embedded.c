#include <string.h>

#include "format-test.h"
#include "formats/rewrite.h"

#define JSON &pm_format_json
#define JS &pm_format_javascript

/* JSON whose value `code` is JavaScript, escaped once. */
static const char outer_text[] = "{\n  \"code\": \"x = \\\"h:8080\\\"; y =\\n 90\"\n}\n";

typedef struct {
  PmDocument *outer, *inner;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->outer = pm_format_parse (JSON, outer_text, strlen (outer_text));
  fixture->inner =
      pm_format_parse_embedded (JS, fixture->outer, pm_document_child (fixture->outer, 0, "code"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pm_document_free (fixture->inner);
  pm_document_free (fixture->outer);
}

static void
maps_spans_to_the_file (Fixture *fixture, gconstpointer data)
{
  PmSpan span, in_file;
  PmNodeId x = pm_document_child (fixture->inner, 0, "x");
  g_assert_cmpstr (pm_document_text (fixture->inner, x), ==, "h:8080");
  g_assert_true (pm_document_raw_span (fixture->inner, x, 2, 6, &span));
  g_assert_true (pm_document_file_span (fixture->inner, span, &in_file));
  g_assert_cmpmem (outer_text + in_file.start, pm_span_length (in_file), "8080", 4);
  /* With its quotes it is not contiguous: each is two bytes in the file. */
  g_assert_false (pm_document_file_span (fixture->inner,
                                         pm_document_node (fixture->inner, x)->outer, &in_file));
  g_assert_true (pm_document_file_span (fixture->outer, (PmSpan){2, 5}, &in_file));
  g_assert_cmpuint (in_file.start, ==, 2);
}

static void
tells_the_line_of_the_file (Fixture *fixture, gconstpointer data)
{
  PmNodeId y = pm_document_child (fixture->inner, 0, "y");
  guint32 offset = pm_document_node (fixture->inner, y)->span.start;
  PmPosition position = pm_document_position (fixture->inner, offset);
  g_assert_cmpuint (position.line, ==, 2);
  g_assert_cmpuint (position.column, ==, (guint) (strstr (outer_text, "90") - outer_text) - 1);
}

static void
edits_through_both_layers (Fixture *fixture, gconstpointer data)
{
  PmRawEdit edit;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError) error = NULL;
  PmNodeId x = pm_document_child (fixture->inner, 0, "x");
  g_assert_true (pm_rewrite_value (JS, fixture->inner, x, 2, 6, "\"9", &edit, &error));
  g_assert_no_error (error);
  g_assert_true (pm_rewrite_apply (outer_text, strlen (outer_text), &edit, 1, &changed, &error));
  g_assert_cmpstr (changed->str, ==, "{\n  \"code\": \"x = \\\"h:\\\\\\\"9\\\"; y =\\n 90\"\n}\n");
  pm_raw_edit_clear (&edit);

  PmNodeId y = pm_document_child (fixture->inner, 0, "y");
  g_assert_false (pm_rewrite_value (JS, fixture->inner, y, 0, 2, "a b", &edit, &error));
  g_assert_error (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_QUOTING);
}

static void
reads_nothing_where_there_is_no_scalar (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PmDocument) none = pm_format_parse_embedded (JS, fixture->outer, 0);
  g_assert_cmpuint (none->nodes->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/formats/embedded/maps-spans-to-the-file", Fixture, NULL, set_up,
              maps_spans_to_the_file, tear_down);
  g_test_add ("/formats/embedded/tells-the-line-of-the-file", Fixture, NULL, set_up,
              tells_the_line_of_the_file, tear_down);
  g_test_add ("/formats/embedded/edits-through-both-layers", Fixture, NULL, set_up,
              edits_through_both_layers, tear_down);
  g_test_add ("/formats/embedded/reads-nothing-where-there-is-no-scalar", Fixture, NULL, set_up,
              reads_nothing_where_there_is_no_scalar, tear_down);
  return g_test_run ();
}
