#pragma once

#include "discovery/glob-set.h"
#include "discovery/interpolation.h"
#include "discovery/recogniser.h"
#include "model/fact.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* What a tool's configuration means: one file in rules/ per tool, with one PmRuleset: which files
 * are its own, which of their values are ports, endpoints, commands, in which role. A rule set
 * knows no syntax (spans, quotes and escapes are the formats' business), and no other rule set.
 *
 * A new tool is one file with one PmRuleset, plus one line in rules/list.h (docs/ADDING-A-FORMAT.md
 * shows one). The rules come from the tool's own documentation; the head of the file names it. */

/* How a value is read. */
typedef struct {
  const char *id;   /* "compose.ports.short": what a finding's `rule` says */
  const char *path; /* pattern over keys: "services.*.ports.[]"; see pm_path_match */
  PmGrammar grammar;
  PmRole role; /* used where the hit's own role is not sure */
  PmScope scope;
  double confidence; /* multiplied with the hit's own */
  gboolean insists;  /* the role holds for every port, also where the hit is sure of another (but
                        for the two sides of a mapping) */
} PmRule;

typedef struct PmRecognition PmRecognition;

typedef struct {
  const char *name; /* the finding's `format`: "compose", "k8s", "env", … */

  /* Globs over the path from the project ("**" crosses folders), NULL-terminated; the first rule
   * set of rules/list.h whose glob and `claims` fit gets the file. */
  const char *const *files;
  const char *const *but_no; /* globs: what is none of them all the same; NULL: everything is */
  const char *syntax;        /* name of a format; NULL: by the file's extension */
  gboolean is_fallback; /* takes what no tool is known for: such a file stays what its extension
                           says (source, configuration) */

  /* What the bytes must be like for anybody to parse them for this rule set; NULL: no matter. */
  gboolean (*wants) (const char *bytes, gsize length);

  /* Of a file that holds nothing which looks like a port or an address (pm_recognise_may_find):
   * words of which one must stand in it for the rule set to say something all the same, as services
   * without ports. Without any (pm_ruleset_no_marks) it says nothing then; NULL: it always may. */
  const char *const *marks;

  /* Such marks that count as whole words only: what they are a part of says nothing
   * (ServiceAccount, {{ .Release.Service }}). Beside them, or instead; NULL: none. */
  const char *const *words;

  /* Looks inside, where the name alone does not tell; NULL: the name does. */
  gboolean (*claims) (const PmDocument *document);

  /* Which variant of a service a file of this name belongs to; NULL: by the usual marks in names
   * (.example, .local, .prod, override, …). */
  const char *(*variant) (const char *file);

  const PmRule *rules; /* tried in order for each scalar; the first match reads it */
  guint n_rules;
  PmExpansion expansion;

  /* What a table cannot say (NULL: nothing): called once, after the table; adds findings, service
   * facts and edges by the functions below, and may change what the table found. */
  void (*recognise) (PmRecognition *recognition);
} PmRuleset;

extern const char *const pm_ruleset_no_marks[];

/* All rule sets, most specific first, NULL-terminated. */
const PmRuleset *const *pm_rulesets_all (void);

/* Adds those of them that a path fits by its name, each by its index. */
void pm_rulesets_fitting (const char *path, PmGlobOwners *fitting);

/* What one document says, as plain values. */
typedef struct {
  const char *file; /* relative to the root */
  const char *format;
  const char *variant;
  GArray *findings; /* PmFinding; root, project and file are filled in by pm_recognise's caller */
  GArray *facts;    /* PmServiceFact */
  GArray *links;    /* PmFileLink */
  GArray *problems; /* PmProblem */
} PmSighting;

/* --- for rule sets --- */

#define PM_RECOGNITION_MOST_LINKS 10000 /* of one file; more are left out, and told */

/* What became of a node; 0: nobody looked at it yet. */
enum { PM_NODE_WAS_READ = 1, PM_NODE_WAS_PASSED_OVER = 2 };

struct PmRecognition {
  const PmRuleset *ruleset;
  const PmDocument *document;
  PmNodeId root;                    /* of a stream of several documents: the one at hand */
  const char *file;                 /* relative to the root */
  const char *project;              /* id: a path below the root */
  const char *project_name;         /* what <NAME>_PORT of its own is called by */
  const char *directory;            /* of the file, relative to the root; "" the root itself */
  const PmEnvironment *environment; /* for the expansion; may be NULL */
  PmArena *arena;                   /* owns the text of all that is added */
  PmSighting *out;
  guint8 *was_read;    /* for each node of the document: a rule has read it, or passed it over */
  guint32 *steps_left; /* reads and children looked at, of the whole file: what anchors share may
                          multiply beyond all bounds */
};

/* FALSE: no rule finds anything in this scalar, in whatever role. Cheap: to be asked before a
 * scalar's name and surroundings are looked at. */
gboolean pm_recognition_may_hit (const PmRecognition *recognition, PmNodeId scalar);

/* Reads one scalar by a rule; findings are appended for `service` ("" the document's own). Returns
 * the index of the first finding added, or -1. */
gint pm_recognition_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                          const char *service);

/* The same for the key of a node, where keys are ports or endpoints (portsAttributes of a dev
 * container); -1 too for a key that is written with escapes. */
gint pm_recognition_read_key (PmRecognition *recognition, PmNodeId node, const PmRule *rule,
                              const char *service);

/* The same for all scalars below a node, by PM_GRAMMAR_TEXT: endpoints and addresses in values that
 * no rule speaks of. Scalars that were read already are passed over. */
void pm_recognition_read_rest (PmRecognition *recognition, PmNodeId below, const char *service);

/* The same for an argument vector: the items of a list of scalars are read as one command, so that
 * a flag and its value may be two of them. A scalar is read as pm_recognition_read does. */
gint pm_recognition_read_vector (PmRecognition *recognition, PmNodeId list, const PmRule *rule,
                                 const char *service);

/* The same for scalars that stand apart (`command` and `args`), given as an array of PmNodeId. */
gint pm_recognition_read_words (PmRecognition *recognition, const GArray *scalars,
                                const PmRule *rule, const char *service);
/* The same for the arguments of a program whose name is no item of the list. */
gint pm_recognition_read_arguments (PmRecognition *recognition, const char *program, PmNodeId list,
                                    const PmRule *rule, const char *service);

/* One scalar by what its key's name says (vocabulary.h); `name` is that key, or what stands for it.
 * A key that says nothing: free text. `rule` gives id, scope and confidence; its role holds where
 * the name does not tell one. */
gint pm_recognition_read_named (PmRecognition *recognition, PmNodeId scalar, const char *name,
                                const PmRule *rule, const char *service);

/* An assignment in one scalar, `NAME=value`: the value is read by the name. Without a `=`: free
 * text. */
gint pm_recognition_read_assignment (PmRecognition *recognition, PmNodeId scalar,
                                     const PmRule *rule, const char *service);

/* Reads the text of a scalar as a document of its own (JSON in a variable, a configuration file in
 * a Kubernetes ConfigMap; embedded.h tells which): calls `read` with a recognition of it, whose
 * findings land in this one's sighting with the bytes of this file. A syntax that is not there, or
 * a document that is inside of another one itself: nothing, FALSE. */
gboolean pm_recognition_read_embedded (PmRecognition *recognition, PmNodeId scalar,
                                       const char *syntax,
                                       void (*read) (PmRecognition *inner, const char *service,
                                                     gpointer data),
                                       gpointer data, const char *service);

/* Marks all scalars below a node as read, so that nothing reads them: versions, digests. */
void pm_recognition_skip (PmRecognition *recognition, PmNodeId below);

/* The same, but addresses in them are found all the same: examples, what a cluster tells. */
void pm_recognition_pass_over (PmRecognition *recognition, PmNodeId below);

/* All scalars below a node that were not read yet, each by the name of its key: what a rule set
 * does with the parts of a file that it has no rule for. */
void pm_recognition_read_keys (PmRecognition *recognition, PmNodeId below, const PmRule *rule,
                               const char *service);

/* The children of a map or list as the tool sees them: aliases of the container followed, merge
 * keys
 * (<<) looked through, an own key winning over a merged one, a repeated key's last value.
 * NULL-safe: an empty array for a scalar. Ids of PmNodeId; items may be aliases. Free with
 * g_array_unref. */
GArray *pm_recognition_entries (const PmRecognition *recognition, PmNodeId container);

/* Whether a node is a scalar that means something by itself: no piece of another one, and no code
 * but a template's, whose text around the {{…}} is plain. */
gboolean pm_recognition_is_readable (const PmRecognition *recognition, PmNodeId id);

/* A scalar's text after expansion, in the recognition's arena; NULL when it is no scalar. */
const char *pm_recognition_text (PmRecognition *recognition, PmNodeId scalar);

PmFinding *pm_recognition_finding (PmRecognition *recognition, guint index);
PmServiceFact *pm_recognition_add_service (PmRecognition *recognition, const char *name,
                                           PmNodeId at);
void pm_recognition_add_link (PmRecognition *recognition, const char *kind, const char *file,
                              const char *service, PmNodeId at);

/* The program that a command line starts, without its folder and its arguments (which may hold
 * secrets, so nothing else of it is kept); "" when none can be told. */
const char *pm_recognition_program (PmRecognition *recognition, const char *command);

/* A path below the root from one that a file of the project names ("./x", "../y"), or NULL when it
 * leads out of the root or is absolute. */
const char *pm_recognition_resolve_path (PmRecognition *recognition, const char *path);

/* Matches a node's path: keys separated by dots; `*` is any one key, `**` any number of levels,
 * `[]` any list item, `a|b` either key, a `*` inside a key any part of it. Keys compare without
 * regard to case when the pattern's key starts with `~`. Captures of `*` are numbered from 0:
 * ret_captures has room for 4 and holds node ids. */
gboolean pm_path_match (const PmDocument *document, PmNodeId root, PmNodeId node,
                        const char *pattern, PmNodeId *ret_captures);

G_END_DECLS
