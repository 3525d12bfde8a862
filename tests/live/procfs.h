#pragma once

#include <glib.h>

/* A procfs of our own, in a temporary folder: files, and links that lead nowhere. */
typedef struct {
  char *path;
} Proc;

Proc proc_new (void);
void proc_clear (Proc *proc);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Proc, proc_clear)

void add_descriptor (const Proc *proc, int pid, int fd, const char *target);
void add_file (const Proc *proc, int pid, const char *name, const char *content, gssize length);
