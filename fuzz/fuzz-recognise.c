/* Every rule set: the first two bytes choose one and a file name that it takes; the rest is the
 * file. Whatever it says, spans must lie in the file, pairs in the list, numbers in their range. */

#include <string.h>

#include "discovery/recognise.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

/* A path that a glob matches: "x" for a star, "d/" for the stars of folders. */
static char *
name_of (const char *glob)
{
  GString *name = g_string_new ("p/");
  for (const char *at = glob; *at != '\0'; at++) {
    if (g_str_has_prefix (at, "**/")) {
      g_string_append (name, "d/");
      at += 2;
    } else if (*at == '*') {
      g_string_append (name, at[1] == '*' ? "d/x" : "x");
      at += at[1] == '*';
    } else {
      g_string_append_c (name, *at == '?' ? 'x' : *at);
    }
  }
  return g_string_free (name, FALSE);
}

static char *
choose_name (guint8 first, guint8 second)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  guint n_rulesets = 0, n_files = 0;
  while (rulesets[n_rulesets] != NULL)
    n_rulesets++;
  const PmRuleset *ruleset = rulesets[first % n_rulesets];
  while (ruleset->files[n_files] != NULL)
    n_files++;
  return name_of (ruleset->files[second % n_files]);
}

static void
check (const PmSighting *sighting, size_t size)
{
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    g_assert_cmpuint (f->span.start, <=, f->span.end);
    g_assert_cmpuint (f->span.end, <=, size);
    g_assert_cmpint (f->pair, <, (gint) sighting->findings->len);
    g_assert_true (f->confidence >= 0 && f->confidence <= 1);
    g_assert_true (f->position.line >= 1 && f->position.column >= 1);
    g_assert_nonnull (f->path);
    g_assert_nonnull (f->service);
    g_assert_nonnull (f->rule);
    g_assert_nonnull (f->host);
    g_assert_nonnull (f->bind);
    g_assert_nonnull (f->origin);
    g_assert_true (f->kind == PM_KIND_PORT || f->address != NULL);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  if (size < 2)
    return 0;
  g_autofree char *name = choose_name (data[0], data[1]);
  gsize length = size - 2;
  g_autofree char *bytes = g_malloc (MAX (length, 1));
  memcpy (bytes, data + 2, length);

  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmEnvironment) environment = pm_environment_new (NULL);
  pm_recognise_definitions ("p/.env", bytes, length, environment);
  g_autoptr (PmSighting) sighting = pm_recognise (name, "p", bytes, length, environment, arena);
  check (sighting, length);
  return 0;
}
