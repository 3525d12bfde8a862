#pragma once

#include "walk/prefilter.h"

G_BEGIN_DECLS

/* For the variants of the prefilter only: what they share.
 *
 * A position is a candidate of a bucket when its first three bytes are in the bucket's three sets
 * of bytes. The sets are nibble tables, as in the "Teddy" algorithm of Hyperscan: a byte is in the
 * set of bucket b at place p when bit b is set in both low[p][byte & 15] and high[p][byte >> 4]. So
 * one shuffle a nibble tests sixteen or thirty-two positions for eight buckets at once, and one
 * table look-up does it for one position in plain C. */

enum {
  PM_BUCKET_PORT = 1 << 0,   /* por */
  PM_BUCKET_HOST = 1 << 1,   /* hos */
  PM_BUCKET_ADDR = 1 << 2,   /* add */
  PM_BUCKET_URL = 1 << 3,    /* url */
  PM_BUCKET_VERB = 1 << 4,   /* lis, bin (and lin, bis) */
  PM_BUCKET_IP = 1 << 5,     /* ip? */
  PM_BUCKET_COLON = 1 << 6,  /* :digit, :: */
  PM_BUCKET_DIGITS = 1 << 7, /* digit, dot or dash, digit */
};

extern const guint8 pm_prefilter_low[3][16];
extern const guint8 pm_prefilter_high[3][16];

typedef struct {
  const char *bytes;
  gsize length;
  guint wanted; /* PmPrefilterBits not yet found */
  guint found;
  gboolean is_first_enough;
  gboolean is_program;
  guint comments; /* of SLASHES and HASHES */
  gboolean knows_number;
  gsize number;   /* the first one from where it was asked for last */
  guint8 buckets; /* those that can still give a wanted bit */
} PmPrefilterState;

void pm_prefilter_begin (PmPrefilterState *state, const char *bytes, gsize length, guint wanted);

/* Looks closely at a candidate of these buckets; updates the state. */
void pm_prefilter_confirm (PmPrefilterState *state, gsize at, guint8 buckets);

/* The rest of the bytes, from `at` on, in plain C. */
guint pm_prefilter_finish (PmPrefilterState *state, gsize at);

G_END_DECLS
