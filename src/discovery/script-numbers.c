/* DESIGN
 * Each word of the script is asked once whether it is one that takes ports. A number's own name is
 * the word before it, with blanks, quotes and what assigns left out; a name that means nothing is
 * looked for behind flags, since what is assigned to it is expanded there. */

#include "discovery/script-numbers.h"

#include <string.h>

#include "discovery/command.h"
#include "discovery/vocabulary.h"

#define LONGEST_NAME 80

static gboolean
is_name_byte (char c)
{
  return pm_char_is_word (c) || c == '-' || c == '.';
}

gboolean
pm_script_connects (const char *bytes, gsize length)
{
  return memmem (bytes, length, "/dev/tcp/", strlen ("/dev/tcp/")) != NULL ||
         memmem (bytes, length, "/dev/udp/", strlen ("/dev/udp/")) != NULL;
}

gboolean
pm_script_takes_numbers (const char *bytes, gsize length)
{
  const PmScan scan = {.text = bytes, .length = (guint32) MIN (length, G_MAXUINT32 / 2)};
  PmArgument argument;
  if (memmem (bytes, length, "<<", strlen ("<<")) != NULL)
    return TRUE;
  for (guint32 at = 0; at < scan.length;) {
    PmSpan word = {at, at};
    while (word.end < scan.length && is_name_byte (bytes[word.end]))
      word.end++;
    if (word.end > word.start && pm_command_positional (&scan, word, &argument))
      return TRUE;
    at = MAX (word.end, at + 1);
  }
  return FALSE;
}

gboolean
pm_script_is_letter_flag (const char *bytes, gsize at)
{
  return at > 1 && bytes[at - 2] == '-' && bytes[at - 1] != '\0' &&
         strchr ("pbSlLRDPiaehH", bytes[at - 1]) != NULL;
}

/* The name before `at`, with what stands between them left out. */
static PmSpan
name_before (const char *bytes, gsize at)
{
  gsize end = at;
  while (end > 0 && bytes[end - 1] != '\0' && strchr (" \t\"'=:\\", bytes[end - 1]) != NULL)
    end--;
  gsize start = end;
  while (start > 0 && end - start < LONGEST_NAME && is_name_byte (bytes[start - 1]))
    start--;
  return (PmSpan){(guint32) start, (guint32) end};
}

/* `--listen`, `-p`, `-lvp`; other letters mean nothing here. */
static gboolean
is_flag_of_ports (const PmScan *scan, PmSpan word)
{
  PmArgument argument;
  gboolean is_long = pm_span_length (word) > 2 && scan->text[word.start + 1] == '-';
  if (pm_span_length (word) < 2 || scan->text[word.start] != '-')
    return FALSE;
  PmSpan name = {word.start + (is_long ? 2 : 1), word.end};
  return pm_command_flag (scan, (PmSpan){0, 0}, name, is_long, &argument) ||
         (!is_long && strchr ("pbSlLRDPiaehH", scan->text[word.end - 1]) != NULL);
}

/* Is `$name` or `${name` the value of a flag that takes ports? */
static gboolean
is_expanded_behind_a_flag (const PmScan *scan, PmSpan name)
{
  const char *end = scan->text + scan->length;
  gsize length = pm_span_length (name);
  for (const char *at = scan->text;
       (at = memmem (at, (gsize) (end - at), scan->text + name.start, length)) != NULL; at++) {
    gsize start = (gsize) (at - scan->text);
    if (start > 1 && scan->text[start - 1] == '{')
      start--;
    if (start > 1 && scan->text[start - 1] == '$' &&
        is_flag_of_ports (scan, name_before (scan->text, start - 1)))
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_script_number_is_named (const char *bytes, gsize length, gsize at)
{
  const PmScan scan = {.text = bytes, .length = (guint32) MIN (length, G_MAXUINT32 / 2)};
  PmSpan name = name_before (bytes, at);
  if (pm_script_is_letter_flag (bytes, at) || is_flag_of_ports (&scan, name))
    return TRUE;
  if (pm_span_length (name) == 0 || bytes[name.start] == '-')
    return FALSE;
  PmKeyword keyword;
  g_autofree char *text = g_strndup (bytes + name.start, pm_span_length (name));
  pm_vocabulary_look_up (text, NULL, &keyword);
  if (keyword.meaning != PM_KEYWORD_NONE && keyword.meaning != PM_KEYWORD_NEVER)
    return TRUE;
  return bytes[name.end] == '=' && is_expanded_behind_a_flag (&scan, name);
}
