#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Configuration files inside of values: an entry of a ConfigMap, compose's `content`, a block of a
 * values file, a heredoc of a script. They are read as a file of their syntax would be, in the
 * scope of the value that they stand in. */

/* Reads a scalar of several lines, which is called `name` ("nginx.conf", or whatever; "" nothing),
 * as the document that its name or its lines say it is: `rule` gives id, role, scope and confidence
 * where only keys tell. FALSE: it is none; nothing was read. */
gboolean pm_embedded_read (PmRecognition *recognition, PmNodeId scalar, const char *name,
                           const PmRule *rule, const char *service);

/* The syntax of a text: the name of a format, or NULL. What its name says counts more than its
 * lines, of which each must fit. */
const char *pm_embedded_syntax (const char *name, const char *text, gsize length);

G_END_DECLS
