/* DESIGN
 * One pass over the scalars in the order of the file. A string with holes is one scalar, followed
 * by what stands in the holes; a concatenation is an expression, followed by its pieces: `whole` is
 * the last one that others may lie in.
 *
 * A port's role: its name and variable first, then the call around it (one that serves, or any
 * other, which connects), then a host beside it. A bare `port = 3000` is the program's own. */

#include "discovery/program.h"

#include "discovery/cloud-listeners.h"
#include "discovery/go-flags.h"
#include "discovery/go-listeners.h"
#include "discovery/named-addresses.h"
#include "discovery/program-calls.h"
#include "discovery/program-contexts.h"
#include "discovery/program-parts.h"
#include "discovery/vocabulary.h"

#include <string.h>

#define NEAREST_LEVELS 4
#define TRIAL_SHARE 0.5

static const char *const no_text = "";

/* --- files that only try something --- */

static gboolean
is_one_of (const char *word, gsize length, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (list[i]) == length && g_ascii_strncasecmp (list[i], word, length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
pm_program_is_trial (const char *file)
{
  static const char *const folders[] = {
      "test",    "tests", "__tests__", "spec",     "specs",        "e2e",     "__mocks__",
      "mocks",   "mock",  "fixtures",  "testdata", "__fixtures__", "cypress", "benchmark",
      "testing", "bench", "stories",   "testutil", "benchmarks",
  };
  static const char *const marks[] = {".test.",    ".spec.", "_test.", ".stories.",
                                      ".e2e-spec", ".cy.",   "_spec.", ".mock."};
  const char *at = file;
  for (const char *slash; (slash = strchr (at, '/')) != NULL; at = slash + 1)
    if (is_one_of (at, (gsize) (slash - at), folders, G_N_ELEMENTS (folders)))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (at, marks[i]) != NULL)
      return TRUE;
  return g_str_has_prefix (at, "test_");
}

gboolean
pm_program_is_among_tests (const PmRecognition *recognition)
{
  const char *file = recognition->file;
  gsize length = strlen (recognition->project);
  gboolean is_below = strncmp (file, recognition->project, length) == 0 && file[length] == '/';
  return pm_program_is_trial (is_below ? file + length + 1 : file);
}

/* What stands around a literal. */
typedef struct {
  const char *name;  /* the nearest key that is no call's; or what its call names it by */
  const char *outer; /* the next one */
  const char *call;  /* the nearest call, "" none */
  guint argument;    /* which one of it the literal is; G_MAXUINT: something inside of one */
} Place;

static const char *
scalar_text (const PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  return node->kind == PM_NODE_SCALAR ? node->value : NULL;
}

/* `--port`, `-p, --port <n>`, `port`: how options and settings are called by; NULL: no name. */
static const char *
name_in (PmRecognition *r, const char *text)
{
  const char *dashes = strstr (text, "--");
  const char *at = dashes == NULL ? text : dashes + 2;
  gsize length = strspn (at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
  if (length == 0 || length > 64 || g_ascii_isdigit (*at) || (dashes == NULL && at[length] != '\0'))
    return NULL;
  return pm_arena_strndup (r->arena, at, length);
}

/* `set ('port', 3000)`, `set :port, 3000`: the first argument names the others. */
static const char *
name_by_call (PmRecognition *r, PmNodeId list, guint argument, PmNodeId scalar)
{
  if (pm_go_flag_is_defined_by (r, list)) {
    const char *flag = pm_go_flag_name (r, list, scalar);
    return flag == NULL ? NULL : name_in (r, flag);
  }
  PmNodeId first = pm_document_node (r->document, list)->first_child;
  if (argument == 0 || first == 0)
    return NULL;
  /* `add_argument ("-p", "--port", default=3000)`: the long one. */
  const char *short_name = scalar_text (r, first);
  PmNodeId second = pm_document_node (r->document, first)->next_sibling;
  const char *long_name = second == 0 ? NULL : scalar_text (r, second);
  if (short_name != NULL && short_name[0] == '-' && short_name[1] != '-' && long_name != NULL &&
      g_str_has_prefix (long_name, "--"))
    first = second;
  const PmNode *node = pm_document_node (r->document, first);
  if (node->kind != PM_NODE_SCALAR || node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT))
    return NULL;
  const char *text = scalar_text (r, first);
  return text == NULL ? NULL : name_in (r, text);
}

/* Counted without pieces of the arguments before. */
static guint
argument_at (const PmRecognition *r, PmNodeId list, PmNodeId id)
{
  guint n = 0;
  for (PmNodeId at = pm_document_node (r->document, list)->first_child; at != 0 && at != id;
       at = pm_document_node (r->document, at)->next_sibling)
    n += pm_document_node (r->document, at)->flags & PM_NODE_FRAGMENT ? 0 : 1;
  return n;
}

static Place
place_of (PmRecognition *r, PmNodeId scalar)
{
  Place place = {no_text, no_text, no_text, G_MAXUINT};
  PmNodeId below = scalar;
  PmNodeId id = scalar;
  for (guint level = 0; id != 0 && id != r->root && level < NEAREST_LEVELS; level++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (pm_call_is (node->key) && *place.call == '\0') {
      place.call = pm_program_call_name (r, node);
      guint argument = argument_at (r, id, below);
      if (below == scalar)
        place.argument = argument;
      const char *name = name_by_call (r, id, argument, below);
      if (name != NULL && (*place.name == '\0' || strcmp (place.name, "default") == 0))
        place.name = name;
    } else if (node->key != NULL && !pm_call_is (node->key) && pm_call_is_validator (place.call) &&
               pm_call_is_default (place.name)) {
      place.name = node->key; /* envalid: PORT: port ({default: 3000}) */
      place.call = no_text;
    } else if (node->key != NULL && !pm_call_is (node->key) && *place.name == '\0' &&
               (*place.call == '\0' || pm_call_hands_on (place.call))) {
      place.name = node->key; /* also port = int (3000) */
    } else if (node->key != NULL && !pm_call_is (node->key) && *place.outer == '\0' &&
               *place.call == '\0') {
      place.outer = node->key;
    }
    below = id;
    id = node->parent;
  }
  const char *field = pm_program_field_of_default (r, scalar);
  if (field != NULL)
    place.name = field;
  return place;
}

/* --- names --- */

static gboolean
is_number (const char *text)
{
  gsize digits = strspn (text, "0123456789_");
  return digits > 0 && text[digits] == '\0';
}

/* A port beside the name of another machine is that machine's. */
static gboolean
stands_beside_a_host (PmRecognition *r, PmNodeId scalar)
{
  static const char *const keys[] = {"host", "hostname", "Host", "HOST"};
  static const char *const here[] = {"", "localhost", "127.0.0.1", "0.0.0.0", "::", "::1", "*"};
  PmNodeId parent = pm_document_node (r->document, scalar)->parent;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmNodeId host = pm_document_child (r->document, parent, keys[i]);
    const char *text = host == 0 || host == scalar ? NULL : scalar_text (r, host);
    if (text == NULL || pm_document_node (r->document, host)->flags & PM_NODE_EXPRESSION)
      continue;
    if (!is_one_of (text, strlen (text), here, G_N_ELEMENTS (here)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_own_port (const char *name)
{
  return pm_vocabulary_is_own_port (name);
}

static PmKeywordMeaning
meaning_of (const char *name)
{
  PmKeyword keyword;
  pm_vocabulary_look_up (name, NULL, &keyword);
  return *name == '\0' ? PM_KEYWORD_NONE : keyword.meaning;
}

/* DATABASES = {'default': {'ENGINE': …, 'PORT': 5432}}: what a client logs in with. */
static gboolean
stands_beside_a_login (PmRecognition *r, PmNodeId scalar)
{
  PmNodeId parent = pm_document_node (r->document, scalar)->parent;
  if (parent == 0)
    return FALSE;
  for (PmNodeId id = pm_document_node (r->document, parent)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *key = pm_document_node (r->document, id)->key;
    if (key != NULL && pm_vocabulary_is_a_clients (key))
      return TRUE;
  }
  return FALSE;
}

/* `port = 5432`, `add_argument ("--port", default=3306)`: the number tells whose it is, unless what
 * is around it says server. */
static gboolean
is_a_peers_number (const PmNode *node, const Place *place)
{
  if (!is_number (node->value) || strlen (node->value) > 5 || pm_call_serves (place->call) ||
      !pm_vocabulary_is_a_peers_number ((guint) g_ascii_strtoull (node->value, NULL, 10)))
    return FALSE;
  g_autofree char *with_outer = g_strconcat (place->outer, ".", place->name, NULL);
  return pm_vocabulary_says_nobody (place->outer) || !is_own_port (with_outer);
}

/* The name that tells most: the literal's own where it says anything, else its variable's. */
static const char *
name_of (PmRecognition *r, PmNodeId scalar, const Place *place)
{
  const PmNode *node = pm_document_node (r->document, scalar);
  const char *variable = node->variable == NULL ? no_text : node->variable;
  PmKeywordMeaning meaning = meaning_of (place->name);
  if (*variable != '\0' && (meaning == PM_KEYWORD_NONE || meaning == PM_KEYWORD_PEER))
    return variable;
  if (meaning != PM_KEYWORD_PORT && meaning != PM_KEYWORD_HOST)
    return place->name;
  if (*variable != '\0')
    return pm_arena_printf (r->arena, "%s.%s", variable, place->name);
  if (is_a_peers_number (node, place))
    return pm_arena_printf (r->arena, "peer.%s", place->name);
  /* Whatever the connection is called: "default", "primary", "test". */
  if (stands_beside_a_login (r, scalar))
    return pm_arena_printf (r->arena, "database.%s", place->name);
  if (*place->call != '\0' && !pm_call_serves (place->call) &&
      !pm_call_is_transparent (place->call))
    return pm_arena_printf (r->arena, "%s.%s.%s", place->outer, place->call, place->name);
  return *place->outer == '\0' ? place->name
                               : pm_arena_printf (r->arena, "%s.%s", place->outer, place->name);
}

/* smtp.js, config/redis.ts: about somebody else. */
static gboolean
is_peers_file (const char *file)
{
  const char *slash = strrchr (file, '/');
  const char *name = slash == NULL ? file : slash + 1;
  g_autofree char *stem = g_strndup (name, strcspn (name, "."));
  return meaning_of (stem) == PM_KEYWORD_PEER && strcmp (stem, "proxy") != 0;
}

/* `addr = "0.0.0.0:80"`, and Go's `":80"`: nobody connects there. */
static gboolean
is_any_address (const char *text)
{
  return g_str_has_prefix (text, "0.0.0.0:") || g_str_has_prefix (text, "[::]:") ||
         (text[0] == ':' && is_number (text + 1));
}

/* What links are made of: Rails' default_url_options, the `url` of a Phoenix endpoint, whose
 * listeners are `http` and `https`. */
static gboolean
is_for_links (const char *outer)
{
  return strstr (outer, "url_options") != NULL || strcmp (outer, "url") == 0;
}

static PmRole
role_of (PmRecognition *r, PmNodeId scalar, const Place *place)
{
  const PmNode *node = pm_document_node (r->document, scalar);
  if (*place->call != '\0' && pm_call_serves (place->call))
    return PM_ROLE_LISTEN;
  gboolean may_listen = is_own_port (place->name) ||
                        (node->variable != NULL && is_own_port (node->variable)) ||
                        ((*place->call == '\0' || pm_call_is_transparent (place->call)) &&
                         is_any_address (node->value));
  if (!may_listen ||
      (*place->call != '\0' && !pm_call_is_transparent (place->call) &&
       place->argument == G_MAXUINT) ||
      is_peers_file (r->file) || is_for_links (place->outer))
    return PM_ROLE_REFERENCE;
  /* Asked last: it looks at all siblings. */
  return stands_beside_a_host (r, scalar) ? PM_ROLE_REFERENCE : PM_ROLE_LISTEN;
}

/* --- numbers that are none --- */

static char
byte_before (const PmDocument *document, guint32 at, guint32 *ret_at)
{
  while (at > 0 && g_ascii_isspace (document->bytes[at - 1]))
    at--;
  *ret_at = at;
  return at == 0 ? '\0' : document->bytes[at - 1];
}

/* `1024 * 1024`, `1024 << 10`: a size. */
static gboolean
is_multiplied (const PmDocument *document, const PmNode *node)
{
  const char *at = document->bytes + node->outer.end, *end = document->bytes + document->length;
  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  return end - at > 1 && (at[0] == '*' || (at[0] == '<' && at[1] == '<'));
}

/* `port <= 65535`, `port === 443`, `base + 100`. */
static gboolean
is_operand (const PmDocument *document, const PmNode *node)
{
  if (is_multiplied (document, node))
    return TRUE;
  guint32 at;
  char before = byte_before (document, node->outer.start, &at);
  if (before == '\0' || strchr ("<>=+-*%", before) == NULL || at < 2)
    return FALSE;
  char second = document->bytes[at - 2];
  if (before == '=')
    return strchr ("<>=!", second) != NULL;
  return before != '>' || second != '=';
}

#define NEAR_ENOUGH 200 /* bytes: a switch over schemes, two fields of one class */

/* `haystack` holds 80 or 443 as a number of its own. */
static gboolean
holds_number (const char *haystack, gsize length, const char *number)
{
  gsize digits = strlen (number);
  const char *at = haystack, *end = haystack + length;
  while ((at = memmem (at, (gsize) (end - at), number, digits)) != NULL) {
    if ((at == haystack || !g_ascii_isalnum (at[-1])) &&
        (at + digits == end || !g_ascii_isalnum (at[digits])))
      return TRUE;
    at++;
  }
  return FALSE;
}

static gboolean
holds_word (const char *haystack, gsize length, const char *word)
{
  gsize n = strlen (word);
  for (gsize i = 0; i + n <= length; i++)
    if (g_ascii_strncasecmp (haystack + i, word, n) == 0)
      return TRUE;
  return FALSE;
}

/* `switch (scheme) { case "https": port = "443"; default: port = "80" }`, wherever the two stand:
 * whoever speaks of both schemes and both numbers says what the schemes mean, too. */
static gboolean
is_among_schemes (const PmDocument *document, const PmNode *node, const char *other)
{
  gsize from = node->span.start > NEAR_ENOUGH ? node->span.start - NEAR_ENOUGH : 0;
  gsize to = MIN ((gsize) node->span.end + NEAR_ENOUGH, document->length);
  return (holds_word (document->bytes + from, to - from, "https") ||
          holds_word (document->bytes + from, to - from, "wss")) &&
         holds_number (document->bytes + from, to - from, other);
}

/* `parsed.port or 443`, `url.port || 80`: the scheme's port, where the URL has none. */
static gboolean
is_what_a_url_leaves_out (const PmDocument *document, const PmNode *node)
{
  static const char *const marks[] = {".port or ", ".port || ", ".port ?? ", ".port ?: "};
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++) {
    gsize length = strlen (marks[i]);
    if (node->outer.start >= length &&
        memcmp (document->bytes + node->outer.start - length, marks[i], length) == 0)
      return TRUE;
  }
  return FALSE;
}

/* `protocol === 'https:' ? 443 : 80` says what the schemes mean. */
static gboolean
is_scheme_default (const PmDocument *document, const PmNode *node)
{
  gboolean is_https = strcmp (node->value, "443") == 0;
  if (!is_https && strcmp (node->value, "80") != 0)
    return FALSE;
  if (is_what_a_url_leaves_out (document, node))
    return TRUE;
  gsize from = node->span.start > 8 ? node->span.start - 8 : 0;
  gsize to = MIN ((gsize) node->span.end + 8, document->length);
  const char *other = is_https ? "80" : "443";
  if (is_among_schemes (document, node, other))
    return TRUE;
  return memmem (document->bytes + from, node->span.start - from, other, strlen (other)) != NULL ||
         memmem (document->bytes + node->span.end, to - node->span.end, other, strlen (other)) !=
             NULL;
}

/* --- reading --- */

/* `run (20, options)` and `bind (1, x)` count something else: every server's `listen (80)` does
 * not. */
static gboolean
is_likely_bound (const char *call, const char *text)
{
  static const char *const usual[] = {"run()", "Run()", "bind()", "Bind()"};
  guint64 number = g_ascii_strtoull (text, NULL, 10);
  gboolean may_be_other = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    may_be_other |= strcmp (call, usual[i]) == 0;
  return !may_be_other || number >= 1024 || number == 80 || number == 443;
}

/* `s.bind(('', 8080)); s.listen(5)`: five connections may wait (Python, "socket.listen"). */
static gboolean
is_backlog (const PmRecognition *r, const char *call)
{
  static const char bound[] = "bind((";
  return strcmp (call, "listen()") == 0 &&
         memmem (r->document->bytes, r->document->length, bound, sizeof bound - 1) != NULL;
}

/* `run ('chown 1000:1000 …')`, `run ("docker run -p …")`: a command, as subprocess.run of Python,
 * Laravel's Process::run and others take one; a server's run () is given no blanks. */
static gboolean
is_run (const char *call)
{
  return strcmp (call, "run()") == 0 || strcmp (call, "Run()") == 0;
}

/* An argument of a call that has no name: `listen (3000)`, `fetch ('http://api:80')`. */
static void
read_argument (PmRecognition *r, PmNodeId scalar, const Place *place, const PmRule *rule,
               const char *service)
{
  PmRule by_call = *rule;
  by_call.grammar = PM_GRAMMAR_TEXT;
  by_call.role = PM_ROLE_REFERENCE;
  const char *text = scalar_text (r, scalar);
  if (pm_call_serves (place->call) && is_number (text) &&
      (!is_likely_bound (place->call, text) || is_backlog (r, place->call)))
    return;
  if (is_run (place->call) && strchr (text, ' ') != NULL) {
    by_call.grammar = PM_GRAMMAR_COMMAND;
    by_call.role = PM_ROLE_LISTEN;
    pm_recognition_read (r, scalar, &by_call, service);
    return;
  }
  if (pm_call_serves (place->call)) {
    by_call.role = PM_ROLE_LISTEN;
    if (place->argument == 0 || strcmp (place->call, "UseUrls()") == 0)
      by_call.grammar = PM_GRAMMAR_ENDPOINT;
    else if (!is_number (text))
      by_call.grammar = PM_GRAMMAR_HOST;
    else if (g_str_has_prefix (place->call, "run") || g_str_has_prefix (place->call, "start"))
      by_call.grammar = PM_GRAMMAR_PORT;
    by_call.insists = by_call.grammar == PM_GRAMMAR_ENDPOINT;
  } else if (meaning_of (place->call) == PM_KEYWORD_COMMAND && strchr (text, ' ') != NULL) {
    by_call.grammar = PM_GRAMMAR_COMMAND;
  }
  gint first = pm_recognition_read (r, scalar, &by_call, service);
  if (first < 0 && by_call.grammar == PM_GRAMMAR_HOST) {
    by_call.grammar = PM_GRAMMAR_TEXT;
    pm_recognition_read (r, scalar, &by_call, service);
  }
}

/* `listen (process.env.PORT || 3000)`: what the variable is called tells nothing that the call does
 * not. */
static gboolean
is_what_it_binds (const Place *place)
{
  return *place->name == '\0' && place->argument == 0 && pm_call_serves (place->call);
}

static void
read_scalar (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  const PmNode *node = pm_document_node (r->document, scalar);
  gboolean is_literal = node->quoting == PM_QUOTING_NONE && is_number (node->value);
  if (is_literal && is_operand (r->document, node))
    return;
  if (pm_go_listeners_read (r, scalar, rule, service) ||
      pm_cloud_listeners_read (r, scalar, rule, service) ||
      pm_named_addresses_read (r, scalar, rule, service) ||
      pm_program_read_in_context (r, scalar, rule, service) ||
      pm_program_read_pair (r, scalar, rule, service) ||
      pm_program_read_alone (r, scalar, rule, service) ||
      pm_program_read_tag (r, scalar, rule, service) ||
      pm_program_read_hole (r, scalar, rule, service))
    return;
  Place place = place_of (r, scalar);
  /* `autoBind = 1`: a name that binds, and counts or switches something. */
  if (is_literal && *place.call == '\0' && meaning_of (place.name) == PM_KEYWORD_LISTEN &&
      !is_likely_bound ("bind()", node->value))
    return;
  if (is_number (node->value) && !(*place.call != '\0' && pm_call_serves (place.call)) &&
      is_scheme_default (r->document, node))
    return;
  const char *name = name_of (r, scalar, &place);
  if (*place.call != '\0' && (*name == '\0' || is_what_it_binds (&place))) {
    read_argument (r, scalar, &place, rule, service);
    return;
  }
  PmRule by_place = *rule;
  by_place.role = role_of (r, scalar, &place);
  if (by_place.role == PM_ROLE_LISTEN && *place.call != '\0' && pm_call_serves (place.call) &&
      *place.name != '\0')
    name = place.name;
  /* Prose under a port's name: a message about one. */
  if (node->quoting != PM_QUOTING_NONE && strchr (node->value, ' ') != NULL &&
      meaning_of (name) == PM_KEYWORD_PORT)
    name = no_text;
  pm_recognition_read_named (r, scalar, name, &by_place, service);
}

static gboolean
is_same (const PmFinding *a, const PmFinding *b)
{
  return a->span.start == b->span.start && a->span.end == b->span.end && a->kind == b->kind &&
         a->port == b->port && strcmp (a->path, b->path) == 0;
}

/* What the string around it told already; the surer one counts. */
static void
drop_repeated (PmRecognition *r, guint first)
{
  for (guint i = r->out->findings->len; i > first; i--) {
    const PmFinding *again = pm_recognition_finding (r, i - 1);
    for (guint back = first; back > 0 && first - back < 8; back--) {
      PmFinding *before = pm_recognition_finding (r, back - 1);
      if (!is_same (before, again))
        continue;
      before->confidence = MAX (before->confidence, again->confidence);
      g_array_remove_index (r->out->findings, i - 1);
      break;
    }
  }
}

/* What stands in a hole of a string, `http://localhost:${process.env.PORT || 3000}`, belongs to the
 * string: nobody binds it there. */
static void
read_in_string (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  const PmNode *node = pm_document_node (r->document, scalar);
  PmRule inside = *rule;
  inside.grammar = PM_GRAMMAR_TEXT;
  inside.role = PM_ROLE_REFERENCE;
  if (node->variable != NULL && is_number (node->value) &&
      meaning_of (node->variable) == PM_KEYWORD_PORT)
    inside.grammar = PM_GRAMMAR_PORT;
  guint first = r->out->findings->len;
  pm_recognition_read (r, scalar, &inside, service);
  drop_repeated (r, first);
}

/* `["--port", "3009"]` is one command, unless somebody has read it as one. */
static gboolean
is_vector (const PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  if (node->kind != PM_NODE_LIST || pm_call_is (node->key) || r->was_read[node->first_child])
    return FALSE;
  for (PmNodeId at = node->first_child; at != 0;
       at = pm_document_node (r->document, at)->next_sibling) {
    const char *text = scalar_text (r, at);
    if (text == NULL)
      return FALSE;
    if (text[0] == '-' && g_ascii_isalpha (text[text[1] == '-' ? 2 : 1]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
lies_in (const PmNode *node, const PmNode *whole)
{
  return node->span.start >= whole->outer.start && node->span.end <= whole->outer.end;
}

/* Whatever a file is for, an address in it is one. */
static void
believe_addresses (PmRecognition *r, guint first)
{
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_IP)
      finding->confidence /= TRIAL_SHARE;
  }
}

void
pm_program_read (PmRecognition *recognition, PmNodeId below, const PmRule *rule,
                 const char *service)
{
  PmRule in_file = *rule;
  if (pm_program_is_trial (recognition->file))
    in_file.confidence *= TRIAL_SHARE;
  PmRule vector = in_file;
  vector.grammar = PM_GRAMMAR_COMMAND;
  vector.role = PM_ROLE_LISTEN;

  const GArray *nodes = recognition->document->nodes;
  guint first = recognition->out->findings->len;
  PmNodeId whole = 0;
  for (PmNodeId id = below; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (recognition->document, id);
    if (id > below && node->parent < below)
      break;
    if (is_vector (recognition, id))
      pm_recognition_read_vector (recognition, id, &vector, service);
    if (node->kind != PM_NODE_SCALAR)
      continue;
    const PmNode *around = pm_document_node (recognition->document, whole);
    gboolean is_inside = whole != 0 && lies_in (node, around);
    if (!is_inside)
      whole = id;
    if (recognition->was_read[id] || node->flags & PM_NODE_EXPRESSION ||
        !pm_recognition_may_hit (recognition, id))
      continue;
    if (!is_inside)
      read_scalar (recognition, id, &in_file, service);
    else if (around->flags & PM_NODE_EXPRESSION || !(node->flags & PM_NODE_FRAGMENT))
      read_in_string (recognition, id, &in_file, service);
  }
  if (in_file.confidence < rule->confidence)
    believe_addresses (recognition, first);
}
