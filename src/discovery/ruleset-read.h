#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* For those that read parts of scalars: ruleset.c, read-named.c, and rule sets with a notation of
 * their own inside of values. */

/* Marks a scalar as read. FALSE: there is nothing to be found in it (or it is none). */
gboolean pm_recognition_begin (PmRecognition *recognition, PmNodeId scalar);

/* pm_recognition_read from byte `from` of the scalar's expanded text on. */
gint pm_recognition_read_from (PmRecognition *recognition, PmNodeId scalar, gsize from,
                               const PmRule *rule, const char *service);

/* The same up to byte `to`. */
gint pm_recognition_read_part (PmRecognition *recognition, PmNodeId scalar, gsize from, gsize to,
                               const PmRule *rule, const char *service);

G_END_DECLS
