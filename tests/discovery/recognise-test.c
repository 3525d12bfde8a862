#include "recognise-test.h"

#include <string.h>

static void
check_span (const char *text, const PmFinding *f)
{
  g_assert_cmpuint (f->span.end, <=, strlen (text));
  if (*f->origin != '\0' || f->confidence < 0.5)
    return;
  g_autofree char *bytes = g_strndup (text + f->span.start, pm_span_length (f->span));
  if (f->kind == PM_KIND_IP)
    g_assert_cmpstr (bytes, ==, f->address);
  else
    g_assert_cmpuint (g_ascii_strtoull (bytes, NULL, 10), ==, f->port);
}

static void
append_finding (GString *out, const PmFinding *f)
{
  g_string_append_printf (out, "%u %s ", f->position.line, pm_role_name (f->role));
  if (f->kind == PM_KIND_IP)
    g_string_append (out, f->address);
  else
    g_string_append_printf (out, "%u", f->port);
  if (f->kind == PM_KIND_PORT && f->port_end != f->port)
    g_string_append_printf (out, "-%u", f->port_end);
  if (f->transport != PM_TRANSPORT_TCP)
    g_string_append_printf (out, "/%s", pm_transport_name (f->transport));
  if (*f->host != '\0')
    g_string_append_printf (out, "@%s", f->host);
  g_string_append_printf (out, " [%s] %s", f->service, f->path);
  if (f->confidence < 0.5)
    g_string_append (out, " ?");
  if (*f->origin != '\0')
    g_string_append_printf (out, " <- %s", f->origin);
  g_string_append_c (out, '\n');
}

/* Whoever asks first whether there is anything to find is told so. */
static void
check_may_find (const char *file, const char *text, const PmSighting *sighting, gboolean expands)
{
  guint n_said = sighting->findings->len + sighting->facts->len + sighting->links->len;
  if (n_said > 0 && !pm_recognise_may_find (NULL, file, "shop", text, strlen (text), expands))
    g_error ("%s says something, but it is not worth a look:\n%s", file, text);
}

char *
recognise_test_dump (const char *file, const char *text, const PmEnvironment *environment)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise (file, "shop", text, strlen (text), environment, arena);
  check_may_find (file, text, sighting, environment != NULL);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    check_span (text, f);
    if (f->pair >= 0)
      g_assert_cmpint (g_array_index (sighting->findings, PmFinding, f->pair).pair, ==, (gint) i);
    append_finding (out, f);
  }
  return g_string_free (out, FALSE);
}

void
recognise_test_expect (const char *file, const char *text, const char *expected)
{
  g_autofree char *got = recognise_test_dump (file, text, NULL);
  if (strcmp (got, expected) != 0)
    g_test_message ("of %s:\n%s\nfound:\n%s\ninstead of:\n%s", file, text, got, expected);
  g_assert_cmpstr (got, ==, expected);
}

char *
recognise_test_fact (const char *file, const char *text, const char *name)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  check_may_find (file, text, sighting, FALSE);
  for (guint i = 0; i < sighting->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (sighting->facts, PmServiceFact, i);
    if (strcmp (fact->name, name) == 0)
      return g_strdup_printf ("%s|%s|%s|%s|%s|%s|%u|%s", fact->image,
                              fact->build == NULL ? "-" : fact->build, fact->profiles,
                              fact->network, fact->extends, fact->tool, fact->default_port,
                              fact->aliases);
  }
  return NULL;
}

char *
recognise_test_links (const char *file, const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->links->len; i++) {
    const PmFileLink *link = &g_array_index (sighting->links, PmFileLink, i);
    g_string_append_printf (out, "%s %s %s\n", link->kind, link->target, link->service);
  }
  return g_string_free (out, FALSE);
}

char *
recognise_test_scopes (const char *file, const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    if (f->kind == PM_KIND_PORT)
      g_string_append_printf (out, "%u %s\n", f->port, pm_scope_name (f->scope));
  }
  return g_string_free (out, FALSE);
}
