#pragma once

#include "verbs/rescan.h"

G_BEGIN_DECLS

/* A root with projects in it, a registry that knows them, and the question that all tests of
 * rescans ask: does the registry say what a scan of everything would say? */

typedef struct {
  char *top; /* holds all of it */
  char *root;
  char *state;
  PmContext *context;
  PmRescan *rescan;
  PmScanReport report; /* of the last rescan */
} RescanTest;

void rescan_test_set_up (RescanTest *test, gconstpointer data);
void rescan_test_tear_down (RescanTest *test, gconstpointer data);

/* `file` is relative to the root; folders are made. */
void rescan_test_put (const RescanTest *test, const char *file, const char *text);
/* A symbolic link, in a folder that is there. */
void rescan_test_link (const RescanTest *test, const char *file, const char *target);
void rescan_test_remove (const RescanTest *test, const char *file);
void rescan_test_rename (const RescanTest *test, const char *from, const char *to);

/* Tells of these paths, relative to the root. */
void rescan_test_tell (RescanTest *test, const char *const *files);

/* Fails, and says where, when it does not. */
void rescan_test_compare (RescanTest *test);

/* What a registry says, one line each, without what depends on how it came about. */
char *rescan_test_describe (PmContext *context);

/* The first line of one such text that the other has not. */
const char *rescan_test_first_without (const char *lines, const char *others);

/* Another registry, and a scan of everything into it. */
PmContext *rescan_test_open (const char *state);
void rescan_test_scan (PmContext *context, const char *root);

G_END_DECLS
