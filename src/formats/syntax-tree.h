#pragma once

#include <tree_sitter/api.h>

#include "formats/builder.h"
#include "formats/escapes.h"

G_BEGIN_DECLS

/* What the formats on tree-sitter share: parsers that are kept per thread, the budget of time, and
 * one walk over the tree that maps it onto a document. Private to formats/.
 *
 * Calling sequence: a format describes its language (PmSyntaxLanguage) and calls pm_syntax_read,
 * which parses and then calls the language's `enter` for each node of the syntax tree, parents
 * first, in the order of the file. `enter` says with pm_syntax_open and pm_syntax_scalar what the
 * node means; containers that it opens are closed when the walk leaves the node.
 *
 * A frame is the state of one node on the way from the root. A new one inherits all of its parent's
 * but `opened`: so a key, once set, belongs to every value below until a container takes it, and
 * what is merely wrapped (parentheses, casts, statements) needs no code at all.
 *
 * Errors never stop the walk: what stands in an ERROR node is flagged PM_NODE_BROKEN and recorded
 * as a problem, MISSING nodes are problems only. A parse over PM_SYNTAX_BUDGET_MS of CPU time, or
 * over PM_SYNTAX_MOST_BYTES of memory, is given up and gives an empty document with a problem; a
 * walk over the time keeps what is there. */

#define PM_SYNTAX_BUDGET_MS 1000
#define PM_SYNTAX_MOST_BYTES (12 * 1000 * 1000)

typedef struct PmSyntax PmSyntax;

enum {
  PM_SYNTAX_OTHER = 0,   /* a node that the language has no name for in `types` */
  PM_SYNTAX_ERROR = 255, /* tree-sitter's ERROR */
};

typedef struct {
  TSNode node;
  PmSpan span;       /* in the file, a BOM counted */
  const char *field; /* its name in the parent's grammar rule, or NULL */
  guint8 type;       /* by PmSyntaxLanguage.types */
  gboolean in_list;  /* the innermost open container is a list */
  gboolean in_hole;  /* below a hole of a string that was given as a whole */
  guint16 flags;     /* PmNodeFlags of the values below */
  guint16 role;      /* bits that belong to the language */
  guint8 opened;     /* containers to close behind this node */
  PmKey key;         /* of the values below; its text must live as long as the frame */
  const char *variable;
} PmSyntaxFrame;

typedef struct {
  const char *name; /* of a node in the grammar */
  guint8 type;      /* what the language calls it; several names may share one */
} PmSyntaxType;

typedef struct {
  const char *title; /* for people: "JavaScript" */
  const TSLanguage *(*grammar) (void);
  const PmSyntaxType *types; /* up to one without a name */

  /* Returns whether to go on with the node's children. `parent` of the root is a frame of type
   * PM_SYNTAX_OTHER without a node; what is set there counts for the siblings that follow. */
  gboolean (*enter) (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame);
} PmSyntaxLanguage;

struct PmSyntax {
  const PmSyntaxLanguage *language;
  PmBuilder *builder;
  const char *bytes;
  guint32 start; /* of what the tree counts from: behind a BOM */
  guint32 length;
  const guint8 *types; /* of each symbol of the grammar */
  guint n_types;
  GString *text;      /* scratch for decoding */
  gint64 deadline_us; /* of the thread's CPU time */
};

void pm_syntax_read (const PmSyntaxLanguage *language, PmBuilder *builder, const char *bytes,
                     gsize start, gsize length);

/* Walks a subtree, for a language that wants another order than the file's; `from` is what the
 * node's frame inherits. To be called by `enter` for the root only. */
void pm_syntax_walk (PmSyntax *syntax, const PmSyntaxFrame *from, TSNode node);

/* Opens a container for the frame's key, flags it, and makes the frame stand inside: without a key,
 * with only the flags that go for all that is inside. */
void pm_syntax_open (PmSyntax *syntax, PmSyntaxFrame *frame, PmNodeKind kind);

/* The same for each name of a dotted path but the last, which becomes the frame's key. `parts`
 * stand last name first. Where the frame has a key already, the path stands inside a map of that
 * name. */
void pm_syntax_open_path (PmSyntax *syntax, PmSyntaxFrame *frame, const PmKey *parts,
                          guint n_parts);

/* For a node that is not walked into: tells of what does not read inside of it, and flags the frame
 * as broken. */
void pm_syntax_note_error_inside (PmSyntax *syntax, PmSyntaxFrame *frame);

/* Adds a scalar for the frame's key, flags and variable; `scalar` brings the rest. */
void pm_syntax_scalar (PmSyntax *syntax, const PmSyntaxFrame *frame, PmScalar *scalar);

/* A string with `holes` in it (places where other values are put in), without its quotes: the whole
 * text, in which no piece of a hole can be replaced, and then each piece between the holes as a
 * PM_NODE_FRAGMENT. Without holes it is one scalar. `style` may be NULL: no escapes. */
void pm_syntax_template (PmSyntax *syntax, const PmSyntaxFrame *frame, const PmScalar *scalar,
                         const PmEscapeStyle *style, const PmSpan *holes, guint n_holes);

/* A string that is put together of pieces with quotes of their own, as in a shell: the same, for
 * pieces in rising order inside of scalar->span. */
typedef struct {
  PmSpan span;
  const PmEscapeStyle *style;
  gboolean is_hole;
} PmSyntaxPiece;

void pm_syntax_pieces (PmSyntax *syntax, const PmSyntaxFrame *frame, const PmScalar *scalar,
                       const PmSyntaxPiece *pieces, guint n_pieces);
void pm_syntax_append_pieces (GArray *pieces, PmSpan span, const PmEscapeStyle *style,
                              const PmSpan *holes, guint n_holes);

/* The children of types first to last, as spans; free with g_array_unref. */
GArray *pm_syntax_children (const PmSyntax *syntax, TSNode node, guint8 first, guint8 last);

/* The node's bytes as they are, as a scalar. */
void pm_syntax_plain (PmSyntax *syntax, const PmSyntaxFrame *frame, PmNodeFlags flags);

/* These take null nodes, as the grammar's rules give where something is left out: no bytes, no
 * type, no child. */
PmSpan pm_syntax_span (const PmSyntax *syntax, TSNode node);
guint8 pm_syntax_type (const PmSyntax *syntax, TSNode node);
TSNode pm_syntax_child (TSNode node, const char *field);

/* Bytes of a span as a key; they need no copy. */
PmKey pm_syntax_key (const PmSyntax *syntax, PmSpan span);

/* A key of which not all stands in the file; `text` is copied. */
PmKey pm_syntax_key_text (PmSyntax *syntax, const char *text, gsize length, PmSpan span);

gboolean pm_syntax_text_is (const PmSyntax *syntax, PmSpan span, const char *text);

G_END_DECLS
