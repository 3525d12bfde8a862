#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Can these bytes hold a port or an address at all? One pass at memory speed, so that parsers see
 * only files that are worth their time.
 *
 * Each bit has one exact meaning, the same in every variant (AVX2, SSSE3, NEON, plain C; the best
 * that this processor has is chosen). There are false alarms by design; a clear bit is certain. */

typedef enum {
  PM_PREFILTER_IPV4 = 1 << 0,   /* four numbers up to 255 joined by all dots or all dashes, no
                                   digit before or behind (dashes: 1-2-3-4.sslip.io); with dots no
                                   leading zeros, and no four of five numbers that no name follows */
  PM_PREFILTER_IPV6 = 1 << 1,   /* `::` in a run of hex digits, colons and dots that no letter,
                                   digit or _ touches, with a hex digit or inside [] */
  PM_PREFILTER_COLON = 1 << 2,  /* `:` before a digit */
  PM_PREFILTER_PORT = 1 << 3,   /* "port", any case; not as part of import, export, support, report,
                                   transport, viewport, passport, portal, portable, portfolio */
  PM_PREFILTER_HOST = 1 << 4,   /* "host", any case; so of those below */
  PM_PREFILTER_ADDR = 1 << 5,   /* "addr" */
  PM_PREFILTER_URL = 1 << 6,    /* "url" */
  PM_PREFILTER_LISTEN = 1 << 7, /* "listen" */
  PM_PREFILTER_BIND = 1 << 8,   /* "bind" */
  PM_PREFILTER_IP = 1 << 9,     /* "ip" or "ips" as a word, also in externalIP and HOST_IP */

  /* What somebody may believe: two digits or more, since a port of one is hardly ever one. */
  PM_PREFILTER_ENDPOINT = 1 << 10, /* `:` before a number of two to five digits, alone behind it;
                                      no time of day (12:30) and no key of JSON ("width":10) */
  PM_PREFILTER_NUMBERED = 1 << 11, /* "port" as above, "listen" or "bind", with a number of two
                                      digits or more at most 64 bytes before or 160 behind */

  PM_PREFILTER_ALL = (1 << 12) - 1,
  PM_PREFILTER_FIRST = 1 << 12, /* beside what is wanted: one of them is enough */

  /* Beside what is wanted: the bytes are program text, of which less is believed. ENDPOINT: no
   * fraction (`:10.5`), and no end of a shell's `${x:0:12}`. NUMBERED: the number is one from 1 to
   * 65535 by itself; it stands behind "listen" and "bind", which count neither in EventListener,
   * Listener( and tabIndex nor where an object is bound (`bind(this`). */
  PM_PREFILTER_PROGRAM = 1 << 13,
  PM_PREFILTER_SLASHES = 1 << 14, /* so, and not in lines that begin with `//`, a slash and a star,
                                     or a star and a blank */
  PM_PREFILTER_HASHES = 1 << 15,  /* so, and not in lines that begin with `#` */
} PmPrefilterBits;

/* Which of the bits that are `wanted` hold; stops as soon as all of them do. */
guint pm_prefilter (const char *bytes, gsize length, guint wanted);

/* The variants by name, for tests and measurements. NULL-terminated; those that this processor
 * cannot run are left out, plain C is always there. */
typedef struct {
  const char *name;
  guint (*filter) (const char *bytes, gsize length, guint wanted);
} PmPrefilterVariant;

const PmPrefilterVariant *pm_prefilter_variants (void);

G_END_DECLS
