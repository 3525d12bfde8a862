/* DESIGN
 * Who a file without a name of its own belongs to is asked once for all findings of it, since these
 * are neighbours; and so that a name is kept once, however many of them have it. */

#include "discovery/owners.h"

#include <string.h>

#include "discovery/cloud-listeners.h"
#include "discovery/elsewhere.h"
#include "discovery/env-files.h"
#include "discovery/mounted.h"
#include "model/extended.h"

typedef struct {
  PmSnapshot *snapshot;
  PmUnits *units;
  PmStacks *stacks;
  PmMounted *mounts;
  PmEnvFiles *env_files;
  PmExtended *extended;
  const char *mounted_root, *mounted_file; /* of the last one asked for; NULL: none yet */
  const PmFileLink *mount;
  gboolean is_elsewhere; /* the same file */
} Naming;

typedef struct {
  const char *service;
  const char *owner;
} Names;

/* Neighbours are mostly of one file. */
static const PmFileLink *
mount_of (Naming *a, const char *root, const char *file, const char *format)
{
  if (a->mounted_root == NULL || strcmp (a->mounted_file, file) != 0 ||
      strcmp (a->mounted_root, root) != 0) {
    a->mounted_root = root;
    a->mounted_file = file;
    a->mount = pm_mounted_of (a->mounts, root, file, format);
    a->is_elsewhere = pm_elsewhere (file);
  }
  return a->mount;
}

/* `own_name` is what the document says; "" nothing. */
static Names
names_of (Naming *a, const char *root, const char *project, const char *file, const char *format,
          const char *own_name)
{
  if (own_name[0] != '\0' && strcmp (format, "compose") == 0)
    return (Names){own_name, pm_stacks_name (a->stacks, root, file, own_name)};
  const PmFileLink *mount = own_name[0] == '\0' ? mount_of (a, root, file, format) : NULL;
  if (mount != NULL && mount->service[0] == '\0') {
    const PmUnit *image = pm_units_of (a->units, root, mount->project, mount->file);
    return (Names){image->name, image->owner};
  }
  if (mount != NULL)
    return (Names){mount->service, pm_stacks_name (a->stacks, root, mount->file, mount->service)};
  const PmUnit *unit = own_name[0] == '\0' ? pm_units_of (a->units, root, project, file)
                                           : pm_units_by_manifest (a->units, root, file, own_name);
  return unit == NULL ? (Names){own_name, own_name} : (Names){unit->name, unit->owner};
}

void
pm_owners_of_compose (PmSnapshot *snapshot, PmStacks *stacks)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    fact->owner = strcmp (fact->format, "compose") == 0
                      ? pm_stacks_name (stacks, fact->root, fact->file, fact->name)
                      : fact->name;
  }
}

/* The first service that extends one which never runs by itself; NULL: it is no such one. */
static const PmServiceFact *
taker_of (const Naming *a, const PmFinding *f)
{
  if (!pm_extended_never_runs (a->extended, f))
    return NULL;
  g_autoptr (GPtrArray) takers = pm_extended_by (a->extended, f);
  return takers != NULL && takers->len > 0 ? takers->pdata[0] : NULL;
}

/* Like names_of; of a port in a dotenv file the container that is given the file counts, of what
 * is only there to be extended the service that does. */
static Names
names_of_finding (Naming *a, const PmFinding *f, const PmFileLink *env_file)
{
  const PmServiceFact *taker = env_file == NULL ? taker_of (a, f) : NULL;
  if (taker != NULL)
    return (Names){taker->name, pm_stacks_name (a->stacks, f->root, taker->file, taker->name)};
  if (env_file == NULL)
    return names_of (a, f->root, f->project, f->file, f->format, f->own_name);
  return (Names){env_file->service,
                 pm_stacks_name (a->stacks, f->root, env_file->file, env_file->service)};
}

/* Names of units die with them; of neighbours they are mostly the same one, which is copied once.
 */
typedef struct {
  PmArena *arena;
  const char *copy; /* the last one; NULL: none yet */
} Copier;

static const char *
copy_name (Copier *copier, const char *name)
{
  if (copier->copy == NULL || strcmp (copier->copy, name) != 0)
    copier->copy = pm_arena_strdup (copier->arena, name);
  return copier->copy;
}

/* Said anew each time: the file that mounts it may have changed. */
static void
settle_scope (Naming *a, PmFinding *f, const PmFileLink *env_file)
{
  if (f->kind == PM_KIND_PORT && f->role == PM_ROLE_LISTEN && strcmp (f->format, "env") == 0)
    f->scope = env_file != NULL ? PM_SCOPE_CONTAINER : PM_SCOPE_HOST;
  if (f->kind != PM_KIND_PORT || f->role != PM_ROLE_LISTEN || !pm_mounted_concerns (f->format) ||
      strcmp (f->rule, PM_CLOUD_LISTENER_RULE) == 0)
    return;
  gboolean is_inside = mount_of (a, f->root, f->file, f->format) != NULL;
  PmScope outside = a->is_elsewhere ? PM_SCOPE_CLUSTER : PM_SCOPE_HOST;
  f->scope = is_inside ? PM_SCOPE_CONTAINER : outside;
}

static void
name_all (Naming *a)
{
  Copier services = {.arena = a->snapshot->arena}, owners = {.arena = a->snapshot->arena};
  for (guint i = 0; i < a->snapshot->findings->len; i++) {
    PmFinding *f = &g_array_index (a->snapshot->findings, PmFinding, i);
    const PmFileLink *env_file = pm_env_files_of (a->env_files, f);
    Names names = names_of_finding (a, f, env_file);
    f->service = names.service == f->own_name ? f->own_name : copy_name (&services, names.service);
    f->owner = names.owner == names.service ? f->service : copy_name (&owners, names.owner);
    settle_scope (a, f, env_file);
  }
  for (guint i = 0; i < a->snapshot->facts->len; i++) {
    PmServiceFact *fact = &g_array_index (a->snapshot->facts, PmServiceFact, i);
    fact->owner = copy_name (
        &owners,
        names_of (a, fact->root, fact->project, fact->file, fact->format, fact->name).owner);
  }
}

void
pm_owners_tell (PmSnapshot *snapshot, PmUnits *units, PmStacks *stacks)
{
  g_autoptr (PmMounted) mounts = pm_mounted_new (snapshot);
  g_autoptr (PmEnvFiles) env_files = pm_env_files_new (snapshot);
  g_autoptr (PmExtended) extended = pm_extended_new (snapshot);
  Naming naming = {.snapshot = snapshot,
                   .units = units,
                   .stacks = stacks,
                   .mounts = mounts,
                   .env_files = env_files,
                   .extended = extended};
  name_all (&naming);
}
