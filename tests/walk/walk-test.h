#pragma once

#include "walk/walk.h"

G_BEGIN_DECLS

/* A tree to walk, in a directory of its own, and what a walk of it gave. */
typedef struct {
  char *path; /* of the directory; "root" in it is walked */
  int fd;
  GMutex lock;
  GHashTable *given;    /* path → WALK_TEST_… flags as text, e.g. "", "ignored", "link" */
  GHashTable *problems; /* path → reason */
  GHashTable *links;    /* path → target */
  PmWalkCounts counts;
} WalkTest;

void walk_test_set_up (WalkTest *test, gconstpointer unused);
void walk_test_tear_down (WalkTest *test, gconstpointer unused);

/* Paths are relative to the test's directory; those in between are made. */
void walk_test_directory (WalkTest *test, const char *path);
void walk_test_file (WalkTest *test, const char *path, const char *text);
void walk_test_link (WalkTest *test, const char *target, const char *path);

/* Names that begin with .env or end in .json, .yml or .conf are configuration, .bin is nothing,
 * all others are content. */
void walk_test_run (WalkTest *test, const char *const *ignore);

/* All paths that were given, sorted, each followed by its flags in parentheses and by a newline. */
void walk_test_expect (WalkTest *test, const char *expected);

/* A part of the reason that a problem of this path has; NULL: there is none. */
void walk_test_expect_problem (WalkTest *test, const char *path, const char *part);

G_END_DECLS
