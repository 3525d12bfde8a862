#pragma once

#include "formats/words.h"

G_BEGIN_DECLS

/* Inside the Dockerfile format: a cursor over one instruction, and the words, texts and heredocs
 * that an instruction holds (dockerfile-words.c); dockerfile.c knows the instructions. What is read
 * is appended to `words`. */

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  char escape; /* `\`, or what a parser directive says */
  PmWords words;
  GString *name; /* of the instruction, in capitals */
  PmSpan name_span;
  GArray *heredocs;     /* whose bodies follow the instruction that is being read */
  gboolean no_heredocs; /* one had no end: none is looked for any more */
} PmDockerfile;

void pm_dockerfile_init (PmDockerfile *s, PmBuilder *builder, const char *bytes, gsize start,
                         gsize length);
void pm_dockerfile_clear (PmDockerfile *s);

/* Moves over line joins; FALSE at the end of the instruction. */
gboolean pm_dockerfile_has_more (PmDockerfile *s);

/* Moves over blanks and joins; FALSE at the end of the instruction. */
gboolean pm_dockerfile_skip_blanks (PmDockerfile *s);

/* A word up to a blank or `stop`. */
void pm_dockerfile_read_bare (PmDockerfile *s, char stop);

/* A quoted text that ends before a blank or `stop`; else nothing is read. */
gboolean pm_dockerfile_read_quoted (PmDockerfile *s, char stop);

/* A word in which quotes and the escape character hide blanks; they stay in it, but for quotes
 * around all of it and the escape before a blank. */
void pm_dockerfile_read_word (PmDockerfile *s);

/* All up to the end of the instruction, as one word without the blanks at its end. With `heredocs`
 * their marks are noted. */
void pm_dockerfile_read_rest (PmDockerfile *s, gboolean heredocs);

/* Adds the bodies of the noted heredocs, which stand behind the instruction's line. */
void pm_dockerfile_read_heredocs (PmDockerfile *s);

/* The strings of a JSON array up to the end of the instruction. FALSE: it is none; the cursor and
 * `words` are to be taken back. */
gboolean pm_dockerfile_read_array (PmDockerfile *s);

G_END_DECLS
