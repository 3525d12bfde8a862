#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Many globs held against a path at once: each belongs to an owner, a number below
 * PM_GLOB_SET_MOST_OWNERS. */

#define PM_GLOB_SET_MOST_OWNERS 256

/* Owners as a set. */
typedef struct {
  guint64 words[PM_GLOB_SET_MOST_OWNERS / 64];
} PmGlobOwners;

static inline gboolean
pm_glob_owners_have (const PmGlobOwners *owners, guint owner)
{
  return (owners->words[owner / 64] >> owner % 64 & 1) != 0;
}

static inline void
pm_glob_owners_add (PmGlobOwners *owners, guint owner)
{
  owners->words[owner / 64] |= G_GUINT64_CONSTANT (1) << owner % 64;
}

typedef struct PmGlobSet PmGlobSet;

PmGlobSet *pm_glob_set_new (void);
void pm_glob_set_free (PmGlobSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmGlobSet, pm_glob_set_free)

/* The glob is borrowed. */
void pm_glob_set_add (PmGlobSet *set, const char *glob, guint owner);

/* Adds each owner that has a glob which pm_glob_match_path matches; FALSE: there is none. */
gboolean pm_glob_set_match (const PmGlobSet *set, const char *path, PmGlobOwners *owners);

G_END_DECLS
