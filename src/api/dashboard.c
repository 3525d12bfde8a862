#include "api/dashboard.h"

#include <gio/gio.h>
#include <string.h>

#include "api/handlers.h"
#include "api/route.h"

#if PM_WITH_DASHBOARD
#include "dashboard-bundle.h"
#endif

/* --- what a client takes --- */

/* "q=0.000" of a parameter list: the only weight that means no. */
static gboolean
is_refused (const char *parameters)
{
  const char *weight = strstr (parameters, "q=");
  return weight != NULL && g_ascii_strtod (weight + strlen ("q="), NULL) <= 0;
}

gboolean
pm_accepts_encoding (const char *accept_encoding, const char *encoding)
{
  if (accept_encoding == NULL)
    return FALSE;
  g_auto (GStrv) offers = g_strsplit (accept_encoding, ",", 32);
  gboolean any = FALSE;
  for (gsize i = 0; offers[i] != NULL; i++) {
    char *parameters = strchr (offers[i], ';');
    gboolean refused = parameters != NULL && is_refused (parameters);
    if (parameters != NULL)
      *parameters = '\0';
    const char *name = g_strstrip (offers[i]);
    if (g_ascii_strcasecmp (name, encoding) == 0)
      return !refused;
    if (strcmp (name, "*") == 0)
      any = !refused;
  }
  return any;
}

const char *
pm_dashboard_media_type (const char *name)
{
  static const char *const types[][2] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".json", "application/json"},
      {".woff2", "font/woff2"},
      {".png", "image/png"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i][0]))
      return types[i][1];
  return "application/octet-stream";
}

/* --- the files --- */

gboolean
pm_dashboard_is_there (void)
{
  return PM_WITH_DASHBOARD;
}

#if PM_WITH_DASHBOARD

static GBytes *
look_up (const char *name, const char *ending)
{
  g_autofree char *path = g_strdup_printf ("/dashboard/%s%s", name, ending);
  return g_resource_lookup_data (pm_dashboard_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 NULL);
}

static GBytes *
unpack (GBytes *packed)
{
  g_autoptr (GZlibDecompressor) gunzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (packed);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (source, G_CONVERTER (gunzip));
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  if (g_output_stream_splice (sink, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error) < 0)
    g_error ("a file of the dashboard cannot be unpacked: %s", error->message);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sink));
}

gboolean
pm_dashboard_find (const char *name, const char *accept_encoding, PmAsset *ret_asset)
{
  g_autoptr (GBytes) packed = look_up (name, ".gz");
  if (packed == NULL)
    return FALSE;
  if (pm_accepts_encoding (accept_encoding, "br"))
    *ret_asset = (PmAsset){look_up (name, ".br"), "br"};
  else if (pm_accepts_encoding (accept_encoding, "gzip"))
    *ret_asset = (PmAsset){g_steal_pointer (&packed), "gzip"};
  else
    *ret_asset = (PmAsset){unpack (packed), NULL};
  return TRUE;
}

#else

gboolean
pm_dashboard_find (const char *name, const char *accept_encoding, PmAsset *ret_asset)
{
  return FALSE;
}

#endif

/* --- answers --- */

static gboolean
answer (PmCall *call, const char *name)
{
  PmAsset asset;
  const char *accepted = pm_http_request_header (call->request, "Accept-Encoding");
  if (!pm_dashboard_find (name, accepted, &asset))
    return FALSE;
  gsize size;
  const char *bytes = g_bytes_get_data (asset.bytes, &size);
  pm_call_text (call, 200, pm_dashboard_media_type (name), g_string_new_len (bytes, (gssize) size));
  g_bytes_unref (asset.bytes);
  if (asset.encoding != NULL)
    pm_call_header (call, "Content-Encoding", asset.encoding);
  pm_call_header (call, "Vary", "Accept-Encoding");
  return TRUE;
}

/* Every page of it is one document, which looks at the address by itself. */
void
pm_api_dashboard_page (PmCall *call)
{
  if (!answer (call, "index.html"))
    pm_call_problem (call, 404, "this program was built without its dashboard; see /plain");
}

/* Whether a list of media ranges (RFC 9110, 12.5.1) names HTML, as browsers do that open a page.
 * Programs that take anything say that, or nothing. */
static gboolean
wants_html (const char *accept)
{
  g_auto (GStrv) ranges = g_strsplit (accept == NULL ? "" : accept, ",", 32);
  for (gsize i = 0; ranges[i] != NULL; i++) {
    char *parameters = strchr (ranges[i], ';');
    gboolean refused = parameters != NULL && is_refused (parameters);
    if (parameters != NULL)
      *parameters = '\0';
    if (g_ascii_strcasecmp (g_strstrip (ranges[i]), "text/html") == 0)
      return !refused;
  }
  return FALSE;
}

/* "/ports/": the page without its slash, NULL when there is none. Only what the table of routes
 * holds is ever named, so this leads nowhere else. */
static const PmRoute *
page_without_slash (const PmCall *call)
{
  g_autofree char *id = NULL, *allowed = NULL;
  g_autofree char *path = g_strdup (call->path);
  gsize length = strlen (path);
  while (length > 1 && path[length - 1] == '/')
    path[--length] = '\0';
  const PmRoute *route = pm_route_find (call->method, path, &id, &allowed);
  return route != NULL && route->handle == pm_api_dashboard_page ? route : NULL;
}

/* What people take for the address of one thing: the page that shows it is told which in its query,
 * and says by itself when there is none. */
static const struct {
  const char *folder, *page;
} things[] = {
    {"/services/", "/services?id="},
    {"/projects/", "/services?q=project:"},
    {"/ports/", "/ports?port="},
    {"/conflicts/", "/conflicts?id="},
    {"/changes/", "/history?transaction="},
    {"/transactions/", "/history?transaction="},
    {"/history/", "/history?transaction="},
    {"/health/", "/health?service="},
};

/* NULL: the path is none of a thing. */
static char *
page_of_thing (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (things); i++) {
    if (!g_str_has_prefix (path, things[i].folder))
      continue;
    const char *name = path + strlen (things[i].folder);
    g_autofree char *escaped = g_uri_escape_string (name, "/", FALSE);
    return name[0] == '\0' ? NULL : g_strconcat (things[i].page, escaped, NULL);
  }
  return NULL;
}

static void
lead_to (PmCall *call, const char *page)
{
  pm_call_text (call, 308, "text/plain; charset=utf-8", g_string_new (page));
  pm_call_header (call, "Location", page);
}

gboolean
pm_api_dashboard_missing (PmCall *call)
{
  gboolean reads = strcmp (call->method, "GET") == 0 || strcmp (call->method, "HEAD") == 0;
  if (!reads || !wants_html (pm_http_request_header (call->request, "Accept")))
    return FALSE;
  const PmRoute *without_slash = page_without_slash (call);
  g_autofree char *page =
      without_slash != NULL ? g_strdup (without_slash->pattern) : page_of_thing (call->path);
  if (page != NULL) {
    lead_to (call, page);
    return TRUE;
  }
  if (!answer (call, "index.html"))
    return FALSE;
  call->status = 404;
  pm_call_header (call, "Vary", "Accept");
  return TRUE;
}

void
pm_api_dashboard_icon (PmCall *call)
{
  if (!answer (call, "icon.svg"))
    pm_call_problem (call, 404, "this program has no dashboard");
}

/* A name holds a hash of what is in it, so it never means anything else. */
void
pm_api_dashboard_asset (PmCall *call)
{
  g_autofree char *name = g_strconcat ("assets/", call->id, NULL);
  if (answer (call, name))
    pm_call_header (call, "Cache-Control", "public, max-age=31536000, immutable");
  else
    pm_call_problem (call, 404, "there is nothing at %s; an open page may be of another version",
                     call->path);
}
