#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Addresses that stand outside of everything that a rule set has read: in comments, in keys, in
 * text without a syntax. Private to recognise.c. */

typedef struct {
  const char *bytes;
  gsize length;
  const PmDocument *document; /* NULL: no rule set reads it */
  const guint8 *was_read;     /* for each node of the document; NULL with it */
  PmTextClass text_class;     /* of the file; in configuration comments are told from settings */
  guint most_findings;        /* of the whole sighting */
  PmArena *arena;             /* owns the text of what is found */
} PmStrayPlace;

/* Appends to the sighting's findings, in the order of the file. */
void pm_stray_addresses (const PmStrayPlace *place, PmSighting *sighting);

/* FALSE: no address stands in this text, in whatever disguise. */
gboolean pm_stray_addresses_may_be_in (const char *text, gsize length);

G_END_DECLS
