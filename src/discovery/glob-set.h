#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Many globs held against a path at once: each belongs to an owner, a number below 64. */

#define PM_GLOB_SET_MOST_OWNERS 64

typedef struct PmGlobSet PmGlobSet;

PmGlobSet *pm_glob_set_new (void);
void pm_glob_set_free (PmGlobSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmGlobSet, pm_glob_set_free)

/* The glob is borrowed. */
void pm_glob_set_add (PmGlobSet *set, const char *glob, guint owner);

/* One bit for each owner that has a glob which pm_glob_match_path matches. */
guint64 pm_glob_set_match (const PmGlobSet *set, const char *path);

G_END_DECLS
