#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was answered last, for as long as a registry's server cannot be reached: the last answer to
 * each question of path and query, whatever has been written since. For the main loop alone. */

typedef struct PmLastAnswers PmLastAnswers;

typedef struct {
  GBytes *body;
  const char *type;
  gint64 made_us; /* Unix time */
} PmLastAnswer;

PmLastAnswers *pm_last_answers_new (void);
void pm_last_answers_free (PmLastAnswers *answers);

/* `type` is static, the body referred to. Where they become too large together, the oldest go. */
void pm_last_answers_keep (PmLastAnswers *answers, const char *key, const char *type, GBytes *body);

/* NULL: nobody has asked that, or it is too long ago. */
const PmLastAnswer *pm_last_answers_find (PmLastAnswers *answers, const char *key);

G_END_DECLS
