#pragma once

#include "model/document.h"

G_BEGIN_DECLS

/* Values with variables in them, and where each byte of the result comes from.
 *
 * A scalar's text is expanded against an environment into plain text, so that the recogniser sees
 * what the tool will see; every range of the plain text can be traced back to the literal bytes in
 * this file, to the bytes of a default (`${PORT:-3000}`: the 3000), or to the variable's own
 * definition in another file. Nothing is ever executed: $(…) and backquotes stay as they are. */

/* --- environment --- */

typedef struct {
  const char *name;
  const char *value; /* decoded; kept only while a project is being recognised, never stored */
  const char *file;  /* relative to the root */
  guint32 line;
  PmSpan span; /* of the value in that file */
} PmVariable;

/* Names → variables. Later definitions win; a lookup falls through to `outer`. */
typedef struct PmEnvironment PmEnvironment;

PmEnvironment *pm_environment_new (const PmEnvironment *outer); /* borrowed; may be NULL */
void pm_environment_free (PmEnvironment *environment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEnvironment, pm_environment_free)
void pm_environment_set (PmEnvironment *environment, const PmVariable *variable); /* copies */
const PmVariable *pm_environment_get (const PmEnvironment *environment, const char *name);

/* --- expansion --- */

typedef enum {
  PM_EXPANSION_NONE,    /* the text is taken as it is */
  PM_EXPANSION_COMPOSE, /* $X ${X} ${X-d} ${X:-d} ${X:?e} ${X:+r}, nested; $$ is a dollar
                           (compose specification, "Interpolation") */
  PM_EXPANSION_SHELL,   /* POSIX 2.6.2 as far as it needs no execution: as above, without $$ */
  PM_EXPANSION_MAKE,    /* $(X) ${X} $X of one letter; $$ is a dollar; no functions */
  PM_EXPANSION_SPRING,  /* ${name:default}; name is looked up also in upper case with _ for . - */
} PmExpansion;

typedef struct PmExpanded PmExpanded;

/* `scalar` is a scalar (aliases resolved by the caller). environment may be NULL: all are unset.
 * Recursion of defaults and values is followed to a depth of 8. */
PmExpanded *pm_expanded_new (const PmDocument *document, PmNodeId scalar, PmExpansion expansion,
                             const PmEnvironment *environment);
void pm_expanded_free (PmExpanded *expanded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmExpanded, pm_expanded_free)

const char *pm_expanded_text (const PmExpanded *expanded, gsize *ret_length);

/* Where a range of the expanded text comes from. */
typedef struct {
  PmSpan span;          /* in this document: the literal bytes, the default's bytes, or, where
                           the value is defined elsewhere, the whole ${…} expression */
  gboolean is_literal;  /* span holds exactly the range's bytes and can be edited */
  const char *variable; /* NULL: none was involved */
  const PmVariable *definition; /* non-NULL: the value is defined there … */
  PmSpan definition_span;       /* … by these bytes of that file */
} PmProvenance;

/* FALSE when the range is made of several sources and so cannot be told by one place; ret is then
 * the span of all that it touches, not literal. */
gboolean pm_expanded_trace (const PmExpanded *expanded, guint32 start, guint32 end,
                            PmProvenance *ret);

/* TRUE when a variable without value or default was met: that part of the text is empty. */
gboolean pm_expanded_has_unset (const PmExpanded *expanded);

G_END_DECLS
