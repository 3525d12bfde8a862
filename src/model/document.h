#pragma once

#include <glib.h>

#include "base/arena.h"
#include "model/span.h"

G_BEGIN_DECLS

/* A parsed configuration file: a tree of nodes in the order of the file, each leaf with the exact
 * bytes that an edit of its value would replace.
 *
 * All syntaxes give this one shape, so that rules need to know none of them. What has no keys (a
 * Dockerfile, an nginx block) is mapped onto maps and lists by its format, whose header says how.
 * A document is immutable once built; it may be read from any number of threads. */

typedef enum {
  PM_NODE_MAP,    /* its children have keys, which may repeat */
  PM_NODE_LIST,   /* its children have none */
  PM_NODE_SCALAR, /* a leaf: one value */
  PM_NODE_ALIAS,  /* stands for another node, `target` (YAML's *anchor) */
} PmNodeKind;

/* How a scalar is written: it decides what a replacement must escape. */
typedef enum {
  PM_QUOTING_NONE,     /* 8080, plain YAML, a bare word */
  PM_QUOTING_SINGLE,   /* 'text' */
  PM_QUOTING_DOUBLE,   /* "text" */
  PM_QUOTING_BACKTICK, /* `text`: JavaScript templates, dotenv */
  PM_QUOTING_BLOCK,    /* YAML | and >, heredocs, TOML's and others' multi-line strings */
} PmQuoting;

typedef enum {
  PM_NODE_PLAIN = 0,
  PM_NODE_BROKEN = 1 << 0,     /* stands in or behind a syntax error: believe it less */
  PM_NODE_FRAGMENT = 1 << 1,   /* a literal piece of the interpolated string that is its parent or
                                  precedes it with the same key; the whole string comes first */
  PM_NODE_EXPRESSION = 1 << 2, /* code, not a literal: `value` is its source text */
  PM_NODE_FALLBACK = 1 << 3,   /* used only if `variable` is unset: process.env.PORT || 3000 */
  PM_NODE_ARGUMENT = 1 << 4,   /* a positional argument of a call or a command */
  PM_NODE_DOCUMENT = 1 << 5, /* the root of one of several documents in a file: paths start at it */
} PmNodeFlags;

/* Index of a node in its document. 0 is the root, and, where a link is meant, "none". */
typedef guint32 PmNodeId;

typedef struct {
  guint8 kind;    /* PmNodeKind */
  guint8 quoting; /* PmQuoting */
  guint16 flags;  /* PmNodeFlags */

  PmNodeId parent;
  PmNodeId first_child;
  PmNodeId next_sibling;
  PmNodeId target; /* of an alias */
  guint32 index;   /* position among its siblings, from 0 */

  PmSpan span;     /* the value without its quotes; of a map or list all that belongs to it */
  PmSpan outer;    /* with quotes and, in a block scalar, its header */
  PmSpan key_span; /* empty where there is no key */

  const char *key;       /* decoded, NUL-terminated; NULL in a list */
  const char *value;     /* of a scalar: decoded, NUL-terminated (it may hold NULs: value_length) */
  guint32 value_length;  /* bytes */
  guint32 first_segment; /* see PmSegment; meaningful when segment_count > 0 */
  guint32 segment_count;

  const char *variable; /* the environment variable that overrides this literal, or NULL */
} PmNode;

/* Decoding (escapes, indentation, line joins) moves bytes. From value_offset on, up to the next
 * segment, decoded byte i stands at raw_offset + (i - value_offset). A scalar without segments is
 * written as it reads. */
typedef struct {
  guint32 value_offset; /* in the decoded value */
  guint32 raw_offset;   /* in the file */
} PmSegment;

/* Something in a file that could not be read or was over a limit. */
typedef struct {
  guint32 offset; /* bytes from the start of the file */
  const char *reason;
} PmDocumentProblem;

typedef struct PmDocument PmDocument;
struct PmDocument {
  const char *format; /* name of the syntax: "json", "yaml", … (static) */
  const char *bytes;  /* the file; owned by whoever built the document and must outlive it */
  gsize length;

  PmArena *arena;      /* owns all text */
  GArray *nodes;       /* of PmNode; [0] is the root, a map or list */
  GArray *segments;    /* of PmSegment */
  GArray *problems;    /* of PmDocumentProblem */
  GArray *line_starts; /* of guint32; made once, when the document is finished */

  /* A document that stands in a scalar of another one (a script in package.json): its bytes are
   * that scalar's value, and it lives no longer than `outer`. NULL: a file of its own. */
  const PmDocument *outer;
  PmNodeId outer_node;
};

void pm_document_free (PmDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmDocument, pm_document_free)

static inline const PmNode *
pm_document_node (const PmDocument *document, PmNodeId id)
{
  return &g_array_index (document->nodes, PmNode, id);
}

/* The node itself, or, following at most eight aliases, what it stands for. */
PmNodeId pm_document_resolve (const PmDocument *document, PmNodeId id);

/* The last child of a map (aliases resolved) with this key, or 0. YAML merge keys (<<) are looked
 * through, an own key winning. */
PmNodeId pm_document_child (const PmDocument *document, PmNodeId map, const char *key);

/* pm_document_child, step by step along a NULL-terminated list of keys; 0 when one is missing. */
PmNodeId pm_document_find (const PmDocument *document, PmNodeId from, ...) G_GNUC_NULL_TERMINATED;

/* The text of a scalar (aliases resolved), or NULL when the node is none. */
const char *pm_document_text (const PmDocument *document, PmNodeId id);

/* Appends the path of a node as people write it: `services.web.ports[0]`. In a file of several
 * documents it starts at the node's document. */
void pm_document_append_path (const PmDocument *document, PmNodeId id, GString *path);

/* Line and column of a byte offset, in the file also for an embedded document: the one place where
 * they are computed. */
PmPosition pm_document_position (const PmDocument *document, guint32 offset);

/* The bytes of the file that an edit of bytes [start, end) of a scalar's decoded value would
 * replace: those that read the same, or, where the piece is exactly one escaped character, its
 * whole escape. FALSE when there are none (an escape or a line join lies inside, or at the seam):
 * such a piece cannot be replaced, only the whole scalar can. */
gboolean pm_document_raw_span (const PmDocument *document, PmNodeId scalar, guint32 start,
                               guint32 end, PmSpan *ret_span);

/* The bytes of the file behind bytes [span) of a document: the same ones, or, for an embedded
 * document, those that its outer ones have there. FALSE when they are not contiguous in the file.
 */
gboolean pm_document_file_span (const PmDocument *document, PmSpan span, PmSpan *ret_span);

G_END_DECLS
