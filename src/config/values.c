/* DESIGN
 * Each check looks at one text and knows nothing of where it stands. A check lets the empty text
 * pass where that means "not set": the reader does not ask for it. */

#include "config/schema.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <string.h>

#include "model/health.h"

const char *
pm_config_check_glob (const char *text)
{
  if (text[0] == '\0')
    return "is empty: a glob that matches nothing";
  if (text[0] == '!')
    return "turns the glob round, which is not supported: leave the “!” out";
  if (strpbrk (text, "[]{}") != NULL)
    return "is no glob: only *, ** and ? are special; braces and brackets are not";
  if (strstr (text, "***") != NULL)
    return "is no glob: three stars in a row";
  if (text[0] == '/' || strncmp (text, "./", 2) == 0 || strncmp (text, "../", 3) == 0 ||
      strstr (text, "/../") != NULL)
    return "is no glob from the root: leave the leading “/”, “./” and any “..” out";
  return NULL;
}

const char *
pm_config_check_full_name (const char *text)
{
  const char *slash = strchr (text, '/');
  if (slash == NULL || slash == text || slash[1] == '\0')
    return "is no service's full name: write “project/service”, as “services” lists them";
  return NULL;
}

const char *
pm_config_check_key (const char *text)
{
  gsize length = strlen (text);
  if (text[0] == '.' || (length > 0 && text[length - 1] == '.') || strstr (text, "..") != NULL)
    return "is no key path: a part of it is empty";
  for (const char *c = strchr (text, '['); c != NULL; c = strchr (c + 1, '['))
    if (c[1] != ']' || (c > text && c[-1] != '.') || (c[2] != '\0' && c[2] != '.'))
      return "is no key path: any item of a list is a part “[]” by itself, as in servers.[].port";
  return NULL;
}

static gboolean
parse_port (const char *text, gsize length, gboolean zero, guint16 *ret_port)
{
  guint64 port;
  if (length == 0 || length > 5)
    return FALSE;
  g_autofree char *digits = g_strndup (text, length);
  if (!g_ascii_string_to_unsigned (digits, 10, zero ? 0 : 1, G_MAXUINT16, &port, NULL))
    return FALSE;
  *ret_port = (guint16) port;
  return TRUE;
}

gboolean
pm_config_parse_range (const char *text, guint16 *ret_first, guint16 *ret_last)
{
  const char *dash = strchr (text, '-');
  gsize length = dash == NULL ? strlen (text) : (gsize) (dash - text);
  guint16 first, last;
  if (!parse_port (text, length, FALSE, &first))
    return FALSE;
  last = first;
  if (dash != NULL && !parse_port (dash + 1, strlen (dash + 1), FALSE, &last))
    return FALSE;
  if (last < first)
    return FALSE;
  *ret_first = first;
  *ret_last = last;
  return TRUE;
}

const char *
pm_config_check_listen (const char *text)
{
  const char *colon = strrchr (text, ':');
  guint16 port;
  if (colon == NULL || colon == text || !parse_port (colon + 1, strlen (colon + 1), TRUE, &port))
    return "is not ADDRESS:PORT, as in 127.0.0.1:7411 or [::1]:7411";
  return NULL;
}

/* A network's address ends where its prefix does (RFC 4632, 3.1). */
static gboolean
is_clear_behind (const guint8 *bytes, guint n_bytes, guint prefix)
{
  for (guint bit = prefix; bit < 8 * n_bytes; bit++)
    if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_network (const char *text)
{
  guint8 bytes[sizeof (struct in6_addr)];
  guint64 prefix;
  const char *slash = strchr (text, '/');
  g_autofree char *address = slash == NULL ? g_strdup (text) : g_strndup (text, slash - text);
  gboolean is_v4 = inet_pton (AF_INET, address, bytes) == 1;
  if (!is_v4 && inet_pton (AF_INET6, address, bytes) != 1)
    return FALSE;
  guint n_bytes = is_v4 ? sizeof (struct in_addr) : sizeof (struct in6_addr);
  return slash == NULL ||
         (g_ascii_string_to_unsigned (slash + 1, 10, 0, 8 * n_bytes, &prefix, NULL) &&
          is_clear_behind (bytes, n_bytes, (guint) prefix));
}

const char *
pm_config_check_network (const char *text)
{
  return is_network (text) ? NULL
                           : "is neither an address nor a network, as 203.0.113.7 or 10.0.0.0/8";
}

static const char *
check_scheme (const char *text, const char *const *schemes, const char *complaint)
{
  for (; *schemes != NULL; schemes++) {
    gsize length = strlen (*schemes);
    if (g_ascii_strncasecmp (text, *schemes, length) == 0 && text[length] != '\0')
      return NULL;
  }
  return complaint;
}

const char *
pm_config_check_registry (const char *text)
{
  static const char *const schemes[] = {"postgresql://", "postgres://", NULL};
  return check_scheme (text, schemes,
                       "is no registry: leave it empty for SQLite, or give postgresql://…");
}

const char *
pm_config_check_http (const char *text)
{
  static const char *const schemes[] = {"http://", "https://", NULL};
  return check_scheme (text, schemes, "is no http:// or https:// URL");
}

const char *
pm_config_check_smtp (const char *text)
{
  static const char *const schemes[] = {"smtp://", "smtps://", NULL};
  return check_scheme (text, schemes, "is no smtp:// or smtps:// URL");
}

/* A bare one (RFC 5321, Mailbox), as an envelope wants it. */
const char *
pm_config_check_mailbox (const char *text)
{
  const char *at = strrchr (text, '@');
  if (at == NULL || at == text || at[1] == '\0')
    return "is no mail address: name@host";
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || strchr (" <>,;()", *c) != NULL)
      return "is no bare mail address: give name@host, without a name before it";
  return NULL;
}

static gboolean
parse_time (const char *text, guint *ret_minutes)
{
  if (!g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1]) || text[2] != ':' ||
      !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4]))
    return FALSE;
  guint hours = (guint) (text[0] - '0') * 10 + (guint) (text[1] - '0');
  guint minutes = (guint) (text[3] - '0') * 10 + (guint) (text[4] - '0');
  *ret_minutes = hours * 60 + minutes;
  return minutes < 60 && *ret_minutes <= 24 * 60;
}

gboolean
pm_config_parse_hours (const char *text, guint *ret_first, guint *ret_last)
{
  guint first, last;
  if (strlen (text) != strlen ("22:00-07:00") || text[5] != '-' || !parse_time (text, &first) ||
      !parse_time (text + 6, &last) || first == last)
    return FALSE;
  *ret_first = first;
  *ret_last = last;
  return TRUE;
}

const char *
pm_config_check_hours (const char *text)
{
  guint first, last;
  return pm_config_parse_hours (text, &first, &last) ? NULL
                                                     : "is no span of hours, as in 22:00-07:00";
}

const char *
pm_config_check_health (const char *text)
{
  static const char *const schemes[] = {"http://", "https://", "ws://",      "wss://",
                                        "tcp://",  "process:", "container:", NULL};
  if (strcmp (text, "off") == 0)
    return NULL;
  return check_scheme (text, schemes,
                       "is no http, https, ws, wss or tcp URL, and neither process:…, "
                       "container:… nor off");
}

const char *
pm_config_check_statuses (const char *text)
{
  gboolean match;
  return pm_check_statuses_match (text, 0, &match) ? NULL : "is no list of statuses: 200-299,304";
}

/* An empty filter is a right one elsewhere. What its terms say is checked by whoever reads the
 * whole table: the message names the term. */
const char *
pm_config_check_filter (const char *text)
{
  return text[strspn (text, " \t")] == '\0' ? "matches every service: name one" : NULL;
}

/* Of `~ada/p`: what stands before the slash, as getpwnam(3) knows it; NULL: there is no such user.
 */
static char *
home_of_user (const char *path)
{
  char buffer[4096];
  struct passwd entry, *found = NULL;
  g_autofree char *name = g_strndup (path + 1, strcspn (path + 1, "/"));
  if (getpwnam_r (name, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return NULL;
  return g_strdup (found->pw_dir);
}

static gboolean
names_user (const char *path)
{
  return path[0] == '~' && path[1] != '/' && path[1] != '\0';
}

const char *
pm_config_check_path (const char *text)
{
  if (text[0] == '\0')
    return "is empty: name a folder";
  g_autofree char *home = names_user (text) ? home_of_user (text) : NULL;
  return names_user (text) && home == NULL
             ? "names a user that does not exist; “./~…” is a folder of that name"
             : NULL;
}

char *
pm_config_resolve (const char *path, const char *folder)
{
  if (path[0] != '~')
    return g_canonicalize_filename (path, folder);
  g_autofree char *home = names_user (path) ? home_of_user (path) : g_strdup (g_getenv ("HOME"));
  if (home == NULL || home[0] == '\0') {
    g_free (home);
    home = g_strdup (g_get_home_dir ());
  }
  return g_canonicalize_filename (path[strcspn (path, "/")] == '\0' ? "" : strchr (path, '/') + 1,
                                  home);
}
