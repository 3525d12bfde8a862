/* Sources: RFC 3986, 3.2.2 (IP-literal); nginx's ngx_parse_url and its server_name directive, which
 * is compared with the Host header; compose's short syntax of ports, `[::1]:8080:80`; Django's
 * ALLOWED_HOSTS (settings, "ALLOWED_HOSTS"), which is compared with that header without its port;
 * ssh(1), whose destination is user@host with no brackets, and scp(1), rsync(1), which want them;
 * YAML 1.2.2, 7.4.1 (flow sequences); postconf(5), "relayhost": [address]:port is a next hop that
 * no MX record is looked up for, of either family.
 */

#include "planning/brackets.h"

#include <string.h>

#define LONGEST_NAME 256

static gboolean
is_name (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || c == '-';
}

/* Widens the default of an expression to the expression. */
static void
step_out (const char *bytes, gsize length, gsize *start, gsize *end)
{
  gsize at = *start;
  if (*end >= length || bytes[*end] != '}' || at < 4)
    return;
  if (bytes[at - 1] == '-')
    at--;
  gsize mark = at;
  if (bytes[at - 1] == ':')
    at--;
  if (at == *start) /* neither - nor : before it */
    return;
  mark = at;
  while (at > 0 && mark - at < LONGEST_NAME && is_name (bytes[at - 1]))
    at--;
  if (at < 2 || at == mark || bytes[at - 1] != '{' || bytes[at - 2] != '$')
    return;
  *start = at - 2;
  *end += 1;
}

/* A number, or what a port is written as that comes from elsewhere. */
static gboolean
begins_port (char c)
{
  return g_ascii_isdigit (c) || strchr ("$%{<", c) != NULL;
}

static gboolean
ends_with (const char *bytes, gsize end, const char *ending)
{
  gsize n = strlen (ending);
  return end >= n && memcmp (bytes + end - n, ending, n) == 0;
}

/* `ssh deploy@host`, whose host is a name or an address and nothing else: no port, no path and no
 * password beside it. ssh's list of jump hosts is read as host:port, with brackets. */
static gboolean
is_login (const char *bytes, gsize length, gsize start, gsize end)
{
  gsize word = start - 1;
  if (end < length && (bytes[end] == ':' || bytes[end] == '/' || bytes[end] == ','))
    return FALSE;
  while (word > 0 && start - word < LONGEST_NAME && (guchar) bytes[word - 1] > ' ' &&
         strchr ("\"'`=(", bytes[word - 1]) == NULL)
    word--;
  gboolean has_more = memchr (bytes + word, ':', start - word) != NULL ||
                      memchr (bytes + word, '/', start - word) != NULL ||
                      memchr (bytes + word, ',', start - word) != NULL;
  return !has_more && !ends_with (bytes, word, "-J ") && !ends_with (bytes, word, "-J") &&
         !ends_with (bytes, word, "ProxyJump ") && !ends_with (bytes, word, "ProxyJump=");
}

gboolean
pm_brackets_is_host (const char *bytes, gsize length, gsize start, gsize end)
{
  step_out (bytes, length, &start, &end);
  if (end + 1 < length && bytes[end] == ':' && bytes[end + 1] != '\0' &&
      begins_port (bytes[end + 1]))
    return TRUE;
  return (start > 1 && bytes[start - 1] == '/' && bytes[start - 2] == '/') ||
         (start > 0 && bytes[start - 1] == '@' && !is_login (bytes, length, start, end));
}

gboolean
pm_brackets_are_around (const char *bytes, gsize length, gsize start, gsize end)
{
  return start > 0 && bytes[start - 1] == '[' && end < length && bytes[end] == ']';
}

gboolean
pm_brackets_are_encoded (const char *bytes, gsize length, gsize start, gsize end,
                         gboolean *ret_is_lower)
{
  gboolean slashes = start >= 6 && g_ascii_strncasecmp (bytes + start - 6, "%2F%2F", 6) == 0;
  gboolean port = length - end > 3 && g_ascii_strncasecmp (bytes + end, "%3A", 3) == 0 &&
                  begins_port (bytes[end + 3]);
  *ret_is_lower = (slashes && bytes[start - 1] == 'f') || (port && bytes[end + 2] == 'a');
  return slashes || port || ends_with (bytes, start, "%40");
}

static gboolean
is_nginx_endpoint (const char *path)
{
  static const char *const directives[] = {
      "listen",     "server_name", "resolver",  "server",         "fastcgi_pass",
      "uwsgi_pass", "scgi_pass",   "grpc_pass", "memcached_pass", NULL};
  const char *dot = strrchr (path, '.');
  const char *last = dot == NULL ? path : dot + 1;
  g_autofree char *name = g_strndup (last, strcspn (last, "["));
  return g_strv_contains (directives, name);
}

/* `relayhost = [address]:port`, in main.cf, behind -o in master.cf, or as a variable of a
 * container.
 */
static gboolean
is_next_hop (const char *bytes, gsize start)
{
  static const char *const parameters[] = {
      "relayhost",           "content_filter",     "default_transport", "relay_transport",
      "smtp_fallback_relay", "fallback_transport", "mailbox_transport", "virtual_transport"};
  gsize least = start > LONGEST_NAME ? start - LONGEST_NAME : 0, at = start;
  while (at > least && bytes[at - 1] != '=' && bytes[at - 1] != '\n')
    at--;
  if (at == least || bytes[at - 1] != '=')
    return FALSE;
  gsize end = at - 1;
  while (end > least && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t'))
    end--;
  gsize name = end;
  while (name > least && is_name (bytes[name - 1]))
    name--;
  for (gsize i = 0; i < G_N_ELEMENTS (parameters); i++)
    if (strlen (parameters[i]) == end - name &&
        g_ascii_strncasecmp (bytes + name, parameters[i], end - name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_yaml (const char *file)
{
  const char *slash = strrchr (file, '/');
  const char *name = slash == NULL ? file : slash + 1;
  return strstr (name, ".yaml") != NULL || strstr (name, ".yml") != NULL;
}

/* `[192.0.2.7]` as a whole list: an address's own brackets are in quotes there, as a plain scalar
 * cannot begin with one. */
static gboolean
is_list_of_one (const char *path, const char *bytes, gsize length, gsize start, gsize end)
{
  gsize n = strlen (path);
  if (n == 0 || path[n - 1] != ']' || !pm_brackets_are_around (bytes, length, start, end))
    return FALSE;
  char before = start > 1 ? bytes[start - 2] : '\n', behind = '\n';
  if (end + 1 < length)
    behind = bytes[end + 1];
  return (g_ascii_isspace (before) || before == '[' || before == ',') &&
         (g_ascii_isspace (behind) || behind == ']' || behind == ',' || behind == '}');
}

/* `ALLOWED_HOSTS[0]`, and the variables that such a list is made of. */
static gboolean
is_allowed_hosts (const char *path)
{
  static const char name[] = "ALLOWED_HOSTS";
  const char *at = strstr (path, name);
  char behind = at == NULL ? '\0' : at[strlen (name)];
  return at != NULL && (behind == '\0' || !is_name (behind));
}

PmBrackets
pm_brackets_at (const PmPlanFile *file, const char *path, const char *bytes, gsize length,
                gsize start, gsize end)
{
  if (is_next_hop (bytes, start) ||
      (is_yaml (file->file) && is_list_of_one (path, bytes, length, start, end)))
    return PM_BRACKETS_OF_PLACE;
  gboolean is_all =
      (strcmp (file->format, "nginx") == 0 && is_nginx_endpoint (path)) || is_allowed_hosts (path);
  return is_all ? PM_BRACKETS_ALL_V6 : PM_BRACKETS_OF_V6;
}

gboolean
pm_brackets_is_variable (const char *bytes, gsize start, gsize end, const char *name)
{
  gsize n = strlen (name);
  if (end - start < n + 1 || bytes[start] != '$')
    return FALSE;
  char open = bytes[start + 1];
  gsize from = start + (open == '{' || open == '(' ? 2 : 1);
  if (end - from < n || memcmp (bytes + from, name, n) != 0)
    return FALSE;
  return from + n == end || !(g_ascii_isalnum (bytes[from + n]) || bytes[from + n] == '_');
}

gboolean
pm_brackets_stands_alone (const char *bytes, gsize length, gsize start, gsize end)
{
  static const char around[] = " \t\r\n\"'";
  gboolean before = start == 0 || bytes[start - 1] == '=' || bytes[start - 1] == ':' ||
                    (bytes[start - 1] != '\0' && strchr (around, bytes[start - 1]) != NULL);
  gboolean behind = end == length || (bytes[end] != '\0' && strchr (around, bytes[end]) != NULL);
  return before && behind;
}
