#pragma once

#include "base/json-writer.h"
#include "cli/command.h"

G_BEGIN_DECLS

/* Who had a port, and who has it: services that were declared on it, and leases. For `history
 * --port` and `port who --history`. */

typedef struct {
  PmArena *arena;
  GArray *entries; /* PmHistoryEntry, newest first */
  GArray *leases;  /* PmLease, newest first, held ones too */
} PmPortPast;

/* At most query->limit of each (0: 100). Leases are only read of a certain port. */
gboolean pm_port_past_read (PmCli *cli, const PmHistoryQuery *query, PmPortPast *ret_past,
                            GError **error);
void pm_port_past_clear (PmPortPast *past);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPortPast, pm_port_past_clear)

/* Both lists as one table, newest first. */
void pm_port_past_print (const PmCli *cli, const PmPortPast *past);

/* "history":[…] and, where it is asked of a port, "leases":[…] */
void pm_port_past_write_json_members (PmJsonWriter *json, const PmPortPast *past,
                                      gboolean of_a_port);

G_END_DECLS
