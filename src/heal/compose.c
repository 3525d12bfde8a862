/* DESIGN
 * `docker compose up` for this one service, with a container made anew: `restart` would keep the
 * environment and the ports that the container was made with, so a changed `.env` or mapping would
 * never arrive (docs.docker.com, "docker compose restart"). Its dependencies are left alone,
 * nothing is built, volumes stay.
 *
 * What a compose file says runs with the rights of whoever starts it, so that is its owner, and
 * never root. */

#include <string.h>

#include "heal/provider.h"
#include "heal/run.h"

static gboolean
is_usual_name (const char *file)
{
  static const char *const names[] = {"compose.yaml", "compose.yml", "docker-compose.yaml",
                                      "docker-compose.yml"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (file, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static char *
subject (const PmRestartTarget *target)
{
  if (!pm_heal_is_set (target->container) || !pm_heal_is_set (target->directory))
    return NULL;
  return g_strconcat (target->container, " in ", target->directory, NULL);
}

/* Named only where compose would not find it by itself, so that override files count as ever. */
static void
add_file (GPtrArray *argv, const PmRestartTarget *target)
{
  if (!pm_heal_is_set (target->file) || is_usual_name (target->file))
    return;
  g_ptr_array_add (argv, (gpointer) "--file");
  g_ptr_array_add (argv, (gpointer) target->file);
}

static void
add_all (GPtrArray *argv, const char *const *words)
{
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (gpointer) *words);
}

/* Debian 12 has only the old program of its own. */
static gboolean
is_plugin_missing (const GError *error)
{
  return g_error_matches (error, PM_HEAL_ERROR, PM_HEAL_ERROR_ABSENT) ||
         strstr (error->message, "unknown command") != NULL ||
         strstr (error->message, "is not a docker command") != NULL ||
         strstr (error->message, "docker --help") != NULL;
}

static gboolean
run_as_owner (const PmRestartTarget *target, const char *const *program,
              const PmRestartOptions *options, gint64 deadline_us, GError **error)
{
  static const char *const up[] = {"up", "--detach", "--no-deps", "--no-build", "--force-recreate",
                                   "--", NULL};
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  PmRunOptions run = {.directory = target->directory,
                      .deadline_us = deadline_us,
                      .cancellable = options->cancellable};
  g_autofree char *file =
      g_build_filename (target->directory, pm_heal_is_set (target->file) ? target->file : "", NULL);
  if (!pm_run_owner_of (file, &run.owner, error))
    return FALSE;
  add_all (argv, program);
  add_file (argv, target);
  add_all (argv, up);
  g_ptr_array_add (argv, (gpointer) target->container);
  g_ptr_array_add (argv, NULL);
  run.argv = (const char *const *) argv->pdata;
  return pm_run_program (&run, error);
}

static gboolean
restart (const PmRestartTarget *target, const PmRestartOptions *options, gint64 deadline_us,
         GError **error)
{
  static const char *const plugin[] = {"docker", "compose", NULL};
  static const char *const program[] = {"docker-compose", NULL};
  g_autoptr (GError) failure = NULL;
  if (run_as_owner (target, plugin, options, deadline_us, &failure))
    return TRUE;
  g_autofree char *other = g_find_program_in_path (program[0]);
  if (is_plugin_missing (failure) && other != NULL)
    return run_as_owner (target, program, options, deadline_us, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

const PmRestartProvider pm_provider_compose = {"compose", "restart.container", subject, restart};
