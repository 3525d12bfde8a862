/* Many moves in one plan: chains, swaps, several in one line, and what excludes each other. The
 * snapshot is one file; a service's own value and the references to it are found in its text. */

#include <glib.h>
#include <string.h>

#include "planning/planning.h"

#define ROOT "/r"

typedef struct {
  const char *text;
  PmSnapshot *snapshot;
} World;

static void
world_clear (World *world)
{
  g_clear_pointer (&world->snapshot, pm_snapshot_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static World
world (const char *text)
{
  return (World){text, pm_snapshot_new ()};
}

/* The nth place (from 0) where the text has these digits. */
static PmSpan
span_of (const World *world, guint port, guint nth)
{
  g_autofree char *digits = g_strdup_printf ("%u", port);
  const char *at = strstr (world->text, digits);
  for (; nth > 0 && at != NULL; nth--)
    at = strstr (at + 1, digits);
  g_assert_nonnull (at);
  guint32 start = (guint32) (at - world->text);
  return (PmSpan){start, start + (guint32) strlen (digits)};
}

static guint
add_finding (World *world, const char *service, PmRole role, guint16 port, PmSpan span)
{
  PmFinding f = {.root = ROOT,
                 .project = "p",
                 .file = "f",
                 .position = {1, 1},
                 .span = span,
                 .format = "env",
                 .path = "",
                 .role = role,
                 .port = port,
                 .port_end = port,
                 .address = "",
                 .host = role == PM_ROLE_REFERENCE ? "localhost" : "",
                 .bind = "",
                 .scheme = "",
                 .protocol = "",
                 .service = service,
                 .owner = service,
                 .variant = "",
                 .profiles = "",
                 .variable = "",
                 .origin = "",
                 .pair = -1,
                 .confidence = 1,
                 .rule = "env"};
  g_array_append_val (world->snapshot->findings, f);
  return world->snapshot->findings->len - 1;
}

/* A process on the host; its own value is the nth place of its port. */
static guint
add_service (World *world, const char *name, guint16 port, guint nth)
{
  guint index = world->snapshot->services->len;
  PmService s = {.id = index + 1,
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
                 .origin = "f:1",
                 .pinned = "",
                 .tags = ""};
  g_array_append_val (world->snapshot->services, s);
  add_finding (world, name, PM_ROLE_LISTEN, port, span_of (world, port, nth));
  return index;
}

static void
add_reference (World *world, guint to, guint nth)
{
  guint16 port = g_array_index (world->snapshot->services, PmService, to).external_port;
  guint finding = add_finding (world, "who", PM_ROLE_REFERENCE, port, span_of (world, port, nth));
  PmEdge edge = {
      .finding = finding, .from_service = -1, .to_service = (gint32) to, .confidence = 1};
  g_array_append_val (world->snapshot->edges, edge);
}

static PmPlan *
plan_with (const World *world, const PmResolution *moves, guint n_moves, gboolean partial,
           GError **error)
{
  PmPlanOptions options = {.partial = partial};
  g_autoptr (PmPlan) plan = pm_plan_resolutions (world->snapshot, moves, n_moves, &options, error);
  if (plan == NULL)
    return NULL;
  for (guint i = 0; i < plan->files->len; i++)
    pm_plan_fit_file (plan, i, world->text, strlen (world->text));
  return pm_plan_fit_finish (plan, error) ? g_steal_pointer (&plan) : NULL;
}

static PmPlan *
plan_of (const World *world, const PmResolution *moves, guint n_moves, GError **error)
{
  return plan_with (world, moves, n_moves, FALSE, error);
}

static char *
applied (const World *world, const PmPlan *plan)
{
  GString *text = g_string_new (world->text);
  for (guint i = plan->edits->len; i-- > 0;) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    g_string_erase (text, edit->span.start, (gssize) pm_span_length (edit->span));
    g_string_insert (text, edit->span.start, edit->new_text);
  }
  return g_string_free (text, FALSE);
}

static void
expect (const World *world, const PmResolution *moves, guint n_moves, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_of (world, moves, n_moves, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (world, plan);
  g_assert_cmpstr (result, ==, text);
}

static void
moves_a_chain_in_one_line (void)
{
  g_auto (World) w = world ("a=3000 b=3001 c=3002 see=http://l:3000,http://l:3001,http://l:3002\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  guint c = add_service (&w, "c", 3002, 0);
  add_reference (&w, a, 1);
  add_reference (&w, b, 1);
  add_reference (&w, c, 1);
  const PmResolution forth[] = {{a, 3001}, {b, 3002}, {c, 3003}};
  const PmResolution back[] = {{c, 3003}, {b, 3002}, {a, 3001}};
  static const char after[] =
      "a=3001 b=3002 c=3003 see=http://l:3001,http://l:3002,http://l:3003\n";
  expect (&w, forth, 3, after);
  expect (&w, back, 3, after);
}

static void
swaps_in_one_line (void)
{
  g_auto (World) w = world ("a=3000 b=3001 see=l:3000,l:3001,l:3000\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  add_reference (&w, a, 1);
  add_reference (&w, a, 2);
  add_reference (&w, b, 1);
  const PmResolution moves[] = {{a, 3001}, {b, 3000}};
  expect (&w, moves, 2, "a=3001 b=3000 see=l:3001,l:3000,l:3001\n");
}

static void
rotates_ports_of_different_length (void)
{
  g_auto (World) w = world ("80 8080 18080;l:80 l:8080 l:18080\n");
  guint a = add_service (&w, "a", 80, 0), b = add_service (&w, "b", 8080, 0);
  guint c = add_service (&w, "c", 18080, 0);
  const PmResolution moves[] = {{a, 18080}, {b, 80}, {c, 8080}};
  expect (&w, moves, 3, "18080 80 8080;l:80 l:8080 l:18080\n");
}

static void
separates_two_of_one_port (void)
{
  g_auto (World) w = world ("a=3000 b=3000 c=3001\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3000, 1);
  guint c = add_service (&w, "c", 3001, 0);
  const PmResolution moves[] = {{b, 3001}, {c, 3002}};
  expect (&w, moves, 2, "a=3000 b=3001 c=3002\n");
  const PmResolution both[] = {{a, 3001}, {b, 3003}, {c, 3000}};
  expect (&w, both, 3, "a=3001 b=3003 c=3000\n");
}

static void
expect_told (const PmPlan *plan, const char *words)
{
  for (guint i = 0; i < plan->also->len; i++)
    if (strstr (g_array_index (plan->also, char *, i), words) != NULL)
      return;
  g_error ("nothing says “%s”", words);
}

/* b cannot go, so its port is not free for a, and a's not for z. d has nothing to do with it. */
static void
a_refusal_reaches_who_counted_on_it (void)
{
  g_auto (World) w = world ("a=3000 b=3001 d=3005 z=3009\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  guint d = add_service (&w, "d", 3005, 0), z = add_service (&w, "z", 3009, 0);
  g_array_index (w.snapshot->services, PmService, b).pinned = "callback";
  const PmResolution moves[] = {{z, 3000}, {a, 3001}, {b, 3002}, {d, 3006}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_with (&w, moves, G_N_ELEMENTS (moves), TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "a=3000 b=3001 d=3006 z=3009\n");
  g_assert_cmpuint (plan->decisions->len, ==, 1);
  expect_told (plan, "b of p is pinned: callback");
  expect_told (plan, "port 3001 is declared by b");
  expect_told (plan, "port 3000 is declared by a");
}

static void
two_cannot_have_one_port (void)
{
  g_auto (World) w = world ("a=3000 b=3001\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  const PmResolution moves[] = {{a, 3002}, {b, 3002}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_with (&w, moves, 2, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "a=3002 b=3001\n");
  expect_told (plan, "port 3002 is given to a of p by the same plan");
}

static void
one_value_cannot_become_two (void)
{
  g_auto (World) w = world ("PORT=3000\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3000, 0);
  const PmResolution moves[] = {{a, 3001}, {b, 3002}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_with (&w, moves, 2, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "PORT=3001\n");
  g_assert_cmpuint (plan->decisions->len, ==, 1);
  expect_told (plan, "read the same value");
}

/* A guess that b's own value points at a: it is listed for a at most. */
static void
what_is_only_listed_blocks_nobody (void)
{
  g_auto (World) w = world ("A=3000\nB=3000\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3000, 1);
  add_reference (&w, a, 1);
  g_array_index (w.snapshot->edges, PmEdge, 0).confidence = 0.4;
  const PmResolution moves[] = {{a, 3001}, {b, 3002}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_with (&w, moves, 2, FALSE, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "A=3001\nB=3002\n");
  g_assert_cmpuint (plan->left->len, ==, 0);
}

/* Without a word of the person: nothing, and the reason of each. */
static void
one_impossible_move_refuses_all (void)
{
  g_auto (World) w = world ("a=3000 b=3001 d=3005 z=3009\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  guint d = add_service (&w, "d", 3005, 0);
  g_array_index (w.snapshot->services, PmService, b).pinned = "callback";
  const PmResolution moves[] = {{a, 3001}, {b, 3002}, {d, 3006}};
  g_autoptr (GError) error = NULL;
  g_assert_null (plan_of (&w, moves, G_N_ELEMENTS (moves), &error));
  g_assert_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "2 of 3 moves are not possible, so none is made"));
  g_assert_nonnull (strstr (error->message, "\nb of p is pinned: callback"));
  g_assert_nonnull (strstr (error->message, "\nport 3001 is declared by b"));
  g_assert_null (strstr (error->message, "3006"));
}

static void
one_value_that_is_not_there_refuses_all (void)
{
  g_auto (World) w = world ("a=3000 b=3001\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  w.text = "a=3000 b=XXXX\n";
  const PmResolution moves[] = {{b, 3007}, {a, 3008}};
  g_autoptr (GError) error = NULL;
  g_assert_null (plan_of (&w, moves, 2, &error));
  g_assert_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "f:1: 3001 stays"));
  g_assert_nonnull (strstr (error->message, "so none is (--partial"));
}

/* Why a service moves is told of those that do. */
static void
what_stays_has_no_choice (void)
{
  g_auto (World) w = world ("a=3000 b=3001\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  w.text = "a=3000 b=XXXX\n";
  const PmResolution moves[] = {{b, 3007}, {a, 3008}};
  PmPlanOptions options = {.partial = TRUE};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = pm_plan_resolutions (w.snapshot, moves, 2, &options, &error);
  g_assert_no_error (error);
  const PmPlanChoice choices[] = {{.service_id = 2}, {.service_id = 1}};
  g_array_append_vals (plan->choices, choices, 2);
  pm_plan_fit_file (plan, 0, w.text, strlen (w.text));
  g_assert_true (pm_plan_fit_finish (plan, &error));
  g_assert_cmpuint (plan->choices->len, ==, 1);
  g_assert_cmpint (g_array_index (plan->choices, PmPlanChoice, 0).service_id, ==, 1);
}

static void
set_last_span (World *world, guint32 start, guint32 end)
{
  GArray *findings = world->snapshot->findings;
  g_array_index (findings, PmFinding, findings->len - 1).span = (PmSpan){start, end};
}

/* Digits in groups, as programs' text and TOML have them. */
static void
groups_of_digits_are_kept (void)
{
  g_auto (World) w = world ("a=8_000 b=3_0_00 c=9_999 # 8000 3000 9999\n");
  guint a = add_service (&w, "a", 8000, 0);
  set_last_span (&w, 2, 7);
  guint b = add_service (&w, "b", 3000, 0);
  set_last_span (&w, 10, 16);
  guint c = add_service (&w, "c", 9999, 0);
  set_last_span (&w, 19, 24);
  const PmResolution moves[] = {{a, 18007}, {b, 3001}, {c, 999}};
  expect (&w, moves, 3, "a=18_007 b=3001 c=999 # 8000 3000 9999\n");
}

static void
none_possible_is_an_error (void)
{
  g_auto (World) w = world ("a=3000 b=3001\n");
  guint a = add_service (&w, "a", 3000, 0);
  add_service (&w, "b", 3001, 0);
  const PmResolution moves[] = {{a, 3001}, {a, 3000}};
  g_autoptr (GError) error = NULL;
  g_assert_null (plan_of (&w, moves, 2, &error));
  g_assert_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED);
}

/* b's own value is not what the snapshot says any more: who points at it must not go alone. */
static void
references_stay_with_a_service_that_stays (void)
{
  g_auto (World) w = world ("a=3000 b=3001 see=l:3001,l:3000\n");
  guint a = add_service (&w, "a", 3000, 0), b = add_service (&w, "b", 3001, 0);
  add_reference (&w, b, 1);
  add_reference (&w, a, 1);
  w.text = "a=3000 b=XXXX see=l:3001,l:3000\n";
  const PmResolution moves[] = {{b, 3007}, {a, 3008}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_with (&w, moves, 2, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "a=3008 b=XXXX see=l:3001,l:3008\n");
  g_assert_cmpuint (plan->decisions->len, ==, 1);
  g_assert_cmpuint (plan->left->len, ==, 2);
  expect_told (plan, "3001 stays");
}

/* What somebody decided about many, where files say otherwise: a swap, by name of their ids. */
static void
desired_values_may_be_a_swap (void)
{
  g_auto (World) w = world ("a=3000 b=3001\n");
  add_service (&w, "a", 3000, 0);
  add_service (&w, "b", 3001, 0);
  const PmPlanDecision decisions[] = {{1, "", "externalPort", "3001", ""},
                                      {2, "", "externalPort", "3000", ""}};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = pm_plan_desired (w.snapshot, decisions, 2, NULL, &error);
  g_assert_no_error (error);
  pm_plan_fit_file (plan, 0, w.text, strlen (w.text));
  g_assert_true (pm_plan_fit_finish (plan, &error));
  g_autofree char *result = applied (&w, plan);
  g_assert_cmpstr (result, ==, "a=3001 b=3000\n");
}

/* A list of dozens says nothing to anybody: some by name, how many besides. */
static void
a_wish_names_some (void)
{
  g_auto (World) w = world ("a=3000 a=3001 a=3002 a=3003 a=3004 a=3005 a=3006\n");
  PmResolution moves[7];
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    moves[i] = (PmResolution){add_service (&w, "a", (guint16) (3000 + i), 0), (guint16) (4000 + i)};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmPlan) plan = plan_of (&w, moves, G_N_ELEMENTS (moves), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (plan->wish, "from 3004 to 4004, and 2 more moves"));
  g_assert_null (strstr (plan->wish, "3005"));
}

/* Any number of services, each given the port of another one: the text must be the permutation. */
static void
permutes_many (void)
{
  enum { N = 200 };
  g_autoptr (GString) text = g_string_new (NULL), after = g_string_new (NULL);
  guint16 target[N];
  for (guint i = 0; i < N; i++)
    target[i] = (guint16) (20000 + i);
  for (guint i = N - 1; i > 0; i--) {
    guint other = (guint) g_test_rand_int_range (0, (gint32) i + 1);
    guint16 kept = target[i];
    target[i] = target[other];
    target[other] = kept;
  }
  for (guint i = 0; i < N; i++) {
    g_string_append_printf (text, "%u,", 20000 + i);
    g_string_append_printf (after, "%u,", target[i]);
  }
  g_auto (World) w = world (text->str);
  PmResolution moves[N];
  guint n_moves = 0;
  for (guint i = 0; i < N; i++) {
    guint service = add_service (&w, "s", (guint16) (20000 + i), 0);
    if (target[i] != 20000 + i)
      moves[n_moves++] = (PmResolution){service, target[i]};
  }
  expect (&w, moves, n_moves, after->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planning/several/chain-in-one-line", moves_a_chain_in_one_line);
  g_test_add_func ("/planning/several/swap-in-one-line", swaps_in_one_line);
  g_test_add_func ("/planning/several/different-lengths", rotates_ports_of_different_length);
  g_test_add_func ("/planning/several/separates-two-of-one-port", separates_two_of_one_port);
  g_test_add_func ("/planning/several/a-refusal-reaches-who-counted-on-it",
                   a_refusal_reaches_who_counted_on_it);
  g_test_add_func ("/planning/several/two-cannot-have-one-port", two_cannot_have_one_port);
  g_test_add_func ("/planning/several/one-value-cannot-become-two", one_value_cannot_become_two);
  g_test_add_func ("/planning/several/what-is-only-listed-blocks-nobody",
                   what_is_only_listed_blocks_nobody);
  g_test_add_func ("/planning/several/one-impossible-move-refuses-all",
                   one_impossible_move_refuses_all);
  g_test_add_func ("/planning/several/one-value-that-is-not-there-refuses-all",
                   one_value_that_is_not_there_refuses_all);
  g_test_add_func ("/planning/several/what-stays-has-no-choice", what_stays_has_no_choice);
  g_test_add_func ("/planning/several/groups-of-digits-are-kept", groups_of_digits_are_kept);
  g_test_add_func ("/planning/several/none-possible-is-an-error", none_possible_is_an_error);
  g_test_add_func ("/planning/several/references-stay-with-a-service-that-stays",
                   references_stay_with_a_service_that_stays);
  g_test_add_func ("/planning/several/desired-values-may-be-a-swap", desired_values_may_be_a_swap);
  g_test_add_func ("/planning/several/a-wish-names-some", a_wish_names_some);
  g_test_add_func ("/planning/several/permutes-many", permutes_many);
  return g_test_run ();
}
