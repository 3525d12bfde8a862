#include <glib.h>
#include <string.h>

#include "planning/planning.h"

#define ROOT "/r"

static PmFinding
finding (const char *file, PmKind kind, PmRole role, PmSpan span)
{
  return (PmFinding){.root = ROOT,
                     .project = "p",
                     .file = file,
                     .position = {1, 1},
                     .span = span,
                     .format = "env",
                     .path = "",
                     .kind = kind,
                     .role = role,
                     .address = "",
                     .host = "",
                     .bind = "",
                     .scheme = "",
                     .protocol = "",
                     .service = "api",
                     .owner = "api",
                     .variant = "",
                     .profiles = "",
                     .variable = "",
                     .origin = "",
                     .pair = -1,
                     .confidence = 1,
                     .rule = "env"};
}

static PmService
service (gint64 id, const char *name, guint16 port)
{
  return (PmService){.id = id,
                     .host = "h",
                     .root = ROOT,
                     .project_id = "p",
                     .name = name,
                     .external_ip = "",
                     .bind = "",
                     .internal_port = port,
                     .external_port = port,
                     .protocol = "",
                     .type = "",
                     .variant = "",
                     .profiles = "",
                     .origin = ".env:1",
                     .pinned = "",
                     .tags = ""};
}

static void
add_address (PmSnapshot *snapshot, const char *address, guint32 start, guint32 end)
{
  PmFinding f = finding ("a", PM_KIND_IP, PM_ROLE_ADDRESS, (PmSpan){start, end});
  f.address = address;
  g_array_append_val (snapshot->findings, f);
}

static guint32
place_of (const char *text, const char *part)
{
  const char *found = strstr (text, part);
  g_assert_nonnull (found);
  return (guint32) (found - text);
}

static const char *
spelled (const char *text, const char *written, const char *from, const char *to)
{
  static char result[128];
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  guint32 at = place_of (text, written);
  add_address (snapshot, from, at, at + (guint32) strlen (written));
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = pm_plan_ip_change (snapshot, from, to, NULL, &error);
  g_assert_no_error (error);
  pm_plan_fit_file (plan, 0, text, strlen (text));
  if (plan->edits->len == 0)
    return NULL;
  const PmPlanEdit *edit = pm_plan_edit_at (plan, 0);
  g_snprintf (result, sizeof result, "%.*s%s%s", (int) edit->span.start, text, edit->new_text,
              text + edit->span.end);
  return result;
}

static void
test_disguises_are_kept (void)
{
  const char *from = "192.0.2.7", *to = "203.0.113.10";
  g_assert_cmpstr (spelled ("192.0.2.7", "192.0.2.7", from, to), ==, "203.0.113.10");
  g_assert_cmpstr (spelled ("a-192-0-2-7.sslip.io", "192-0-2-7", from, to), ==,
                   "a-203-0-113-10.sslip.io");
  g_assert_cmpstr (spelled ("192.0.2.7.nip.io", "192.0.2.7", from, to), ==, "203.0.113.10.nip.io");
  g_assert_cmpstr (spelled ("c0000207.nip.io", "c0000207", from, to), ==, "cb00710a.nip.io");
  g_assert_cmpstr (spelled ("7.2.0.192.bc.googleusercontent.com", "7.2.0.192", from, to), ==,
                   "10.113.0.203.bc.googleusercontent.com");
  g_assert_cmpstr (spelled ("192.0.2.7/32", "192.0.2.7/32", from, to), ==, "203.0.113.10/32");
}

static void
test_families_change_brackets (void)
{
  g_assert_cmpstr (spelled ("http://192.0.2.7:80/", "192.0.2.7", "192.0.2.7", "2001:db8::1"), ==,
                   "http://[2001:db8::1]:80/");
  g_assert_cmpstr (
      spelled ("http://[2001:db8:0::1]:80/", "2001:db8:0::1", "2001:db8::1", "192.0.2.7"), ==,
      "http://192.0.2.7:80/");
  g_assert_null (spelled ("192.0.2.7.nip.io", "192.0.2.7", "192.0.2.7", "2001:db8::1"));
}

/* What is in brackets, and what not, depends on the place. */
static void
test_ipv6_stands_in_brackets_where_it_must (void)
{
  const char *from = "192.0.2.7", *to = "2001:db8::1";
  g_assert_cmpstr (spelled ("HOST=192.0.2.7\n", from, from, to), ==, "HOST=2001:db8::1\n");
  g_assert_cmpstr (spelled ("192.0.2.7:${PORT}", from, from, to), ==, "[2001:db8::1]:${PORT}");
  g_assert_cmpstr (spelled ("http://${HOST:-192.0.2.7}:80/", from, from, to), ==,
                   "http://${HOST:-[2001:db8::1]}:80/");
  g_assert_cmpstr (spelled ("bind ${HOST:-192.0.2.7}", from, from, to), ==,
                   "bind ${HOST:-2001:db8::1}");
  g_assert_cmpstr (spelled ("${my.host:192.0.2.7}:80", from, from, to), ==,
                   "${my.host:[2001:db8::1]}:80");
}

/* ssh takes its destination as it is; scp, rsync and lists of jump hosts look for a colon in it. */
static void
test_a_login_alone_has_no_brackets (void)
{
  const char *from = "192.0.2.7", *to = "2001:db8::1";
  g_assert_cmpstr (spelled ("ssh me@192.0.2.7 uptime\n", from, from, to), ==,
                   "ssh me@2001:db8::1 uptime\n");
  g_assert_cmpstr (spelled ("ssh \"$USER@192.0.2.7\"", from, from, to), ==,
                   "ssh \"$USER@2001:db8::1\"");
  g_assert_cmpstr (spelled ("scp x me@192.0.2.7:/srv\n", from, from, to), ==,
                   "scp x me@[2001:db8::1]:/srv\n");
  g_assert_cmpstr (spelled ("ssh -J me@192.0.2.7 db\n", from, from, to), ==,
                   "ssh -J me@[2001:db8::1] db\n");
  g_assert_cmpstr (spelled ("ssh ssh://me@192.0.2.7 x\n", from, from, to), ==,
                   "ssh ssh://me@[2001:db8::1] x\n");
  g_assert_cmpstr (spelled ("postgres://me:pw@192.0.2.7/db", from, from, to), ==,
                   "postgres://me:pw@[2001:db8::1]/db");
}

static void
test_bytes_that_are_something_else_stay (void)
{
  g_assert_null (spelled ("192.0.2.77", "192.0.2.77", "192.0.2.7", "203.0.113.10"));
}

static void
test_documentation_is_listed (void)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  add_address (snapshot, "192.0.2.7", 0, 9);
  g_array_index (snapshot->findings, PmFinding, 0).text_class = PM_TEXT_DOCUMENTATION;
  g_autoptr (PmPlan) plan = pm_plan_ip_change (snapshot, "192.0.2.7", "203.0.113.10", NULL, NULL);
  g_assert_cmpuint (plan->edits->len, ==, 0);
  g_assert_cmpuint (plan->left->len, ==, 1);
}

/* .env defines PORT=3000; compose reads it, with a default of the same value. */
static PmSnapshot *
interpolated (void)
{
  PmSnapshot *snapshot = pm_snapshot_new ();
  PmFinding own = finding (".env", PM_KIND_PORT, PM_ROLE_LISTEN, (PmSpan){5, 9});
  own.port = own.port_end = 3000;
  PmFinding use = finding ("compose.yaml", PM_KIND_PORT, PM_ROLE_LISTEN, (PmSpan){0, 13});
  use.port = use.port_end = 3000;
  use.origin = ".env:1";
  use.origin_span = (PmSpan){5, 9};
  g_array_append_val (snapshot->findings, own);
  g_array_append_val (snapshot->findings, use);
  PmService api = service (1, "api", 3000), other = service (2, "other", 3001);
  g_array_append_val (snapshot->services, api);
  g_array_append_val (snapshot->services, other);
  return snapshot;
}

static void
test_a_value_is_edited_where_it_is_defined (void)
{
  static const char env[] = "PORT=3000\n", compose[] = "${PORT:-3000}\n";
  g_autoptr (PmSnapshot) snapshot = interpolated ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = pm_plan_assign (snapshot, 0, 3005, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < plan->files->len; i++) {
    gboolean is_env = strcmp (pm_plan_file_at (plan, i)->file, ".env") == 0;
    const char *bytes = is_env ? env : compose;
    pm_plan_fit_file (plan, i, bytes, strlen (bytes));
  }
  g_assert_true (pm_plan_fit_finish (plan, &error));
  g_assert_cmpuint (plan->edits->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    gboolean is_env = strcmp (pm_plan_file_at (plan, edit->file)->file, ".env") == 0;
    g_assert_cmpuint (edit->span.start, ==, is_env ? 5 : 8);
    g_assert_cmpstr (edit->old_text, ==, "3000");
    g_assert_cmpstr (edit->new_text, ==, "3005");
  }
}

/* A dotenv file with a variable, and a document that puts it somewhere. Both as they would be. */
static void
expect_use (const char *env, const char *use, const char *expression, const char *from,
            const char *to, const char *env_after, const char *use_after)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  guint32 at = place_of (env, from), used = place_of (use, expression);
  PmFinding own =
      finding (".env", PM_KIND_IP, PM_ROLE_ADDRESS, (PmSpan){at, at + (guint32) strlen (from)});
  own.address = from;
  PmFinding there = finding ("compose.yaml", PM_KIND_IP, PM_ROLE_ADDRESS,
                             (PmSpan){used, used + (guint32) strlen (expression)});
  there.address = from;
  there.variable = "HOST";
  there.origin = ".env:1";
  there.origin_span = own.span;
  g_array_append_val (snapshot->findings, own);
  g_array_append_val (snapshot->findings, there);
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = pm_plan_ip_change (snapshot, from, to, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < plan->files->len; i++) {
    const char *bytes = strcmp (pm_plan_file_at (plan, i)->file, ".env") == 0 ? env : use;
    pm_plan_fit_file (plan, i, bytes, strlen (bytes));
  }
  g_assert_true (pm_plan_fit_finish (plan, &error));
  g_autoptr (GString) env_text = g_string_new (env), use_text = g_string_new (use);
  for (guint i = plan->edits->len; i-- > 0;) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    gboolean is_env = strcmp (pm_plan_file_at (plan, edit->file)->file, ".env") == 0;
    GString *text = is_env ? env_text : use_text;
    g_string_erase (text, edit->span.start, (gssize) pm_span_length (edit->span));
    g_string_insert (text, edit->span.start, edit->new_text);
  }
  g_assert_cmpstr (env_text->str, ==, env_after);
  g_assert_cmpstr (use_text->str, ==, use_after);
}

static void
test_a_variable_gets_brackets_where_it_is_used (void)
{
  const char *v4 = "192.0.2.7", *v6 = "2001:db8::1";
  expect_use ("HOST=192.0.2.7\n", "url: http://${HOST}:80/\n", "${HOST}", v4, v6,
              "HOST=2001:db8::1\n", "url: http://[${HOST}]:80/\n");
  expect_use ("HOST=192.0.2.7\n", "url: http://$HOST/\n", "$HOST", v4, v6, "HOST=2001:db8::1\n",
              "url: http://[$HOST]/\n");
  expect_use ("HOST=192.0.2.7\n", "url: http://${HOST:-192.0.2.7}:80/\n", "${HOST:-192.0.2.7}", v4,
              v6, "HOST=2001:db8::1\n", "url: http://[${HOST:-2001:db8::1}]:80/\n");
  expect_use ("HOST=192.0.2.7\n", "bind: ${HOST}\n", "${HOST}", v4, v6, "HOST=2001:db8::1\n",
              "bind: ${HOST}\n");
  expect_use ("HOST=2001:db8::1\n", "url: http://[${HOST}]:80/\n", "${HOST}", v6, v4,
              "HOST=192.0.2.7\n", "url: http://${HOST}:80/\n");
  expect_use ("HOST=2001:db8::1\n", "url: http://[${HOST}]:80/\n", "${HOST}", v6, "2001:db8::2",
              "HOST=2001:db8::2\n", "url: http://[${HOST}]:80/\n");
}

/* HOST=192.0.2.7:8080 has its own brackets then; another variable may hold more than the address.
 */
static void
test_what_is_more_than_an_address_gets_no_brackets_around (void)
{
  const char *v4 = "192.0.2.7", *v6 = "2001:db8::1";
  expect_use ("HOST=192.0.2.7:8080\n", "url: http://${HOST}/\n", "${HOST}", v4, v6,
              "HOST=[2001:db8::1]:8080\n", "url: http://${HOST}/\n");
  expect_use ("HOST=192.0.2.7/api\n", "url: http://${HOST}\n", "${HOST}", v4, v6,
              "HOST=2001:db8::1/api\n", "url: http://${HOST}\n");
  expect_use ("HOST=192.0.2.7\n", "url: ${BASE}:80\n", "${BASE}", v4, v6, "HOST=2001:db8::1\n",
              "url: ${BASE}:80\n");
}

static void
expect_refusal (PmSnapshot *snapshot, guint port, int code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (pm_plan_assign (snapshot, 0, port, NULL, &error));
  g_assert_error (error, PM_PLANNING_ERROR, code);
}

static void
test_what_cannot_be_is_refused (void)
{
  g_autoptr (PmSnapshot) snapshot = interpolated ();
  expect_refusal (snapshot, 3001, PM_PLANNING_ERROR_REFUSED);
  expect_refusal (snapshot, 3000, PM_PLANNING_ERROR_REFUSED);
  expect_refusal (snapshot, 70000, PM_PLANNING_ERROR_INVALID);
  g_array_index (snapshot->services, PmService, 0).pinned = "callback";
  expect_refusal (snapshot, 3005, PM_PLANNING_ERROR_REFUSED);
}

static void
test_uncertain_references_need_a_word (void)
{
  g_autoptr (PmSnapshot) snapshot = interpolated ();
  PmFinding reference = finding ("x.toml", PM_KIND_PORT, PM_ROLE_REFERENCE, (PmSpan){0, 4});
  reference.port = reference.port_end = 3000;
  reference.host = "localhost";
  g_array_append_val (snapshot->findings, reference);
  PmEdge edge = {.finding = 2, .from_service = -1, .confidence = 0.4};
  g_array_append_val (snapshot->edges, edge);
  g_autoptr (PmPlan) careful = pm_plan_assign (snapshot, 0, 3005, NULL, NULL);
  g_assert_cmpuint (careful->left->len, ==, 1);
  PmPlanOptions bold = {.include_uncertain = TRUE};
  g_autoptr (PmPlan) all = pm_plan_assign (snapshot, 0, 3005, &bold, NULL);
  g_assert_cmpuint (all->left->len, ==, 0);
  g_assert_cmpuint (all->edits->len, ==, careful->edits->len + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planning/ipv6-stands-in-brackets-where-it-must",
                   test_ipv6_stands_in_brackets_where_it_must);
  g_test_add_func ("/planning/a-login-alone-has-no-brackets", test_a_login_alone_has_no_brackets);
  g_test_add_func ("/planning/a-variable-gets-brackets-where-it-is-used",
                   test_a_variable_gets_brackets_where_it_is_used);
  g_test_add_func ("/planning/what-is-more-than-an-address-gets-no-brackets-around",
                   test_what_is_more_than_an_address_gets_no_brackets_around);
  g_test_add_func ("/planning/ip/disguises-are-kept", test_disguises_are_kept);
  g_test_add_func ("/planning/ip/families-change-brackets", test_families_change_brackets);
  g_test_add_func ("/planning/ip/other-bytes-stay", test_bytes_that_are_something_else_stay);
  g_test_add_func ("/planning/ip/documentation-is-listed", test_documentation_is_listed);
  g_test_add_func ("/planning/assign/edits-the-definition",
                   test_a_value_is_edited_where_it_is_defined);
  g_test_add_func ("/planning/assign/refuses", test_what_cannot_be_is_refused);
  g_test_add_func ("/planning/assign/uncertain-needs-a-word",
                   test_uncertain_references_need_a_word);
  return g_test_run ();
}
