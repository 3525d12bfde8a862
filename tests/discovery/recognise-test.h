#pragma once

#include "discovery/recognise.h"

/* What a file says, one finding a line, for comparison in tests:
 *
 *   LINE ROLE VALUE [SERVICE] PATH
 *
 * with `VALUE-END` of a range, `/udp` behind another transport, `@host` behind an endpoint, ` ?`
 * behind the path where the confidence is under 0.5, and ` <- FILE:LINE` where the value comes from
 * elsewhere. Each span is checked on the way: unless the value comes from elsewhere, the file's
 * bytes there must be the port or the address. */
char *recognise_test_dump (const char *file, const char *text, const PmEnvironment *environment);

/* Recognises text as file, which lies in the project "shop", and compares the dump, printing both
 * when they differ. */
void recognise_test_expect (const char *file, const char *text, const char *expected);

/* The one service fact of this name as "image|build|profiles|network|extends|tool|port|aliases", or
 * NULL. */
char *recognise_test_fact (const char *file, const char *text, const char *name);

/* All links, one a line: "KIND TARGET SERVICE". */
char *recognise_test_links (const char *file, const char *text);

/* Whose each port of a file is, one a line: "PORT SCOPE". */
char *recognise_test_scopes (const char *file, const char *text);
