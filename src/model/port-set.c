#include "model/port-set.h"

void
pm_port_set_add_range (PmPortSet *set, guint16 first, guint16 last)
{
  for (guint word = first >> 6; first <= last && word <= (guint) last >> 6; word++) {
    guint64 bits = G_MAXUINT64;
    if (word == first >> 6)
      bits &= G_MAXUINT64 << (first & 63);
    if (word == last >> 6)
      bits &= G_MAXUINT64 >> (63 - (last & 63));
    set->bits[word] |= bits;
  }
}

guint16
pm_port_set_next (const PmPortSet *set, guint16 port)
{
  guint from = (guint) port + 1, word = from >> 6;
  if (word >= G_N_ELEMENTS (set->bits))
    return 0;
  guint64 bits = set->bits[word] & G_MAXUINT64 << (from & 63);
  while (bits == 0 && ++word < G_N_ELEMENTS (set->bits))
    bits = set->bits[word];
  return bits == 0 ? 0 : (guint16) (word * 64 + (guint) __builtin_ctzll (bits));
}

guint16
pm_port_set_previous (const PmPortSet *set, guint16 port)
{
  guint word = port >> 6;
  guint64 bits = set->bits[word] & (((guint64) 1 << (port & 63)) - 1);
  while (bits == 0 && word-- > 0)
    bits = set->bits[word];
  return bits == 0 ? 0 : (guint16) (word * 64 + 63 - (guint) __builtin_clzll (bits));
}
