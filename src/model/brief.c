#include "model/brief.h"

#include <string.h>

#include "base/fingerprint.h"

guint64
pm_brief_digest (const PmFinding *f)
{
  const char *const texts[] = {f->root, f->project,  f->file,  f->owner,
                               f->path, f->variable, f->origin};
  PmFingerprint digest = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    digest = pm_fingerprint_text (digest, texts[i]);
  const guint64 numbers[] = {
      (guint64) f->kind << 32 | (guint64) f->role << 16 | (guint64) f->scope << 8 | f->transport,
      (guint64) f->port << 16 | f->port_end,
      (guint64) f->span.start << 32 | f->span.end,
      (guint64) f->origin_span.start << 32 | f->origin_span.end,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    digest = pm_fingerprint_integer (digest, numbers[i]);
  digest = pm_fingerprint_real (digest, f->confidence);
  return digest == 0 ? 1 : digest;
}

/* `origin` is a path with a line behind it; "" none. */
static gboolean
is_fetched (const PmFinding *f)
{
  if (f->origin == NULL || f->origin[0] == '\0')
    return FALSE;
  const char *from = strrchr (f->origin, '/'), *own = strrchr (f->file, '/');
  gsize length = from == NULL ? 0 : (gsize) (from - f->origin);
  return length != (own == NULL ? 0 : (gsize) (own - f->file)) ||
         strncmp (f->origin, f->file, length) != 0;
}

gboolean
pm_brief_may_be_address (const char *host)
{
  return g_ascii_isdigit (host[0]) || strchr (host, ':') != NULL;
}

static guint
flags_of (const PmFinding *f)
{
  guint flags = (f->confidence >= 0.5 ? PM_BRIEF_SURE : 0) |
                (is_fetched (f) ? PM_BRIEF_FETCHED : 0) |
                (f->host != NULL && pm_brief_may_be_address (f->host) ? PM_BRIEF_ADDRESSED : 0);
  if (f->kind != PM_KIND_PORT)
    return flags;
  if (f->role == PM_ROLE_REFERENCE)
    return flags | PM_BRIEF_REFERRED;
  if (f->port != 0 && f->port == f->port_end)
    flags |= PM_BRIEF_OWN;
  if (f->scope != PM_SCOPE_HOST || (f->role != PM_ROLE_PUBLISH && f->role != PM_ROLE_LISTEN))
    return flags;
  gboolean is_started = (flags & PM_BRIEF_SURE) != 0 && strcmp (f->variant, "template") != 0;
  if (f->role == PM_ROLE_PUBLISH && f->port != 0 && is_started)
    flags |= PM_BRIEF_PUBLISHED;
  return flags | PM_BRIEF_DECLARED;
}

PmBrief
pm_brief_new (const PmFinding *finding, gboolean with_digest)
{
  return (PmBrief){
      .digest = with_digest ? pm_brief_digest (finding) : 0,
      .port = finding->port,
      .port_end = finding->port_end,
      .flags = (guint16) flags_of (finding),
  };
}

const PmBrief *
pm_briefs_of (const PmSnapshot *snapshot, GArray **own)
{
  const GArray *findings = snapshot->findings;
  if (snapshot->briefs->len == findings->len)
    return (const PmBrief *) (const void *) snapshot->briefs->data;
  *own = g_array_sized_new (FALSE, FALSE, sizeof (PmBrief), findings->len);
  for (guint i = 0; i < findings->len; i++) {
    PmBrief brief = pm_brief_new (&g_array_index (findings, PmFinding, i), FALSE);
    g_array_append_val (*own, brief);
  }
  return (const PmBrief *) (const void *) (*own)->data;
}
