#pragma once

#include "model/document.h"

G_BEGIN_DECLS

/* How a format builds a document.
 *
 * Calling sequence: pm_builder_new, then for every value in the order of the file pm_builder_open …
 * pm_builder_close (maps and lists) or pm_builder_scalar, then pm_builder_finish. The root, a map
 * or a list, is node 0 and open from the start.
 *
 * The builder enforces the limits that every syntax shares: over PM_BUILDER_DEEPEST levels or
 * PM_BUILDER_MOST_NODES nodes it records one problem and ignores what follows (open and close keep
 * their pairing, so that a format need not look). A format that recurses must check its own depth
 * before it does.
 *
 * Offsets are absolute, in bytes of the file, and trusted: a span outside the file is a
 * programmer's error. Text given to the builder is copied. */

#define PM_BUILDER_DEEPEST 200
#define PM_BUILDER_MOST_NODES 100000

typedef struct PmBuilder PmBuilder;

/* `format` is static; `bytes` must outlive the document. */
PmBuilder *pm_builder_new (const char *format, const char *bytes, gsize length);
void pm_builder_free (PmBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmBuilder, pm_builder_free)

/* What stands before a value: nothing in a list, a key in a map. */
typedef struct {
  const char *text; /* decoded; NULL in a list */
  gsize length;     /* bytes */
  PmSpan span;      /* of the key in the file, without quotes */
} PmKey;

extern const PmKey PM_NO_KEY;

/* Kind of the root, PM_NODE_MAP unless said otherwise before the first child. */
void pm_builder_root (PmBuilder *builder, PmNodeKind kind);

PmNodeId pm_builder_open (PmBuilder *builder, PmNodeKind kind, PmKey key, guint32 start);
void pm_builder_close (PmBuilder *builder, guint32 end);
guint pm_builder_depth (const PmBuilder *builder);

typedef struct {
  PmSpan span;  /* value without quotes */
  PmSpan outer; /* with them; {0,0} means: the same as span */
  PmQuoting quoting;
  PmNodeFlags flags;
  const char *value; /* decoded; NULL means: the bytes of span as they are */
  gsize value_length;
  const char *variable; /* or NULL */
} PmScalar;

PmNodeId pm_builder_scalar (PmBuilder *builder, PmKey key, const PmScalar *scalar);
PmNodeId pm_builder_alias (PmBuilder *builder, PmKey key, PmSpan span, PmNodeId target);

/* Segments of the scalar that comes next (see PmSegment), in rising order. */
void pm_builder_segment (PmBuilder *builder, guint32 value_offset, guint32 raw_offset);

/* Ors flags into a node that was added before. */
void pm_builder_flag (PmBuilder *builder, PmNodeId id, PmNodeFlags flags);

/* Records what could not be read. `reason` is a full phrase in English without a full stop; at
 * most 20 problems of one document are kept. */
void pm_builder_problem (PmBuilder *builder, guint32 offset, const char *reason, ...)
    G_GNUC_PRINTF (3, 4);

/* Scratch memory that lives as long as the document. */
PmArena *pm_builder_arena (PmBuilder *builder);

/* TRUE once a limit was hit: a format may stop early. */
gboolean pm_builder_is_full (const PmBuilder *builder);

/* Closes what is still open and hands the document over; the builder is empty afterwards. */
PmDocument *pm_builder_finish (PmBuilder *builder);

G_END_DECLS
