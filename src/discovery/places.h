#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Some places below a root: files, and folders with all that is below them. Paths are relative to
 * the root, without a slash at their end; "" is the root itself. */

typedef struct PmPlaces PmPlaces;

PmPlaces *pm_places_new (const char *const *paths); /* NULL-terminated; copied */
void pm_places_free (PmPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPlaces, pm_places_free)

/* Is it one of them, or below one? */
gboolean pm_places_has (const PmPlaces *places, const char *path);

/* Has it, or is a folder above one. */
gboolean pm_places_leads_to (const PmPlaces *places, const char *folder);

G_END_DECLS
