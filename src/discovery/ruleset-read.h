#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Shared by ruleset.c and read-named.c only. */

/* pm_recognition_read from byte `from` of the scalar's expanded text on. */
gint pm_recognition_read_from (PmRecognition *recognition, PmNodeId scalar, gsize from,
                               const PmRule *rule, const char *service);

G_END_DECLS
