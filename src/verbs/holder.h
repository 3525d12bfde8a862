#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One daemon per state directory. The lock is flock(2) on `serve.lock` in it, so it goes when its
 * process goes, however that ends; what the file says is for people only. */

#define PM_HOLDER_ERROR (pm_holder_error_quark ())
GQuark pm_holder_error_quark (void);
typedef enum {
  PM_HOLDER_ERROR_HELD, /* the message says by whom */
  PM_HOLDER_ERROR_IO,
} PmHolderError;

typedef struct PmHolder PmHolder;

/* The state directory is made where it is missing. */
PmHolder *pm_holder_take (const char *state_dir, GError **error);
void pm_holder_free (PmHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHolder, pm_holder_free)

/* "process 4711", when a daemon runs on this state directory; NULL: none does. */
char *pm_holder_name (const char *state_dir);

/* FALSE, and says so, when a daemon runs: `what` ("rebuild") needs it to be stopped first. */
gboolean pm_holder_is_absent (const char *state_dir, const char *what, GError **error);

G_END_DECLS
