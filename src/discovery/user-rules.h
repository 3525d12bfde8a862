#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Rules that a person wrote, handed in as plain values: they come after the program's own and win
 * over them. All text is borrowed and must outlive the survey; nothing in a sighting points at it.
 */
typedef struct {
  const char *id;       /* what a finding's `rule` says: "user.config.toml:12" */
  const char *files;    /* glob, over the path from the root or from the project */
  const char *project;  /* glob over the direct child of the root; "" any */
  const char *key;      /* see pm_path_match; "" the whole file (to silence, or with `means`) */
  const char *service;  /* "" the file's own */
  const char *syntax;   /* name of a format, for a file whose name does not tell; "" by its name */
  const char *silenced; /* to silence: glob over rule ids; "" any */
  const char *means;    /* "project/service" that the references there point at; "" no word of it */
  gboolean silences;    /* takes findings away, instead of reading the value */
  gboolean has_kind, has_role;
  PmKind kind;
  PmRole role;
  double confidence;
} PmUserRule;

typedef struct {
  const PmUserRule *rules;
  guint n_rules;
} PmUserRules;

/* What a rule takes away: findings that start in these bytes of the file. */
typedef struct {
  PmSpan span;
  const char *rule; /* glob over rule ids; "" any */
} PmSilence;

/* Whether a rule reads something in this file, so that it is configuration whatever its name says.
 * NULL-safe. `local` is the file relative to its project. ret_syntax gets the syntax that a rule
 * names, or is left. */
gboolean pm_user_rules_claim (const PmUserRules *rules, const char *file, const char *local,
                              const char *project, const char **ret_syntax);

/* Applies the rules that fit to the document (or the one of a stream) of a recognition: adds and
 * replaces findings, and appends to `silences` (of PmSilence) what is to be taken away at the end.
 * NULL-safe. */
void pm_user_rules_apply (const PmUserRules *rules, PmRecognition *recognition, const char *local,
                          GArray *silences);

/* What they take away in files as a whole. */
void pm_user_rules_silence (const PmUserRules *rules, const char *file, const char *local,
                            const char *project, GArray *silences);

/* Whom the references of files as a whole mean. Where a rule names a key path as well, that has
 * been said already and holds. `findings` are of PmFinding; their new text lies in the arena. */
void pm_user_rules_mean (const PmUserRules *rules, const char *file, const char *local,
                         const char *project, GArray *findings, PmArena *arena);

G_END_DECLS
