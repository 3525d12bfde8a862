#pragma once

#include "verbs/check.h"

G_BEGIN_DECLS

/* One file for each check; each appends what it finds (of PmCheckResult) and knows of no other.
 * Private to check*.c. */

void pm_check_addresses (const PmSnapshot *snapshot, const PmCheckKnown *known, GArray *results);
void pm_check_consistency (const PmSnapshot *snapshot, GArray *results);
void pm_check_references (const PmSnapshot *snapshot, const PmPortSet *elsewhere, GArray *results);
void pm_check_meanings (const PmSnapshot *snapshot, GArray *results);
void pm_check_problems (const PmSnapshot *snapshot, GArray *results);

static inline const PmFinding *
pm_check_finding (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->findings, PmFinding, index);
}

/* Adds a result about a finding; takes message and remedy over. */
void pm_check_add (GArray *results, PmSeverity severity, const char *rule, const PmFinding *finding,
                   char *message, char *remedy);

G_END_DECLS
