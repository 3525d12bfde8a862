#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The memory of this thread's parsers and syntax trees: tree-sitter's hooks for it
 * (ts_set_allocator in tree_sitter/api.h) take no context, so it is the thread's. Nothing of it may
 * be freed by another thread.
 *
 * Calling sequence: pm_syntax_memory_begin once in the process, before the first parser; the hooks,
 * by tree-sitter; pm_syntax_memory_give_back when this thread holds no parser and no tree. */

void pm_syntax_memory_begin (void);

/* What is in use by this thread. */
gsize pm_syntax_memory_held_bytes (void);

/* What this thread keeps for small pieces, in use or not. */
gsize pm_syntax_memory_kept_bytes (void);

/* Nothing happens while anything is in use. */
void pm_syntax_memory_give_back (void);

G_END_DECLS
