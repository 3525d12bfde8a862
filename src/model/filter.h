#pragma once

#include "model/service.h"

G_BEGIN_DECLS

/* Filters of services, the same in the CLI, the API's ?q and the dashboard:
 *
 *   project:shop  name:api  port:3000  port:3000-3999  ip:203.0.113.10  protocol:http  type:web
 *   tag:dev  host:box1  variant:prod  is:active  is:inactive  is:conflict  is:pinned
 *   is:up  is:down  is:unknown  word
 *
 * Terms are separated by blanks and all of them must hold; `-` in front turns one round. Texts
 * match anywhere, without regard to case; a bare word is looked for in project, name, tags and
 * type. */

#define PM_FILTER_ERROR (pm_filter_error_quark ())
GQuark pm_filter_error_quark (void);
typedef enum { PM_FILTER_ERROR_SYNTAX } PmFilterError;

typedef struct PmFilter PmFilter;

/* The message names the term and the nearest right spelling. */
PmFilter *pm_filter_parse (const char *text, GError **error);
void pm_filter_free (PmFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmFilter, pm_filter_free)

gboolean pm_filter_matches (const PmFilter *filter, const PmService *service);

/* One service that many filters are asked about: each of its texts is folded once. */
#define PM_FILTER_N_TEXTS 10
typedef struct {
  const PmService *service; /* borrowed */
  char *folded[PM_FILTER_N_TEXTS];
} PmFilterSubject;

void pm_filter_subject_clear (PmFilterSubject *subject);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmFilterSubject, pm_filter_subject_clear)

gboolean pm_filter_matches_subject (const PmFilter *filter, PmFilterSubject *subject);

/* Whether it asks for a service's address, which what refers to it may tell. */
gboolean pm_filter_asks_address (const PmFilter *filter);

/* TRUE: it matches services with this port alone. */
gboolean pm_filter_only_port (const PmFilter *filter, guint16 *ret_port);

/* What may stand before a colon, and behind "is:"; NULL-terminated. */
const char *const *pm_filter_keys (void);
const char *const *pm_filter_states (void);

G_END_DECLS
