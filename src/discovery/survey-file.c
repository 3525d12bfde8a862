/* DESIGN
 * What a worker does with one file. One that an earlier survey remembers is not opened. Any other
 * is read and recognised; with variables in it, it is expanded against the dotenv files beside it,
 * which are read through the same directory descriptor and remembered along; one that is a link is
 * read where it leads to, as long as that is below the root. What cannot be read is
 * told as such, since it is not gone. */

#include "discovery/survey-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/large-work.h"
#include "discovery/recognise-internal.h"
#include "walk/beneath.h"

#define MOST_SCRATCH_BYTES (256 * 1024)
#define LARGE_FILE_BYTES (1024 * 1024) /* of which one is read and recognised at a time */

/* It is there, and what it says cannot be known: as against gone, or no file any more. */
static gboolean
is_loss (const GError *error)
{
  return !g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED) &&
         !g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_NOT_REGULAR);
}

/* --- one file --- */

/* The dotenv files that a tool reads from the directory of its configuration when nobody names a
 * mode, later ones winning. Compose reads the first alone; a variable that only the second sets is
 * then unset for it, which pm_recognise cannot tell from one that is set: so compose files get no
 * more than the first. */
#define N_ENVIRONMENT_FILES 2
static const char *const environment_files[N_ENVIRONMENT_FILES + 1] = {".env", ".env.local", NULL};

const char *const *
pm_survey_environment_files (void)
{
  return environment_files;
}

/* FALSE: its directory has no such entry. */
static gboolean
may_be_beside (const PmWalkFile *file, guint environment_file)
{
  return (file->beside & 1u << environment_file) != 0;
}

static gboolean
is_compose (const char *name)
{
  return strstr (name, "compose") != NULL;
}

/* Where a dotenv file that is a link really is, below the root; NULL: it is no link, or leads out
 * of the root. A link to a link is followed no further. */
static char *
target_of_link (const PmWalkFile *file, const char *directory, const char *name)
{
  char target[PATH_MAX];
  ssize_t length = readlinkat (file->directory_fd, name, target, sizeof target - 1);
  if (length <= 0 || target[0] == '/')
    return NULL;
  target[length] = '\0';
  g_autofree char *joined = g_strconcat ("/", directory, target, NULL);
  g_autofree char *clean = g_canonicalize_filename (joined, "/");
  g_autofree char *up = g_strconcat ("/", directory, NULL);
  guint depth = 0;
  for (const char *at = up; *at != '\0'; at++)
    depth += *at == '/' && at[1] != '\0' && at[1] != '/';
  for (const char *at = target; g_str_has_prefix (at, "../"); at += 3)
    if (depth-- == 0)
      return NULL;
  return g_strdup (clean + 1);
}

/* A descriptor below a root, following no link; -1: it is not there. */
static int
open_directory (const PmSurvey *survey, guint root, const char *path)
{
  int root_fd = open (survey->roots[root], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int fd = root_fd < 0 ? -1 : pm_beneath_open (root_fd, path, O_RDONLY | O_DIRECTORY, FALSE);
  if (root_fd >= 0)
    close (root_fd);
  return fd;
}

/* Reads one dotenv file beside a file, or where it links to; ret_path: where it is. */
static gboolean
read_beside (const PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file,
             const char *directory, const char *name, const char **ret_bytes, gsize *ret_length,
             char **ret_path, GError **error)
{
  g_autofree char *target = target_of_link (file, directory, name);
  *ret_path = target == NULL ? g_strconcat (directory, name, NULL) : g_strdup (target);
  if (target == NULL)
    return pm_reader_read (worker->environment, file->directory_fd, name, ret_bytes, ret_length,
                           NULL, error);
  g_autofree char *folder = g_path_get_dirname (target), *base = g_path_get_basename (target);
  int fd = open_directory (survey, file->root, folder);
  if (fd < 0) {
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED, "it links to nothing");
    return FALSE;
  }
  gboolean is_read =
      pm_reader_read (worker->environment, fd, base, ret_bytes, ret_length, NULL, error);
  close (fd);
  return is_read;
}

/* FALSE: one of them is there and cannot be read. The others count. */
static gboolean
read_environment (const PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file,
                  const char *directory, PmEnvironment *environment, char **ret_reason)
{
  guint n_files = is_compose (file->name) ? 1 : (guint) N_ENVIRONMENT_FILES;
  for (guint i = 0; i < n_files; i++) {
    const char *bytes;
    gsize length;
    g_autofree char *path = NULL;
    g_autoptr (GError) error = NULL;
    if (read_beside (survey, worker, file, directory, environment_files[i], &bytes, &length, &path,
                     &error))
      pm_recognise_definitions (path, bytes, length, environment);
    else if (is_loss (error) && *ret_reason == NULL)
      *ret_reason =
          g_strdup_printf ("it takes values from %s: %s", environment_files[i], error->message);
  }
  return *ret_reason == NULL;
}

/* Reads dotenv files anywhere below a root; what is not there defines nothing. */
static void
read_values (const PmSurvey *survey, PmSurveyWorker *worker, guint root, const char *const *files,
             PmEnvironment *environment)
{
  for (; *files != NULL; files++) {
    g_autofree char *folder = g_path_get_dirname (*files), *name = g_path_get_basename (*files);
    g_autofree char *directory =
        strcmp (folder, ".") == 0 ? g_strdup ("") : g_strconcat (folder, "/", NULL);
    PmWalkFile beside = {.root = root, .directory_fd = open_directory (survey, root, folder)};
    g_autofree char *path = NULL;
    const char *bytes;
    gsize length;
    if (beside.directory_fd < 0)
      continue;
    if (read_beside (survey, worker, &beside, directory, name, &bytes, &length, &path, NULL))
      pm_recognise_definitions (path, bytes, length, environment);
    close (beside.directory_fd);
  }
}

static char *
first_component (const char *path)
{
  const char *slash = strchr (path, '/');
  return slash == NULL ? g_strdup ("") : g_strndup (path, (gsize) (slash - path));
}

PmFileKind
pm_survey_kind (const PmUserRules *rules, const char *path)
{
  if (rules != NULL && rules->n_rules > 0) {
    g_autofree char *project = first_component (path);
    const char *local = project[0] == '\0' ? path : path + strlen (project) + 1;
    if (pm_user_rules_claim (rules, path, local, project, NULL))
      return PM_FILE_CONFIG;
  }
  return pm_recognise_kind (path);
}

/* Is the file expanded against the environment? */
static gboolean
has_variables (const PmWalkFile *file, const char *bytes, gsize length)
{
  return file->interest == PM_INTEREST_CONFIGURATION && memchr (bytes, '$', length) != NULL;
}

/* Is there anything to expand it against? What cannot be looked at may be there. */
static gboolean
has_environment (const PmWalkFile *file)
{
  for (guint i = 0; i < (guint) N_ENVIRONMENT_FILES; i++)
    if (may_be_beside (file, i) &&
        (faccessat (file->directory_fd, environment_files[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
         errno != ENOENT))
      return TRUE;
  return FALSE;
}

/* `values`: dotenv files; NULL those beside it. *ret_reason: what it depends on and could not be
 * read; NULL nothing. */
static PmSighting *
recognise (const PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file,
           const PmNaming *naming, const char *project, const char *bytes, gsize length,
           const char *const *values, char **ret_reason)
{
  g_autoptr (PmEnvironment) environment = NULL;
  if (values != NULL) {
    environment = pm_environment_new (NULL);
    read_values (survey, worker, file->root, values, environment);
  } else if (has_variables (file, bytes, length)) {
    const char *slash = strrchr (file->path, '/');
    g_autofree char *directory =
        slash == NULL ? g_strdup ("") : g_strndup (file->path, (gsize) (slash + 1 - file->path));
    environment = pm_environment_new (NULL);
    read_environment (survey, worker, file, directory, environment, ret_reason);
  }
  /* Files in the root itself are a project of the root's name, whatever else lies below it. */
  g_autofree char *folder = g_path_get_basename (survey->roots[file->root]);
  const char *own = survey->names[file->root];
  const char *name = own != NULL ? own : project[0] == '\0' ? folder : project;
  return pm_recognise_as (naming, survey->options->rules, name, file->path, project, bytes, length,
                          environment, worker->scratch);
}

/* What lies directly below a root is one piece of news, whatever lies below that. */
static void
learn_path (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file)
{
  gsize length = strcspn (file->path, "/");
  gboolean is_below = file->path[length] == '/';
  if (is_below && worker->top_root == file->root && worker->top->len == length &&
      memcmp (worker->top->str, file->path, length) == 0)
    return;
  g_mutex_lock (&survey->mutex);
  pm_projects_add_file (survey->projects[file->root], file->path);
  g_mutex_unlock (&survey->mutex);
  if (!is_below)
    return;
  g_string_truncate (worker->top, 0);
  g_string_append_len (worker->top, file->path, (gssize) length);
  worker->top_root = file->root;
}

void
pm_survey_learn_manifest (PmSurvey *survey, guint root, const char *path, const char *bytes,
                          gsize length)
{
  g_mutex_lock (&survey->mutex);
  pm_projects_add_manifest (survey->projects[root], path, bytes, length);
  g_mutex_unlock (&survey->mutex);
}

static void
miss_manifest (PmSurvey *survey, const PmWalkFile *file)
{
  g_mutex_lock (&survey->mutex);
  pm_projects_miss_manifest (survey->projects[file->root], file->path);
  g_mutex_unlock (&survey->mutex);
}

/* --- what is remembered --- */

static PmStampsKey
key_of (const PmSurvey *survey, const PmWalkFile *file, const PmStamp *stamp)
{
  guint64 key = survey->root_seeds[file->root];
  return pm_stamps_mix_stamp (pm_stamps_mix_text (key, file->path), stamp);
}

static gboolean
is_settled (const PmSurvey *survey, const PmStamp *stamp)
{
  return stamp->mtime_ns < survey->trust_before && stamp->ctime_ns < survey->trust_before;
}

/* A digest of the dotenv files that a file may have been expanded against; never 0. */
static guint64
surroundings (const PmSurvey *survey, const PmWalkFile *file, gboolean *ret_settled)
{
  guint64 digest = 1;
  *ret_settled = TRUE;
  for (guint i = 0; i < (guint) N_ENVIRONMENT_FILES; i++) {
    struct stat info;
    if (!may_be_beside (file, i) ||
        fstatat (file->directory_fd, environment_files[i], &info, AT_SYMLINK_NOFOLLOW) != 0) {
      digest = pm_stamps_mix (digest, 0);
      continue;
    }
    /* Of a link, what it leads to, too. */
    gboolean is_link = S_ISLNK (info.st_mode);
    for (guint looks = 0; looks < (is_link ? 2 : 1); looks++) {
      if (looks == 1 && fstatat (file->directory_fd, environment_files[i], &info, 0) != 0)
        break;
      PmStamp stamp = pm_stamp_from_stat (&info);
      digest = pm_stamps_mix_stamp (digest, &stamp);
      *ret_settled = *ret_settled && is_settled (survey, &stamp);
    }
  }
  return (digest & ~G_GUINT64_CONSTANT (7)) | 4;
}

static void
remember (PmSurveyWorker *worker, guint root, PmStampsKey key, PmStampsKind kind, guint64 detail)
{
  PmLearned learned = {key, detail, root, kind};
  g_array_append_val (worker->learned, learned);
}

/* FALSE: it must be read. */
static gboolean
is_as_before (const PmSurvey *survey, const PmWalkFile *file, const PmStampsEntry *known)
{
  gboolean is_settled;
  if (known->kind == PM_STAMPS_FAILED || known->kind == PM_STAMPS_FRESH)
    return FALSE;
  return known->detail == 0 || surroundings (survey, file, &is_settled) == known->detail;
}

/* A manifest of a linked project lies outside the root: it cannot be opened from there later. */
static void
keep_unopened (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKind kind)
{
  const char *bytes;
  gsize length;
  learn_path (survey, worker, file);
  gboolean is_manifest = pm_projects_is_manifest (file->path);
  if (is_manifest && (file->is_linked_project || file->is_link)) {
    if (pm_reader_read (worker->reader, file->directory_fd, file->name, &bytes, &length, NULL,
                        NULL))
      pm_survey_learn_manifest (survey, file->root, file->path, bytes, length);
  } else if (is_manifest) {
    PmUnopened unopened = {file->root, pm_keeper_text (&worker->keeper, file->path)};
    g_array_append_val (worker->manifests, unopened);
  }
  if (kind != PM_STAMPS_DOCUMENT)
    return;
  PmSeen seen = {
      .root = file->root,
      .file = pm_keeper_text (&worker->keeper, file->path),
      .stamp = file->stamp,
      .is_unchanged = TRUE,
  };
  g_array_append_val (worker->seen, seen);
}

/* --- reading --- */

static PmSeen
see (PmSurveyWorker *worker, const PmWalkFile *file, PmSighting *sighting, const PmStamp *stamp)
{
  PmSeen seen = {
      .root = file->root,
      .file = pm_keeper_text (&worker->keeper, file->path),
      .stamp = *stamp,
  };
  seen.said = pm_keeper_keep (&worker->keeper, sighting, &seen.packed);
  return seen;
}

static PmStampsKind
parse (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, const char *bytes,
       gsize length, const PmStamp *stamp)
{
  g_autofree char *project = first_component (file->path);
  g_auto (PmNaming) naming = {0};
  pm_naming_init (&naming, pm_recognise_local_path (file->path, project));
  if (!pm_recognise_may_find_as (&naming, survey->options->rules, file->path, project, bytes,
                                 length,
                                 has_variables (file, bytes, length) && has_environment (file)))
    return PM_STAMPS_QUIET;
  g_atomic_int_inc (&survey->documents);
  g_autofree char *reason = NULL;
  g_autoptr (PmSighting) sighting =
      recognise (survey, worker, file, &naming, project, bytes, length, NULL, &reason);
  PmStampsKind kind = PM_STAMPS_QUIET;
  /* Files that say nothing are not worth a row: they would be most of them. */
  if (pm_sighting_says_something (sighting)) {
    PmSeen seen = see (worker, file, sighting, stamp);
    seen.is_unsure = reason != NULL;
    g_array_append_val (worker->seen, seen);
    kind = PM_STAMPS_DOCUMENT;
  }
  if (reason != NULL) {
    g_atomic_int_set (&survey->is_partial, 1);
    pm_survey_add_unread (survey, file->root, file->path, reason);
    kind = PM_STAMPS_FAILED;
  }
  if (pm_arena_size_bytes (worker->scratch) > MOST_SCRATCH_BYTES) {
    pm_arena_free (worker->scratch);
    worker->scratch = pm_arena_new ();
  }
  return kind;
}

static void
fail_to_read (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
              const PmStampsEntry *known, const GError *error)
{
  guint64 detail = pm_stamps_mix_text (1, error->message) & ~G_GUINT64_CONSTANT (3);
  if (is_loss (error)) {
    pm_survey_add_unread (survey, file->root, file->path, error->message);
    learn_path (survey, worker, file);
    if (pm_projects_is_manifest (file->path))
      miss_manifest (survey, file);
  } else if (!g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED)) {
    pm_survey_add_problem (survey, file->root, file->path, error->message);
  }
  if (known == NULL || known->kind != PM_STAMPS_FAILED || known->detail != detail)
    g_atomic_int_set (&survey->is_changed, 1);
  remember (worker, file->root, key, PM_STAMPS_FAILED, detail);
  if (!g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_TOO_LARGE)) /* its stamp says so */
    g_atomic_int_set (&survey->is_partial, 1);
}

static gboolean
read_whole (PmSurveyWorker *worker, const PmWalkFile *file, const char **ret_bytes,
            gsize *ret_length, PmStamp *ret_stamp, GError **error)
{
  return file->may_wait ? pm_reader_read (worker->reader, file->directory_fd, file->name, ret_bytes,
                                          ret_length, ret_stamp, error)
                        : pm_reader_read_present (worker->reader, file->directory_fd, file->name,
                                                  ret_bytes, ret_length, ret_stamp, error);
}

/* FALSE: its bytes are not in memory yet; nothing was done. */
static gboolean
read_file (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
           const PmStampsEntry *known)
{
  const char *bytes;
  gsize length;
  PmStamp stamp;
  g_autoptr (GError) error = NULL;
  /* Looked at before the files are read: a change in between is one that the next survey sees. */
  gboolean settled = TRUE;
  guint64 around = file->interest == PM_INTEREST_CONFIGURATION && survey->options->recall != NULL
                       ? surroundings (survey, file, &settled)
                       : 0;
  if (!read_whole (worker, file, &bytes, &length, &stamp, &error)) {
    if (g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_NOT_PRESENT))
      return FALSE;
    fail_to_read (survey, worker, file, key, known, error);
    return TRUE;
  }
  g_atomic_int_set (&survey->is_changed, 1);
  learn_path (survey, worker, file);
  if (pm_projects_is_manifest (file->path))
    pm_survey_learn_manifest (survey, file->root, file->path, bytes, length);
  PmStampsKind kind = parse (survey, worker, file, bytes, length, &stamp);
  gboolean depends = around != 0 && has_variables (file, bytes, length);
  if (survey->options->recall == NULL)
    return TRUE;
  if (kind != PM_STAMPS_FAILED && (!is_settled (survey, &stamp) || (depends && !settled)))
    kind = PM_STAMPS_FRESH;
  remember (worker, file->root, key_of (survey, file, &stamp), kind, depends ? around : 0);
  return TRUE;
}

static gboolean
read_in_turn (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
              const PmStampsEntry *known)
{
  if (file->stamp.size_bytes <= LARGE_FILE_BYTES)
    return read_file (survey, worker, file, key, known);
  pm_large_work_begin ();
  gboolean is_read = read_file (survey, worker, file, key, known);
  pm_reader_give_back (worker->reader);
  pm_large_work_end ();
  return is_read;
}

/* NULL: it cannot be read. */
static PmSighting *
read_again (PmSurvey *survey, guint root, const char *path, const PmInclusion *inclusion,
            PmStamp *ret_stamp)
{
  PmSurveyWorker *worker = &survey->workers[0];
  const char *slash = strrchr (path, '/'), *bytes;
  g_autofree char *directory = slash == NULL ? g_strdup (".") : g_strndup (path, slash - path);
  PmWalkFile file = {
      .root = root,
      .path = path,
      .directory_fd = open_directory (survey, root, directory),
      .name = slash == NULL ? path : slash + 1,
      .beside = G_MAXUINT,
      .interest = pm_survey_kind (survey->options->rules, path) == PM_FILE_CONFIG
                      ? PM_INTEREST_CONFIGURATION
                      : PM_INTEREST_CONTENT,
  };
  gsize length;
  g_autofree char *reason = NULL, *project = first_component (path);
  PmSighting *sighting = NULL;
  if (file.directory_fd < 0)
    return NULL;
  if (pm_reader_read (worker->reader, file.directory_fd, file.name, &bytes, &length, ret_stamp,
                      NULL)) {
    g_auto (PmNaming) naming = {0};
    pm_naming_init (&naming, pm_recognise_local_path (path, project));
    naming.directory = inclusion == NULL ? NULL : inclusion->directory;
    naming.variant = inclusion == NULL ? NULL : inclusion->variant;
    sighting = recognise (survey, worker, &file, &naming, project, bytes, length,
                          inclusion == NULL ? NULL : inclusion->values, &reason);
  }
  close (file.directory_fd);
  return sighting;
}

/* Only what is broken, or (`is_broken` FALSE) only what is not. */
static gboolean
see_again (PmSurvey *survey, guint root, const char *path, const PmInclusion *inclusion,
           gboolean is_broken, PmSeen *ret_seen)
{
  PmWalkFile file = {.root = root, .path = path};
  g_autoptr (PmSighting) sighting = read_again (survey, root, path, inclusion, &file.stamp);
  if (sighting == NULL || (sighting->problems->len > 0) != is_broken)
    return FALSE;
  *ret_seen = see (&survey->workers[0], &file, sighting, &file.stamp);
  return TRUE;
}

/* The walk passes by what is ignored since, however broken it is. */
static gboolean
is_met (const PmSurvey *survey, const PmSeen *seen)
{
  const PmRecall *recall = survey->options->recall;
  PmWalkFile file = {.root = seen->root, .path = seen->file};
  return recall == NULL || recall->learned == NULL ||
         pm_stamps_was_added (recall->learned[seen->root], key_of (survey, &file, &seen->stamp));
}

gboolean
pm_survey_look_again (PmSurvey *survey, guint root, const char *path, PmSeen *ret_seen)
{
  if (!see_again (survey, root, path, NULL, TRUE, ret_seen))
    return FALSE;
  return is_met (survey, ret_seen);
}

gboolean
pm_survey_read_as (PmSurvey *survey, guint root, const char *path, const PmInclusion *inclusion,
                   PmSeen *ret_seen)
{
  return see_again (survey, root, path, inclusion, FALSE, ret_seen);
}

/* A manifest above what is surveyed: it only tells projects. */
static void
read_above (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file)
{
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  learn_path (survey, worker, file);
  if (pm_reader_read (worker->reader, file->directory_fd, file->name, &bytes, &length, NULL,
                      &error))
    pm_survey_learn_manifest (survey, file->root, file->path, bytes, length);
  else if (is_loss (error))
    miss_manifest (survey, file);
}

/* TRUE: it is as the earlier survey left it, and remembered again. */
static gboolean
is_remembered (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
               gboolean *ret_known, PmStampsEntry *ret_entry)
{
  *ret_known =
      survey->known != NULL && pm_stamps_look_up (survey->known[file->root], key, ret_entry);
  if (!*ret_known || !is_as_before (survey, file, ret_entry))
    return FALSE;
  remember (worker, file->root, key, ret_entry->kind, ret_entry->detail);
  keep_unopened (survey, worker, file, ret_entry->kind);
  return TRUE;
}

gboolean
pm_survey_recall (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file)
{
  PmStampsEntry known;
  gboolean is_known;
  return is_remembered (survey, worker, file, key_of (survey, file, &file->stamp), &is_known,
                        &known);
}

gboolean
pm_survey_file (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file)
{
  if (survey->only != NULL && !pm_places_has (survey->only, file->path)) {
    read_above (survey, worker, file);
    return TRUE;
  }
  PmStampsKey key = survey->options->recall == NULL ? 0 : key_of (survey, file, &file->stamp);
  PmStampsEntry known;
  gboolean is_known;
  return is_remembered (survey, worker, file, key, &is_known, &known) ||
         read_in_turn (survey, worker, file, key, is_known ? &known : NULL);
}
