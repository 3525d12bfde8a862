#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* A thread that does for another one what waits for the disk: moving what that committed to its
 * last place in the registry's file (pm_registry_leave_tidying), every five seconds in which
 * it is told that there was something, and now and then for those who do not tell. */

typedef struct PmTidyThread PmTidyThread;

PmTidyThread *pm_tidy_thread_new (const char *state_dir, PmConfig *config);
void pm_tidy_thread_free (PmTidyThread *thread);

/* From any thread. */
void pm_tidy_thread_tell (PmTidyThread *thread);

G_END_DECLS
