#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "registry/records.h"
#include "verbs/backup.h"
#include "verbs/event-line.h"
#include "verbs/holder.h"
#include "verbs/port-who.h"
#include "verbs/watched.h"

/* One thing looked at. */
typedef struct {
  const char *name;
  gboolean fine;
  char *finding;
  const char *remedy; /* where it is not fine */
  char *own_remedy;   /* the same where it is made for this case; NULL */
} Examination;

static void
clear_examination (gpointer examination)
{
  g_free (((Examination *) examination)->finding);
  g_free (((Examination *) examination)->own_remedy);
}

static void
add (GArray *all, const char *name, gboolean fine, char *finding, const char *remedy)
{
  Examination examination = {name, fine, finding, remedy, NULL};
  g_array_append_val (all, examination);
}

/* Messages of this program end with what to do, behind a semicolon. */
static void
add_failure (GArray *all, const char *name, const GError *error, const char *state_dir)
{
  Examination examination = {.name = name};
  const char *what_to_do = strstr (error->message, "; ");
  g_autoptr (GArray) backups = pm_verb_backups (state_dir);
  if (g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT) && backups->len > 0)
    examination.own_remedy = g_strdup_printf ("port-manager --state %s restore %s", state_dir,
                                              g_array_index (backups, PmBackup, 0).file);
  else if (what_to_do != NULL)
    examination.own_remedy = g_strdup (what_to_do + 2);
  else
    examination.own_remedy = g_strdup ("mend the configuration there, or give another file with "
                                       "--config");
  examination.finding = what_to_do == NULL
                            ? g_strdup (error->message)
                            : g_strndup (error->message, (gsize) (what_to_do - error->message));
  examination.remedy = examination.own_remedy;
  g_array_append_val (all, examination);
}

static void
examine_kernel (GArray *all)
{
  struct utsname name;
  unsigned major = 0, minor = 0;
  uname (&name);
  gboolean known = sscanf (name.release, "%u.%u", &major, &minor) == 2;
  gboolean fine = known && (major > 5 || (major == 5 && minor >= 8));
  add (all, "kernel", fine, g_strdup_printf ("%s %s", name.sysname, name.release),
       "Linux 5.8 or newer is wanted: openat2, and syncfs that reports errors");
}

static void
examine_state (GArray *all, const PmCli *cli)
{
  struct stat state;
  if (stat (cli->state_dir, &state) != 0) {
    add (all, "state", FALSE, g_strdup_printf ("%s: %s", cli->state_dir, g_strerror (errno)),
         "name a folder that you may write with --state");
    return;
  }
  gboolean ours = state.st_uid == geteuid () && (state.st_mode & 077) == 0;
  add (all, "state", ours,
       g_strdup_printf ("%s, mode %04o", cli->state_dir, (unsigned) state.st_mode & 07777),
       "it should belong to you alone: chown it, and chmod 700");
  struct statvfs space;
  if (statvfs (cli->state_dir, &space) == 0) {
    guint64 free_mib = (guint64) space.f_bavail * space.f_frsize / (1024 * 1024);
    add (all, "space", free_mib >= 100,
         g_strdup_printf ("%" G_GUINT64_FORMAT " MiB free", free_mib),
         "free some: a change of files needs room for copies of them");
  }
}

static void
examine_registry (GArray *all, PmCli *cli)
{
  GError *error = NULL;
  cli->context = pm_context_open (cli->state_dir, cli->config_file, &error);
  if (cli->context == NULL) {
    gboolean is_registry = error->domain == PM_REGISTRY_ERROR;
    add_failure (all, is_registry ? "registry" : "configuration", error, cli->state_dir);
    g_error_free (error);
    return;
  }
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  if (pm_registry_services (cli->context->registry, arena, services, &error))
    add (all, "registry", TRUE, g_strdup_printf ("readable, %u services", services->len), NULL);
  else
    add_failure (all, "registry", error, cli->state_dir);
  g_clear_error (&error);
}

/* Opening the registry has recovered what a crash left. */
static void
examine_changes (GArray *all, const PmCli *cli)
{
  if (cli->context == NULL)
    return;
  const PmContextRecovery *recovery = pm_context_recovery (cli->context);
  if (recovery->failure != NULL)
    add (all, "changes", FALSE, g_strdup (recovery->failure), "port-manager recover");
  else
    add (all, "changes", TRUE,
         g_strdup (recovery->told != NULL ? recovery->told : "none was interrupted"), NULL);
}

static void
examine_roots (GArray *all, const PmCli *cli)
{
  if (cli->context == NULL)
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, FALSE, sizeof (char *));
  if (!pm_registry_roots (cli->context->registry, arena, roots, NULL))
    return;
  if (roots->len == 0)
    add (all, "roots", FALSE, g_strdup ("none is known yet"), "port-manager scan ~/projects");
  for (guint i = 0; i < roots->len; i++) {
    const char *root = g_array_index (roots, char *, i);
    gboolean fine = access (root, R_OK | X_OK) == 0;
    add (all, "root", fine,
         fine ? g_strdup (root) : g_strdup_printf ("%s: %s", root, g_strerror (errno)),
         "make it readable, or forget it");
  }
}

static void
examine_live (GArray *all, const PmCli *cli)
{
  PmLiveSight sight;
  g_autoptr (PmSnapshot) snapshot =
      cli->context == NULL ? NULL : pm_verb_live_services (cli->context, &sight, NULL);
  if (snapshot == NULL)
    return;
  guint of_state[5] = {0};
  for (guint i = 0; i < snapshot->services->len; i++)
    of_state[g_array_index (snapshot->services, PmService, i).live]++;
  g_autofree char *gap = pm_live_sight_gap (&sight);
  if (!snapshot->is_live) {
    add (all, "live", !cli->context->config->scan.sockets, g_steal_pointer (&gap),
         "the kernel's modules inet_diag, tcp_diag and udp_diag are wanted");
    return;
  }
  add (all, "live", sight.counts.docker_failure[0] == '\0',
       g_strdup_printf ("%u sockets; of the declared ports %u listen, %u do not, %u belong to "
                        "somebody else%s%s",
                        sight.counts.n_sockets,
                        of_state[PM_LIVE_LISTENING] + of_state[PM_LIVE_HIDDEN],
                        of_state[PM_LIVE_NOT_LISTENING], of_state[PM_LIVE_FOREIGN],
                        gap == NULL ? "" : "; ", gap == NULL ? "" : gap),
       "give yourself access to the socket of Docker, or set DOCKER_HOST to the right one");
}

static gboolean
read_number (const char *path, guint64 *ret_number)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  return g_ascii_string_to_unsigned (g_strstrip (text), 10, 0, G_MAXUINT64, ret_number, NULL);
}

/* How many directories `serve` follows, or would, against what the kernel gives a user. */
static void
examine_watches (GArray *all, const PmCli *cli)
{
  guint64 limit, instances;
  g_auto (PmWatched) watched = {0};
  guint wanted = 0;
  if (cli->context != NULL && pm_verb_watched (cli->context, &watched, NULL))
    wanted = g_hash_table_size (watched.directories);
  if (read_number ("/proc/sys/fs/inotify/max_user_watches", &limit))
    add (all, "watches", wanted <= limit / 2 && limit >= 8192,
         g_strdup_printf ("%u directories are to be followed, of %" G_GUINT64_FORMAT
                          " that a user may (fs.inotify.max_user_watches)",
                          wanted, limit),
         "sysctl fs.inotify.max_user_watches=524288; until then everything is read every 30 s");
  if (read_number ("/proc/sys/fs/inotify/max_user_instances", &instances))
    add (all, "instances", instances >= 16,
         g_strdup_printf ("%" G_GUINT64_FORMAT
                          " inotify instances a user (fs.inotify.max_user_instances)",
                          instances),
         "sysctl fs.inotify.max_user_instances=128");
}

static void
examine_backups (GArray *all, const PmCli *cli)
{
  g_autoptr (GArray) backups = pm_verb_backups (cli->state_dir);
  if (cli->context == NULL || cli->context->config->registry.url[0] != '\0')
    return;
  if (backups->len == 0) {
    add (all, "backups", TRUE, g_strdup ("none yet: each change of files makes one"), NULL);
    return;
  }
  char time[PM_TIMESTAMP_SIZE];
  const PmBackup *newest = &g_array_index (backups, PmBackup, 0);
  add (all, "backups", TRUE,
       g_strdup_printf ("%u, the newest of %s", backups->len,
                        pm_timestamp_format (newest->time_us, time)),
       NULL);
}

/* Whether a daemon runs, and what it found out while it followed the files. */
static void
examine_daemon (GArray *all, const PmCli *cli)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *holder = pm_holder_name (cli->state_dir);
  const char *state = NULL;
  if (holder == NULL || cli->context == NULL) {
    add (all, "daemon", TRUE, g_strdup (holder == NULL ? "none runs" : holder), NULL);
    return;
  }
  if (!pm_registry_setting (cli->context->registry, "watch", arena, &state, NULL) || state == NULL)
    state = "{}";
  gboolean is_limited = strstr (state, "\"limited\":true") != NULL;
  g_autofree char *files = pm_event_line ("watch.state", state);
  add (all, "daemon", !is_limited,
       g_strdup_printf ("%s; directories: %s", holder, files[0] == '\0' ? "not followed" : files),
       "it cannot follow all directories: raise fs.inotify.max_user_watches");
}

static gboolean
print_json (const GArray *all)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  gboolean fine = TRUE;
  pm_json_begin_object (&json);
  pm_json_key (&json, "examinations");
  pm_json_begin_array (&json);
  for (guint i = 0; i < all->len; i++) {
    const Examination *each = &g_array_index (all, Examination, i);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "name", each->name);
    pm_json_member_bool (&json, "ok", each->fine);
    pm_json_member_string (&json, "finding", each->finding);
    if (!each->fine)
      pm_json_member_string (&json, "remedy", each->remedy);
    pm_json_end_object (&json);
    fine = fine && each->fine;
  }
  pm_json_end_array (&json);
  pm_json_member_bool (&json, "ok", fine);
  pm_json_end_object (&json);
  pm_output_json (out);
  return fine;
}

static gboolean
print_text (const PmCli *cli, const GArray *all)
{
  gboolean all_fine = TRUE;
  for (guint i = 0; i < all->len; i++) {
    const Examination *each = &g_array_index (all, Examination, i);
    printf ("%s%s%s ", cli->color ? (each->fine ? "\033[32m" : "\033[31m") : "",
            each->fine ? "ok  " : "look", cli->color ? "\033[0m" : "");
    pm_output_field_behind (5, each->name, "%s", each->finding);
    if (!each->fine) {
      printf ("     ");
      pm_output_field_behind (5, "", "→ %s", each->remedy);
    }
    all_fine = all_fine && each->fine;
  }
  return all_fine;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_doctor, "takes no arguments, got “%s”", argv[0]);
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (Examination));
  g_array_set_clear_func (all, clear_examination);
  examine_kernel (all);
  examine_registry (all, cli);
  examine_changes (all, cli);
  examine_state (all, cli);
  examine_roots (all, cli);
  examine_live (all, cli);
  examine_watches (all, cli);
  examine_backups (all, cli);
  examine_daemon (all, cli);
  gboolean fine = cli->json ? print_json (all) : print_text (cli, all);
  return fine ? PM_EXIT_DONE : PM_EXIT_ATTENTION;
}

const PmCommand pm_command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "look whether everything that the program needs is in order",
    .examples = (const char *const[]){"doctor", NULL},
    .run = run,
};
