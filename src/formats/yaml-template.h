#pragma once

#include "model/document.h"

G_BEGIN_DECLS

/* Inside the YAML format: text that a template engine makes YAML of (Go templates as in Helm,
 * Jinja as in Ansible), before it does. */

/* Stands for a byte that the template's output will not have: blank, and without width. */
#define PM_YAML_NO_WIDTH '\v'

/* A copy of the text in which template actions are filled in without moving a byte, or NULL when it
 * has none: an action on lines of its own becomes blank, one inside a line a bare word. The spans
 * of all actions are appended to `actions`. */
char *pm_yaml_mask_templates (const char *bytes, guint32 length, GArray *actions);

/* The literal that an action falls back on (`default 8080`, `default('x')`), with the quoting it
 * has inside the action, and the name of what it stands in for (owned by the caller). */
gboolean pm_yaml_template_fallback (const char *bytes, PmSpan action, PmSpan *ret_literal,
                                    PmQuoting *ret_quoting, char **ret_variable);

G_END_DECLS
