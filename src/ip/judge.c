/* DESIGN
 * A place is one slot of one source: what is known there, what was heard last, and a candidate that
 * waits to be believed. There are few places, so a plain list serves. */

#include "ip/judge.h"

#include "ip/external.h"

typedef struct {
  char *source, *slot;
  char *known;    /* NULL: nothing yet */
  char *previous; /* what was known before; NULL: nothing */
  char *last;     /* of the last answer; NULL: it was not in it */
  char *candidate;
  gint64 since_us;
  char *refused; /* told already */
  gboolean is_in_answer;
} Place;

struct PmIpJudge {
  gint64 hold_down_us;
  const char *const *allowed;
  GPtrArray *places;
};

static void
place_free (gpointer data)
{
  Place *place = data;
  g_free (place->source);
  g_free (place->slot);
  g_free (place->known);
  g_free (place->previous);
  g_free (place->last);
  g_free (place->candidate);
  g_free (place->refused);
  g_free (place);
}

PmIpJudge *
pm_ip_judge_new (gint64 hold_down_us, const char *const *allowed)
{
  PmIpJudge *judge = g_new0 (PmIpJudge, 1);
  *judge = (PmIpJudge){hold_down_us, allowed, g_ptr_array_new_with_free_func (place_free)};
  return judge;
}

void
pm_ip_judge_free (PmIpJudge *judge)
{
  if (judge == NULL)
    return;
  g_ptr_array_unref (judge->places);
  g_free (judge);
}

static Place *
place_of (PmIpJudge *judge, const char *source, const char *slot)
{
  for (guint i = 0; i < judge->places->len; i++) {
    Place *place = g_ptr_array_index (judge->places, i);
    if (strcmp (place->source, source) == 0 && strcmp (place->slot, slot) == 0)
      return place;
  }
  Place *place = g_new0 (Place, 1);
  place->source = g_strdup (source);
  place->slot = g_strdup (slot);
  g_ptr_array_add (judge->places, place);
  return place;
}

static void
set (char **text, const char *value)
{
  char *copy = g_strdup (value);
  g_free (*text);
  *text = copy;
}

void
pm_ip_judge_know (PmIpJudge *judge, const char *source, const char *slot, const char *address)
{
  set (&place_of (judge, source, slot)->known, address);
}

static void
move_to (Place *place, const char *address)
{
  g_clear_pointer (&place->candidate, g_free);
  set (&place->previous, place->known);
  set (&place->known, address);
}

/* Another source that says the same address in its last answer. */
static const Place *
witness (const PmIpJudge *judge, const Place *place)
{
  for (guint i = 0; i < judge->places->len; i++) {
    const Place *other = g_ptr_array_index (judge->places, i);
    if (strcmp (other->source, place->source) != 0 &&
        g_strcmp0 (other->last, place->candidate) == 0)
      return other;
  }
  return NULL;
}

/* Another source's slot that made this very change already. */
static gboolean
is_old_news (const PmIpJudge *judge, const Place *place, const char *address)
{
  for (guint i = 0; i < judge->places->len; i++) {
    const Place *other = g_ptr_array_index (judge->places, i);
    if (strcmp (other->source, place->source) != 0 && g_strcmp0 (other->known, address) == 0 &&
        g_strcmp0 (other->previous, place->known) == 0)
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  PmIpJudge *judge;
  gint64 now_us;
  PmIpRuled ruled;
  gpointer data;
} Hearing;

static void
rule (const Hearing *hearing, PmIpRulingKind kind, const Place *place, const char *old_address,
      const char *new_address, const char *second)
{
  PmIpRuling ruling = {kind, place->source, place->slot, old_address, new_address, second};
  hearing->ruled (&ruling, hearing->data);
}

static void
withdraw (const Hearing *hearing, Place *place)
{
  if (place->candidate == NULL)
    return;
  g_autofree char *candidate = g_steal_pointer (&place->candidate);
  rule (hearing, PM_IP_WITHDRAWN, place, place->known, candidate, NULL);
}

static gboolean
is_acceptable (const Hearing *hearing, Place *place, const char *address)
{
  if (pm_external_is_public (address) || pm_external_is_within (address, hearing->judge->allowed))
    return TRUE;
  if (g_strcmp0 (place->refused, address) != 0) {
    set (&place->refused, address);
    rule (hearing, PM_IP_REFUSED, place, place->known != NULL ? place->known : "", address, NULL);
  }
  return FALSE;
}

static void
weigh (const Hearing *hearing, Place *place, gboolean is_second_reading)
{
  const Place *other = witness (hearing->judge, place);
  gboolean has_held =
      is_second_reading && hearing->now_us - place->since_us >= hearing->judge->hold_down_us;
  if (other == NULL && !has_held)
    return;
  g_autofree char *old_address = g_strdup (place->known);
  g_autofree char *new_address = g_strdup (place->candidate);
  move_to (place, new_address);
  rule (hearing, PM_IP_CONFIRMED, place, old_address, new_address,
        other != NULL ? other->source : NULL);
}

static void
hear_other (const Hearing *hearing, Place *place, const char *address)
{
  if (is_old_news (hearing->judge, place, address)) {
    move_to (place, address);
    return;
  }
  gboolean is_second_reading = g_strcmp0 (place->candidate, address) == 0;
  if (!is_second_reading) {
    withdraw (hearing, place);
    set (&place->candidate, address);
    place->since_us = hearing->now_us;
    rule (hearing, PM_IP_DETECTED, place, place->known, address, NULL);
  }
  weigh (hearing, place, is_second_reading);
}

static void
hear_one (const Hearing *hearing, Place *place, const char *address)
{
  place->is_in_answer = TRUE;
  if (!is_acceptable (hearing, place, address)) {
    withdraw (hearing, place);
    g_clear_pointer (&place->last, g_free);
    return;
  }
  set (&place->last, address);
  if (place->known == NULL) {
    set (&place->known, address);
    rule (hearing, PM_IP_LEARNED, place, "", address, NULL);
  } else if (strcmp (place->known, address) == 0) {
    withdraw (hearing, place);
  } else {
    hear_other (hearing, place, address);
  }
}

void
pm_ip_judge_hear (PmIpJudge *judge, const char *source, const PmIpReading *readings,
                  guint n_readings, gint64 now_us, PmIpRuled ruled, gpointer data)
{
  Hearing hearing = {judge, now_us, ruled, data};
  for (guint i = 0; i < judge->places->len; i++)
    ((Place *) g_ptr_array_index (judge->places, i))->is_in_answer = FALSE;
  for (guint i = 0; i < n_readings; i++)
    hear_one (&hearing, place_of (judge, source, readings[i].slot), readings[i].address);
  for (guint i = 0; i < judge->places->len; i++) {
    Place *place = g_ptr_array_index (judge->places, i);
    if (place->is_in_answer || strcmp (place->source, source) != 0)
      continue;
    withdraw (&hearing, place);
    g_clear_pointer (&place->last, g_free);
  }
}

gint64
pm_ip_judge_due (const PmIpJudge *judge, const char **ret_source)
{
  gint64 due_us = -1;
  for (guint i = 0; i < judge->places->len; i++) {
    const Place *place = g_ptr_array_index (judge->places, i);
    gint64 over_us = place->since_us + judge->hold_down_us;
    if (place->candidate == NULL || (due_us >= 0 && over_us >= due_us))
      continue;
    due_us = over_us;
    *ret_source = place->source;
  }
  return due_us;
}
