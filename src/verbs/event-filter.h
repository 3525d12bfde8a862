#pragma once

#include "model/event.h"

G_BEGIN_DECLS

/* Which events a reader of the log wants to see. */

typedef struct PmEventFilter PmEventFilter;

/* `types`: names or globs, separated by commas ("service.*,conflict.opened"); `project`: an id, of
 * the thing that the event is about, or of a claimant of a conflict. NULL or "": any. Never fails:
 * there is nothing that could be wrong. */
PmEventFilter *pm_event_filter_new (const char *types, const char *project);
void pm_event_filter_free (PmEventFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEventFilter, pm_event_filter_free)

/* Whether it asks for a project at all. */
gboolean pm_event_filter_has_project (const PmEventFilter *filter);

/* `projects` are those of pm_event_projects; NULL where no project is asked for. */
gboolean pm_event_filter_matches (const PmEventFilter *filter, const char *event,
                                  const char *const *projects);

/* The ids of the projects that an event is about, by its data; a new vector, maybe empty. */
char **pm_event_projects (const char *data);

G_END_DECLS
