#include "api/last-answers.h"

#define MOST_BYTES (gsize) (32 * 1024 * 1024)
#define ENTRY_BYTES 1024 /* that one takes besides its body, or less */

typedef struct {
  PmLastAnswer answer;
  char *key;
  GList link; /* in `by_age`, oldest first */
} Entry;

struct PmLastAnswers {
  GHashTable *entries; /* key → Entry */
  GQueue by_age;
  gsize bytes;
};

static gsize
size_of (const Entry *entry)
{
  return g_bytes_get_size (entry->answer.body) + ENTRY_BYTES;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_bytes_unref (entry->answer.body);
  g_free (entry->key);
  g_free (entry);
}

PmLastAnswers *
pm_last_answers_new (void)
{
  PmLastAnswers *answers = g_new0 (PmLastAnswers, 1);
  answers->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&answers->by_age);
  return answers;
}

void
pm_last_answers_free (PmLastAnswers *answers)
{
  if (answers == NULL)
    return;
  g_hash_table_unref (answers->entries);
  g_free (answers);
}

static void
forget (PmLastAnswers *answers, Entry *entry)
{
  answers->bytes -= size_of (entry);
  g_queue_unlink (&answers->by_age, &entry->link);
  g_hash_table_remove (answers->entries, entry->key);
}

void
pm_last_answers_keep (PmLastAnswers *answers, const char *key, const char *type, GBytes *body)
{
  Entry *known = g_hash_table_lookup (answers->entries, key);
  if (known != NULL)
    forget (answers, known);
  if (g_bytes_get_size (body) > MOST_BYTES / 2)
    return;
  Entry *entry = g_new0 (Entry, 1);
  entry->answer = (PmLastAnswer){g_bytes_ref (body), type, g_get_real_time ()};
  entry->key = g_strdup (key);
  entry->link.data = entry;
  answers->bytes += size_of (entry);
  g_hash_table_insert (answers->entries, entry->key, entry);
  g_queue_push_tail_link (&answers->by_age, &entry->link);
  while (answers->bytes > MOST_BYTES)
    forget (answers, g_queue_peek_head (&answers->by_age));
}

const PmLastAnswer *
pm_last_answers_find (PmLastAnswers *answers, const char *key)
{
  const Entry *entry = g_hash_table_lookup (answers->entries, key);
  return entry == NULL ? NULL : &entry->answer;
}
