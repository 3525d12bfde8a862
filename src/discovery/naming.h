#pragma once

#include "discovery/glob-set.h"
#include "discovery/recognise.h"

G_BEGIN_DECLS

/* What the name of a file tells before anybody opens it. */

typedef struct {
  PmFileKind kind;
  PmTextClass text_class;
  const char *syntax;    /* format by extension; NULL: none is known */
  gboolean is_passive;   /* passive.h: only addresses are looked for, whatever its syntax */
  gboolean is_template;  /* .example, .sample, .dist, .tmpl, .j2 … */
  const char *variant;   /* what another file says that it is; NULL: the name tells */
  const char *directory; /* from the root, where relative paths in it begin, as another file says;
                            NULL: its own */
  char *path;            /* without those endings, as rule sets want it: "config/app.yml" */
  PmGlobOwners fitting;  /* rule sets whose globs fit, each by its index; of a template those that
                            fit with its ending, too. None of what is ignored */
} PmNaming;

/* `file` is relative to the project. Of passive files those that their names tell. */
void pm_naming_init (PmNaming *naming, const char *file);

/* No rule set claims it any more; those of the user may. */
void pm_naming_make_passive (PmNaming *naming);
void pm_naming_clear (PmNaming *naming);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmNaming, pm_naming_clear)

/* The variant by the usual marks in names: "template", "local", "dev", "prod", "staging", "test",
 * "override" …; "" is the base. Static text. */
const char *pm_naming_variant (const char *file);

/* The variant that one word of a name stands for ("production" → "prod"), or NULL. Static text. */
const char *pm_naming_mark (const char *word, gsize length);

G_END_DECLS
