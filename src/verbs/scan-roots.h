#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Private to verbs/: which folders a scan is of.
 *
 * One project on disk, by its real path, is one project: a root inside another one, and a folder
 * that is linked into several, belong to one of them. What belongs to a root that is not scanned
 * this time is `elsewhere`. A root that takes something from another one, or gives it something,
 * brings that one along the first time it is named. */

#define PM_SCAN_ERROR (pm_scan_error_quark ())
GQuark pm_scan_error_quark (void);
typedef enum {
  PM_SCAN_ERROR_NO_ROOT, /* none named and none remembered */
  PM_SCAN_ERROR_ROOT,    /* a root that cannot be opened */
} PmScanError;

typedef struct {
  GPtrArray *scanned;   /* of char *, NULL-terminated: absolute, without links and dots */
  GPtrArray *elsewhere; /* the same */
  guint n_inside;       /* of those elsewhere, roots that lie in one that is scanned */
  gboolean are_named;   /* by a person: each of them is there */
  gboolean are_all;     /* that are remembered */
} PmScanRoots;

/* The roots named (any paths; NULL or none: those remembered, and those of the configuration). They
 * are not remembered yet. */
gboolean pm_scan_roots_init (PmScanRoots *roots, PmContext *context, char **named, GError **error);
void pm_scan_roots_clear (PmScanRoots *roots);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmScanRoots, pm_scan_roots_clear)

gboolean pm_scan_roots_remember (const PmScanRoots *roots, PmContext *context, GError **error);

gboolean pm_scan_roots_has (const PmScanRoots *roots, const char *root);

G_END_DECLS
