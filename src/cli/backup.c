#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "registry/registry.h"
#include "verbs/backup.h"

static gboolean option_list;

static void
write_backup (PmJsonWriter *json, const PmBackup *backup)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "file", backup->file);
  pm_json_member_time (json, "time", backup->time_us);
  pm_json_member_int (json, "bytes", (gint64) backup->size_bytes);
  if (backup->rows > 0)
    pm_json_member_int (json, "rows", (gint64) backup->rows);
  pm_json_end_object (json);
}

static void
print_list_json (const GArray *backups)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "backups");
  pm_json_begin_array (&json);
  for (guint i = 0; i < backups->len; i++)
    write_backup (&json, &g_array_index (backups, PmBackup, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static PmExit
list (const PmCli *cli)
{
  g_autoptr (GArray) backups = pm_verb_backups (cli->state_dir);
  if (cli->json) {
    print_list_json (backups);
    return PM_EXIT_DONE;
  }
  static const PmColumn columns[] = {{.title = "made", .cut = PM_COLUMN_TIME},
                                     {.title = "KiB", .right = TRUE},
                                     {.title = "file", .cut = PM_COLUMN_PLACE}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < backups->len; i++) {
    const PmBackup *backup = &g_array_index (backups, PmBackup, i);
    char time[PM_TIMESTAMP_SIZE];
    pm_table_add (table, PM_CELL_PLAIN, "%s", pm_timestamp_format (backup->time_us, time));
    pm_table_add (table, PM_CELL_PLAIN, "%" G_GUINT64_FORMAT, backup->size_bytes / 1024);
    pm_table_add (table, PM_CELL_PLAIN, "%s", backup->file);
  }
  if (backups->len == 0)
    printf ("There is no backup yet: each change of files makes one, and “backup” does.\n");
  else
    pm_table_print (table, cli->color, cli->width);
  return PM_EXIT_DONE;
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_OURS) ||
         g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 1)
    return pm_cli_usage (&pm_command_backup, "takes one file, got “%s” as well", argv[1]);
  if (option_list && argc > 0)
    return pm_cli_usage (&pm_command_backup, "--list takes no file, got “%s”", argv[0]);
  if (option_list)
    return list (cli);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  g_auto (PmBackup) backup = {0};
  gboolean fine = argc == 1 ? pm_verb_backup (cli->context, argv[0], &backup, &error)
                            : pm_verb_backup_keep (cli->context, &backup, &error);
  if (!fine)
    return pm_cli_fail (is_refusal (error) ? PM_EXIT_REFUSED : PM_EXIT_FAILED, error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    write_backup (&json, &backup);
    pm_output_json (out);
  } else {
    pm_output_line ("%s: %" G_GUINT64_FORMAT " rows, %" G_GUINT64_FORMAT " KiB, verified",
                    backup.file, backup.rows, backup.size_bytes / 1024);
  }
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"list", 'l', 0, G_OPTION_ARG_NONE, &option_list, "show the backups that are kept", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_backup = {
    .name = "backup",
    .arguments = "[FILE]",
    .summary = "copy the registry, and verify the copy",
    .details = "FILE appears only once the copy has passed a full check and is on the disk. An "
               "older backup is\n"
               "replaced, any other file is left as it is. Without FILE it goes to backups/ in the "
               "state directory, where a backup "
               "is also made\n"
               "after each change of files, and daily by “serve”; [backup] of the configuration "
               "says how many are kept.",
    .examples = (const char *const[]){"backup /mnt/safe/ports.db", "backup --list", NULL},
    .options = options,
    .run = run,
};
