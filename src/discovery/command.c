/* Argument vectors in one string, as scripts, compose and JSON arrays have them.
 *
 * DESIGN
 * One pass over words; quotes and what JSON puts between the items of an array separate them. A
 * quoted word with blanks in it is a command inside a command: its quotes are looked through. The
 * state between two words is small: the program, what its positional arguments are, and a flag that
 * waits for its value. What a flag means stands in command-flags.c, what is forwarded in
 * command-forward.c; what no table knows is read as free text, word by word. */

#include "discovery/command.h"

#include <string.h>

#include "discovery/endpoint.h"
#include "discovery/port.h"
#include "discovery/vocabulary.h"

typedef struct {
  PmScan *scan;
  PmSpan range;
  guint32 at;
  guint32 closing[3];  /* where quotes end that are looked through, by kind */
  guint32 unclosed[3]; /* no quote of this kind from here on */

  gboolean has_program;
  PmSpan program;
  PmArgument positional;
  gboolean has_positional;
  PmArgument pending; /* of the flag before */
  gboolean is_pending;
  PmSpan host;     /* the machine that it is told to connect to; empty: none yet */
  guint first_hit; /* of its own */
} Command;

static int
quote_kind (char c)
{
  return c == '"' ? 0 : c == '\'' ? 1 : 2;
}

/* `psql -h db -p 5433`, `nc db 5433`: ports that somebody connects to are those of the machine that
 * the same command names. */
static void
join_host (Command *command)
{
  GArray *hits = command->scan->hits;
  for (guint i = command->first_hit; pm_span_length (command->host) > 0 && i < hits->len; i++) {
    PmHit *hit = &g_array_index (hits, PmHit, i);
    gboolean is_apart =
        strcmp (hit->grammar, "flag.port") == 0 || strcmp (hit->grammar, "flag.reference") == 0;
    if (hit->kind != PM_KIND_PORT || hit->role != PM_ROLE_REFERENCE || !is_apart ||
        hit->host_end > hit->host_start)
      continue;
    hit->host_start = command->host.start;
    hit->host_end = command->host.end;
  }
  command->host = (PmSpan){0, 0};
  command->first_hit = hits->len;
}

/* A name or an address; a directory (libpq's sockets) and what is only known at run time are none.
 */
static void
remember_host (Command *command, PmSpan value)
{
  const char *text = command->scan->text;
  for (guint32 at = value.start; at < value.end; at++)
    if (!pm_char_is_host (text[at]))
      return;
  if (value.start < value.end && g_ascii_isalnum (text[value.start]) &&
      pm_span_length (command->host) == 0)
    command->host = value;
}

/* ssh(1), scp(1): [user@]host, and a path behind a colon, without which scp's are local. */
static void
remember_destination (Command *command, PmSpan word)
{
  const char *text = command->scan->text;
  if (pm_scan_is (command->scan, command->program, "scp") &&
      memchr (text + word.start, ':', pm_span_length (word)) == NULL)
    return;
  const char *at = memrchr (text + word.start, '@', pm_span_length (word));
  if (at != NULL)
    word.start = (guint32) (at - text) + 1;
  const char *colon = memchr (text + word.start, ':', pm_span_length (word));
  if (colon != NULL)
    word.end = (guint32) (colon - text);
  remember_host (command, word);
}

static void
start_command (Command *command)
{
  join_host (command);
  command->has_program = command->has_positional = command->is_pending = FALSE;
  command->program = (PmSpan){0, 0};
}

/* --- values --- */

/* `--host http://localhost:8089`: a host's flag binds names and addresses; who is given a whole URL
 * goes there (locust, tb, ollama's clients). */
static gboolean
is_a_clients_url (const PmScan *scan, const PmArgument *argument, PmSpan value)
{
  gsize n = pm_span_length (value);
  const char *text = scan->text + value.start;
  return argument->kind == PM_ARGUMENT_HOST && ((n > 7 && memcmp (text, "http://", 7) == 0) ||
                                                (n > 8 && memcmp (text, "https://", 8) == 0));
}

/* nsqlookupd:4161, db.internal:5432: nobody binds another machine's name. */
static gboolean
is_somebodys_name (const PmScan *scan, const PmHit *hit)
{
  PmSpan host = {hit->host_start, hit->host_end};
  gboolean has_letter = FALSE;
  for (guint32 i = host.start; i < host.end; i++) {
    if (!g_ascii_isalnum (scan->text[i]) && strchr ("-_.", scan->text[i]) == NULL)
      return FALSE;
    has_letter |= g_ascii_isalpha (scan->text[i]);
  }
  return has_letter && !pm_scan_is (scan, host, "localhost");
}

static void
add_endpoint (Command *command, PmSpan value, const PmArgument *argument)
{
  PmScan *scan = command->scan;
  guint before = scan->hits->len;
  PmArgument asks = *argument;
  if (is_a_clients_url (scan, argument, value)) {
    asks.role = PM_ROLE_REFERENCE;
    asks.is_sure = TRUE;
    argument = &asks;
  }
  pm_grammar_endpoint (scan, value);
  for (guint i = before; i < scan->hits->len; i++) {
    PmHit *hit = &g_array_index (scan->hits, PmHit, i);
    if (hit->kind != PM_KIND_PORT)
      continue;
    hit->role = argument->role;
    hit->role_is_sure = argument->is_sure;
    if (argument->role == PM_ROLE_LISTEN && !argument->is_sure && is_somebodys_name (scan, hit)) {
      hit->role = PM_ROLE_REFERENCE;
      hit->role_is_sure = TRUE;
    }
    hit->grammar = argument->is_debugger         ? "flag.debugger"
                   : hit->role == PM_ROLE_LISTEN ? "flag.listen"
                                                 : "flag.reference";
  }
}

/* Of NAME=port what the name says: somebody else's, or the program's own; PORT alone surely. */
static PmArgument
assigned_port (const PmScan *scan, PmSpan name)
{
  g_autofree char *text = g_strndup (scan->text + name.start, MIN (pm_span_length (name), 64));
  PmKeyword keyword;
  pm_vocabulary_look_up (text, NULL, &keyword);
  if (keyword.role_is_known && keyword.role == PM_ROLE_REFERENCE)
    return (PmArgument){PM_ARGUMENT_PORT, PM_ROLE_REFERENCE, TRUE};
  return (PmArgument){PM_ARGUMENT_PORT, PM_ROLE_LISTEN, pm_scan_is (scan, name, "PORT")};
}

/* NAME=value in front of a command, of env, or of docker's -e. */
static void
add_assignment (Command *command, PmSpan word, PmSpan value)
{
  PmScan *scan = command->scan;
  const char *equals = memchr (scan->text + word.start, '=', word.end - word.start);
  if (equals == NULL)
    return;
  PmSpan name = {word.start, (guint32) (equals - scan->text)};
  if (pm_span_length (value) == 0)
    value = (PmSpan){name.end + 1, word.end};
  guint before = scan->hits->len;
  if (pm_command_is_port_name (scan, name)) {
    PmArgument argument = assigned_port (scan, name);
    /* `-a "port=3306/tcp state=enabled"`: a firewall's way to write one. */
    if (memchr (scan->text + value.start, '/', pm_span_length (value)) != NULL)
      argument = (PmArgument){PM_ARGUMENT_PORT, PM_ROLE_REFERENCE, TRUE};
    pm_command_add_port (scan, value, &argument, "assignment");
  }
  if (scan->hits->len == before)
    pm_grammar_text (scan, value);
}

/* Free text among the arguments: `curl http://0.0.0.0:8080/` asks somebody there. */
static void
add_text (Command *command, PmSpan text)
{
  PmScan *scan = command->scan;
  guint before = scan->hits->len;
  pm_grammar_text (scan, text);
  if (!pm_command_is_client (scan, command->program))
    return;
  for (guint i = before; i < scan->hits->len; i++) {
    PmHit *hit = &g_array_index (scan->hits, PmHit, i);
    if (hit->kind != PM_KIND_PORT || hit->role != PM_ROLE_LISTEN)
      continue;
    hit->role = PM_ROLE_REFERENCE;
    hit->role_is_sure = TRUE;
  }
}

/* Behind a letter whose meaning is not known for this program: small numbers count something. */
static gboolean
is_likely (guint port)
{
  return port >= 1024 || port == 80 || port == 443;
}

static void
apply_kind (Command *command, const PmArgument *argument, PmSpan value)
{
  PmScan *scan = command->scan;
  PmPortText port;
  switch (argument->kind) {
  case PM_ARGUMENT_NONE:
  case PM_ARGUMENT_SWITCH:
    break;
  case PM_ARGUMENT_PORT:
    pm_command_add_port (command->scan, value, argument, "flag.port");
    break;
  case PM_ARGUMENT_LIKELY_PORT:
    if (pm_port_parse (scan, value, &port) && is_likely (port.port))
      pm_command_add_port (command->scan, value, argument, "flag.port");
    break;
  case PM_ARGUMENT_ENDPOINT:
    add_endpoint (command, value, argument);
    break;
  case PM_ARGUMENT_PORT_OR_ENDPOINT:
    if (memchr (scan->text + value.start, ':', pm_span_length (value)) != NULL)
      add_endpoint (command, value, argument);
    else if (pm_port_parse (scan, value, &port) && is_likely (port.port))
      pm_command_add_port (command->scan, value, argument, "flag.port");
    break;
  case PM_ARGUMENT_HOST:
    /* --host 0.0.0.0, and the clients' --host name:port. */
    if (memchr (scan->text + value.start, ':', pm_span_length (value)) != NULL) {
      add_endpoint (command, value, argument);
    } else {
      remember_host (command, value);
      pm_grammar_host (scan, value);
    }
    break;
  case PM_ARGUMENT_MAPPING:
    pm_grammar_mapping (scan, value);
    break;
  case PM_ARGUMENT_FORWARD:
    pm_command_add_forward (scan, value, argument);
    break;
  case PM_ARGUMENT_TUNNEL:
  case PM_ARGUMENT_BACK_TUNNEL:
    pm_command_add_tunnel (scan, value, argument);
    break;
  case PM_ARGUMENT_ASSIGNMENT:
    add_assignment (command, value, (PmSpan){0, 0});
    break;
  }
}

/* A value that is not what its flag usually takes (`-b 0.0.0.0`, `-p 127.0.0.1:$port:80`) is text.
 */
static void
apply (Command *command, const PmArgument *argument, PmSpan value)
{
  guint before = command->scan->hits->len;
  apply_kind (command, argument, value);
  gboolean is_understood = argument->kind == PM_ARGUMENT_TUNNEL ||
                           argument->kind == PM_ARGUMENT_BACK_TUNNEL ||
                           argument->kind == PM_ARGUMENT_NONE;
  if (command->scan->hits->len == before && !is_understood)
    add_text (command, value);
}

/* --- words --- */

/* -Dserver.port=8081 */
static void
read_property (Command *command, PmSpan name, PmSpan value)
{
  PmArgument argument = {PM_ARGUMENT_PORT, PM_ROLE_LISTEN, FALSE};
  if (pm_command_is_port_name (command->scan, name))
    pm_command_add_port (command->scan, value, &argument, "flag.port");
  else
    pm_grammar_text (command->scan, value);
}

/* -p3000, and nc's bundles: -lvp 4444. */
static gboolean
read_bundle (Command *command, PmSpan name)
{
  PmScan *scan = command->scan;
  PmArgument argument;
  guint32 switches = pm_command_bundled_switches (scan, command->program, name);
  if (switches > 0 && name.start + switches < name.end) {
    name.start += switches; /* ssh -fNL 8080:localhost:80 */
    if (name.end - name.start == 1) {
      command->is_pending =
          pm_command_flag (scan, command->program, name, FALSE, &command->pending);
      return TRUE;
    }
  }
  PmSpan letter = {name.start, name.start + 1};
  char second = scan->text[name.start + 1];
  if (pm_command_flag (scan, command->program, letter, FALSE, &argument) &&
      (g_ascii_isdigit (second) || second == ':' || second == '[')) {
    apply (command, &argument, (PmSpan){name.start + 1, name.end});
    return TRUE;
  }
  if (pm_scan_is (scan, command->program, "nc") && scan->text[name.end - 1] == 'p') {
    command->pending = (PmArgument){PM_ARGUMENT_PORT, PM_ROLE_LISTEN, TRUE};
    command->is_pending = TRUE;
    return TRUE;
  }
  return FALSE;
}

/* What follows is the flag's, and no machine. */
static void
await_nothing (Command *command)
{
  command->pending = (PmArgument){.kind = PM_ARGUMENT_NONE};
  command->is_pending = TRUE;
}

static void
read_flag (Command *command, PmSpan word, PmSpan value, gboolean has_value)
{
  PmScan *scan = command->scan;
  PmSpan name = {word.start + 1, has_value ? value.start - 1 : word.end};
  gboolean is_long = name.start < name.end && scan->text[name.start] == '-';
  if (is_long)
    name.start++;
  while (has_value && name.end > name.start && scan->text[name.end - 1] != '=' &&
         memchr (scan->text + name.start, '=', name.end - name.start) != NULL)
    name.end--;
  if (name.end > name.start && scan->text[name.end - 1] == '=')
    name.end--;
  if (name.start >= name.end)
    return;
  if (!is_long && has_value && scan->text[name.start] == 'D' && name.end - name.start > 2) {
    read_property (command, (PmSpan){name.start + 1, name.end}, value);
    return;
  }
  PmArgument argument;
  if (!is_long && !has_value && name.end - name.start > 1 && read_bundle (command, name))
    return;
  if (!pm_command_flag (scan, command->program, name, is_long, &argument)) {
    if (has_value)
      add_text (command, value);
    else if (pm_command_flag_takes_value (scan, command->program, name, is_long))
      await_nothing (command);
    return;
  }
  if (has_value) {
    apply (command, &argument, value);
    return;
  }
  command->pending = argument;
  command->is_pending = argument.kind != PM_ARGUMENT_SWITCH;
}

/* socat's TCP-LISTEN:80,fork and TCP:host:80. */
static gboolean
read_socat (Command *command, PmSpan word)
{
  PmScan *scan = command->scan;
  const char *colon = memchr (scan->text + word.start, ':', pm_span_length (word));
  if (colon == NULL)
    return FALSE;
  PmSpan type = {word.start, (guint32) (colon - scan->text)};
  PmSpan value = {type.end + 1, word.end};
  const char *comma = memchr (scan->text + value.start, ',', pm_span_length (value));
  if (comma != NULL)
    value.end = (guint32) (comma - scan->text);
  gboolean listens = pm_scan_ends_with (scan, type, "-LISTEN");
  PmArgument argument = {PM_ARGUMENT_ENDPOINT, listens ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE, TRUE};
  if (pm_span_length (type) < 3 || g_ascii_strncasecmp (scan->text + type.start + 1, "NIX", 3) == 0)
    return TRUE;
  add_endpoint (command, value, &argument);
  return TRUE;
}

static PmSpan
without_directory (const PmScan *scan, PmSpan word)
{
  const char *slash = memrchr (scan->text + word.start, '/', pm_span_length (word));
  return slash == NULL ? word : (PmSpan){(guint32) (slash - scan->text) + 1, word.end};
}

/* Also for programs whose arguments are names with colons: `docker compose exec api wait-for
 * localhost:3001`. */
static gboolean
is_surely_a_machine (const PmScan *scan, PmSpan word)
{
  static const char local[] = "localhost:";
  return memmem (scan->text + word.start, pm_span_length (word), "://", 3) != NULL ||
         (pm_span_length (word) > strlen (local) &&
          memcmp (scan->text + word.start, local, strlen (local)) == 0);
}

static gboolean
is_number (const PmScan *scan, PmSpan word)
{
  while (word.start < word.end && g_ascii_isdigit (scan->text[word.start]))
    word.start++;
  return word.start == word.end;
}

static void
read_positional (Command *command, PmSpan word)
{
  PmScan *scan = command->scan;
  PmArgument argument;
  PmSpan name = without_directory (scan, word);
  if (pm_command_runs (scan, command->program, name))
    command->program = name;
  if (pm_scan_is (scan, command->program, "socat") && read_socat (command, word))
    return;
  if (pm_command_positional (scan, word, &argument)) {
    command->positional = argument;
    command->has_positional = TRUE;
    return;
  }
  if (pm_command_goes_to (scan, command->program))
    remember_destination (command, word);
  if (command->has_positional) {
    if (command->positional.role == PM_ROLE_REFERENCE && !is_number (scan, word))
      remember_host (command, word);
    apply (command, &command->positional, word);
    return;
  }
  if (pm_command_takes_names (scan, command->program) && !is_surely_a_machine (scan, word))
    return;
  add_text (command, word);
}

static gboolean
is_assignment (const PmScan *scan, PmSpan word)
{
  guint32 at = word.start;
  if (at < word.end && !g_ascii_isalpha (scan->text[at]) && scan->text[at] != '_')
    return FALSE;
  while (at < word.end && pm_char_is_word (scan->text[at]))
    at++;
  return at > word.start && at < word.end && scan->text[at] == '=';
}

static void
take_program (Command *command, PmSpan word)
{
  PmScan *scan = command->scan;
  if (memmem (scan->text + word.start, pm_span_length (word), "://", 3) != NULL ||
      memchr (scan->text + word.start, ':', pm_span_length (word)) != NULL) {
    pm_grammar_text (scan, word);
    return;
  }
  word = without_directory (scan, word);
  command->program = word;
  command->has_program = !pm_command_is_wrapper (scan, word);
  command->has_positional = pm_command_positional (scan, word, &command->positional);
}

/* Bash's /dev/tcp/host/port and /dev/udp/host/port, a file that is a connection ("Redirections").
 */
static gboolean
read_connection (Command *command, PmSpan word)
{
  static const char *const folders[] = {"/dev/tcp/", "/dev/udp/"};
  PmScan *scan = command->scan;
  const char *end = scan->text + word.end;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    gsize length = strlen (folders[i]);
    const char *at = memmem (scan->text + word.start, pm_span_length (word), folders[i], length);
    const char *host = at == NULL ? NULL : at + length;
    const char *slash = host == NULL ? NULL : memchr (host, '/', (gsize) (end - host));
    if (slash == NULL)
      continue;
    PmArgument argument = {PM_ARGUMENT_PORT, PM_ROLE_REFERENCE, TRUE};
    PmSpan name = {(guint32) (host - scan->text), (guint32) (slash - scan->text)};
    PmSpan port = {name.end + 1, word.end};
    while (port.end > port.start && !g_ascii_isdigit (scan->text[port.end - 1]))
      port.end--;
    pm_grammar_host (scan, name);
    guint before = scan->hits->len;
    pm_command_add_port (command->scan, port, &argument, "endpoint");
    if (scan->hits->len > before) {
      PmHit *hit = &g_array_index (scan->hits, PmHit, before);
      hit->host_start = name.start;
      hit->host_end = name.end;
      hit->transport = i == 1 ? PM_TRANSPORT_UDP : PM_TRANSPORT_TCP;
    }
    return TRUE;
  }
  return FALSE;
}

/* `timeout 5s node x.js`: what a wrapper is given before its program. */
static gboolean
is_wrappers_number (const Command *command, PmSpan word)
{
  const PmScan *scan = command->scan;
  if (pm_span_length (command->program) == 0 || command->has_program)
    return FALSE;
  while (word.start < word.end &&
         (g_ascii_isdigit (scan->text[word.start]) || scan->text[word.start] == '.'))
    word.start++;
  return word.start == word.end ||
         (word.start + 1 == word.end && strchr ("smhd", scan->text[word.start]) != NULL);
}

static void
take_word (Command *command, PmSpan word, PmSpan value, gboolean has_value)
{
  PmScan *scan = command->scan;
  gboolean flag = pm_span_length (word) > 1 && scan->text[word.start] == '-';
  if (command->is_pending && !flag) {
    command->is_pending = FALSE;
    if (command->pending.kind == PM_ARGUMENT_ASSIGNMENT && has_value) /* NAME="value" */
      add_assignment (command, word, value);
    else
      apply (command, &command->pending, word);
    return;
  }
  command->is_pending = FALSE;
  if (read_connection (command, word))
    return;
  if (pm_scan_is (scan, word, "--") && pm_command_hands_over (scan, command->program))
    start_command (command);
  else if (flag)
    read_flag (command, word, value, has_value);
  else if (is_assignment (scan, word))
    add_assignment (command, word, has_value ? value : (PmSpan){0, 0});
  else if (is_wrappers_number (command, word))
    return;
  else if (!command->has_program)
    take_program (command, word);
  else
    read_positional (command, word);
}

/* --- separating words --- */

/* The end of the quote that opens at `at`, or 0. */
static guint32
closing_quote (Command *command, guint32 at)
{
  const char *text = command->scan->text;
  int kind = quote_kind (text[at]);
  if (command->unclosed[kind] != 0 && at >= command->unclosed[kind])
    return 0;
  const char *close = memchr (text + at + 1, text[at], command->range.end - at - 1);
  if (close == NULL) {
    command->unclosed[kind] = MAX (at, 1);
    return 0;
  }
  return (guint32) (close - text);
}

static gboolean
has_blank (const PmScan *scan, guint32 start, guint32 end)
{
  for (guint32 i = start; i < end; i++)
    if (pm_char_is_blank (scan->text[i]))
      return TRUE;
  return FALSE;
}

/* A quoted word is taken whole; one with blanks inside is looked through as a command of its own,
 * unless a flag waits for it. */
static void
read_quote (Command *command)
{
  PmScan *scan = command->scan;
  guint32 at = command->at++;
  int kind = quote_kind (scan->text[at]);
  if (command->closing[kind] == at && at != 0)
    return;
  guint32 close = closing_quote (command, at);
  if (close == 0)
    return;
  if (has_blank (scan, at + 1, close)) {
    command->closing[kind] = close;
    start_command (command);
    return;
  }
  PmSpan word = {at + 1, close};
  const char *equals = memchr (scan->text + word.start, '=', pm_span_length (word));
  PmSpan value = {equals == NULL ? close : (guint32) (equals - scan->text) + 1, close};
  command->at = close + 1;
  if (word.start < word.end)
    take_word (command, word, value, equals != NULL);
}

/* Ends an unquoted word: `,` does only where JSON would have put it. */
static gboolean
ends_word (const Command *command, guint32 at)
{
  char c = command->scan->text[at];
  if (pm_char_is_blank (c) || pm_char_is_quote (c) || c == ';' || c == '|' || c == '&' ||
      c == '(' || c == ')' || c == '<' || c == '>' || c == '\0')
    return TRUE;
  char next = at + 1 < command->range.end ? command->scan->text[at + 1] : ' ';
  return c == ',' && (pm_char_is_blank (next) || pm_char_is_quote (next));
}

static void
read_word (Command *command)
{
  PmScan *scan = command->scan;
  PmSpan word = {command->at, command->at}, value = {0, 0};
  gboolean has_value = FALSE;
  while (word.end < command->range.end && !ends_word (command, word.end)) {
    char c = scan->text[word.end++];
    if (c == '=' && !has_value) {
      has_value = TRUE;
      value.start = word.end;
    }
  }
  value.end = word.end;
  command->at = word.end;
  while (word.end > word.start && scan->text[word.end - 1] == '\\')
    word.end--;
  value.end = MAX (value.start, MIN (value.end, word.end));
  guint32 close = 0;
  if (has_value && value.start == word.end && word.end < command->range.end &&
      pm_char_is_quote (scan->text[word.end]) &&
      command->closing[quote_kind (scan->text[word.end])] != word.end)
    close = closing_quote (command, word.end);
  if (close > 0) {
    value = (PmSpan){word.end + 1, close};
    command->at = close + 1;
  }
  if (word.end > word.start)
    take_word (command, word, value, has_value);
  if (command->at == word.start)
    command->at++;
}

static void
step (Command *command)
{
  char c = command->scan->text[command->at];
  if (pm_char_is_quote (c)) {
    read_quote (command);
  } else if (pm_char_is_blank (c) || c == ',' || c == '\\' || c == '\0' || c == '<' || c == '>') {
    if (c == '\n' && (command->at == 0 || command->scan->text[command->at - 1] != '\\'))
      start_command (command);
    command->at++;
  } else if (c == ';' || c == '|' || c == '&' || c == '(' || c == ')') {
    start_command (command);
    command->at++;
  } else {
    read_word (command);
  }
}

void
pm_grammar_command (PmScan *scan, PmSpan range)
{
  Command command = {.scan = scan, .range = range, .at = range.start, .first_hit = scan->hits->len};
  start_command (&command);
  while (command.at < range.end && !pm_scan_is_full (scan))
    step (&command);
  join_host (&command);
}
