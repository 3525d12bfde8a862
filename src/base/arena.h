#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A bump allocator: many small values that live and die together.
 *
 * Everything taken from an arena stays where it is until the arena is freed; nothing is freed
 * singly. Memory is zeroed. Running out of memory aborts, as everywhere in GLib. Not thread-safe:
 * one arena belongs to one thread at a time. */

typedef struct PmArena PmArena;

PmArena *pm_arena_new (void);
void pm_arena_free (PmArena *arena);

/* size_bytes may be 0; the result is aligned for any type. */
void *pm_arena_alloc (PmArena *arena, gsize size_bytes);

/* Copies length bytes and ends them with a NUL. */
char *pm_arena_strndup (PmArena *arena, const char *text, gsize length);
char *pm_arena_strdup (PmArena *arena, const char *text); /* NULL gives NULL */
char *pm_arena_printf (PmArena *arena, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What has been taken from the system so far. */
gsize pm_arena_size_bytes (const PmArena *arena);

#define pm_arena_new0(arena, Type) ((Type *) pm_arena_alloc ((arena), sizeof (Type)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmArena, pm_arena_free)

G_END_DECLS
