#pragma once

#include "formats/builder.h"
#include "model/document.h"

G_BEGIN_DECLS

/* A syntax: bytes → document, and what a replacement text must look like inside it.
 *
 * A format knows no ports and no tools: it says where values stand and what they read. It never
 * fails: what it cannot read it records as a problem, and goes on behind it where it can; what
 * stands in such a place carries PM_NODE_BROKEN. It is pure and thread-safe (parsers that want to
 * be reused are kept per thread).
 *
 * A new format is one file with one PmFormat, plus one line in list.h: docs/ADDING-A-FORMAT.md
 * shows one. */

typedef struct PmFormat PmFormat;
struct PmFormat {
  const char *name;    /* "json": what PmDocument.format says */
  gsize most_bytes;    /* longer files are refused by pm_format_parse */
  const char *grammar; /* the document that it follows, for people */

  /* Reads builder's bytes from `start` (behind a BOM) to `length`. */
  void (*parse) (PmBuilder *builder, const char *bytes, gsize start, gsize length);

  /* How `text` must be written in place of a whole value that is quoted like this, or of a piece of
   * it (`whole` false). NULL: cannot be written with this quoting. NULL function: as it is. */
  char *(*escape) (PmQuoting quoting, gboolean whole, const char *text);
};

/* pm_format_json and all others of list.h. */
#define PM_FORMAT(name, file) extern const PmFormat pm_format_##name;
#include "formats/list.h"
#undef PM_FORMAT

#define PM_FORMAT_OWN_MOST_BYTES (16 * 1024 * 1024)    /* scanners of ours: linear, no recursion */
#define PM_FORMAT_LIBRARY_MOST_BYTES (2 * 1024 * 1024) /* libfyaml, tree-sitter */

/* NULL when there is none of that name. */
const PmFormat *pm_format_by_name (const char *name);

/* All formats, NULL-terminated. */
const PmFormat *const *pm_format_all (void);

/* Parses `bytes`, which must outlive the document. Never NULL. A document over the format's size is
 * empty but for the problem that says so; UTF-16 and text with NUL bytes likewise. */
PmDocument *pm_format_parse (const PmFormat *format, const char *bytes, gsize length);

/* Parses the decoded value of a scalar of `outer` (aliases resolved), which must outlive the
 * document: a shell command in package.json, JSON in a dotenv file. Spans of its nodes are of that
 * value; pm_document_position and pm_document_file_span tell of the file, and pm_rewrite_value
 * escapes for all layers and gives an edit of the file. Never NULL; a node that is no scalar reads
 * as an empty one. */
PmDocument *pm_format_parse_embedded (const PmFormat *format, const PmDocument *outer,
                                      PmNodeId scalar);

G_END_DECLS
