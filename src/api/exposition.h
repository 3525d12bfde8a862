#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prometheus' text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). A metric is begun once, and then
 * has all of its samples. */

#define PM_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* `kind` is "gauge", "counter" or "histogram". */
void pm_exposition_begin (GString *out, const char *name, const char *kind, const char *help);

/* `suffix` stands behind the name ("_bucket"); labels are pairs of name and value, ended by NULL.
 */
void pm_exposition_sample (GString *out, const char *name, const char *suffix, double value,
                           ...) G_GNUC_NULL_TERMINATED;

/* A metric that has one sample, without labels. */
void pm_exposition_single (GString *out, const char *name, const char *kind, const char *help,
                           double value);

G_END_DECLS
