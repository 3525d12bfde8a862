#include "formats/format.h"

#include <string.h>

static const PmFormat *const formats[] = {
#define PM_FORMAT(name, file) &pm_format_##name,
#include "formats/list.h"
#undef PM_FORMAT
    NULL,
};

const PmFormat *const *
pm_format_all (void)
{
  return formats;
}

const PmFormat *
pm_format_by_name (const char *name)
{
  for (gsize i = 0; formats[i] != NULL; i++)
    if (strcmp (formats[i]->name, name) == 0)
      return formats[i];
  return NULL;
}

static gsize
bom_length (const char *bytes, gsize length)
{
  return length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static gboolean
looks_like_utf16 (const char *bytes, gsize length)
{
  return length >= 2 && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0);
}

PmDocument *
pm_format_parse (const PmFormat *format, const char *bytes, gsize length)
{
  /* A refused document keeps no bytes: nobody may read them by its spans. */
  if (length > format->most_bytes) {
    g_autoptr (PmBuilder) builder = pm_builder_new (format->name, "", 0);
    pm_builder_problem (builder, 0, "larger than %" G_GSIZE_FORMAT " MiB; not read",
                        format->most_bytes / (1024 * 1024));
    return pm_builder_finish (builder);
  }

  g_autoptr (PmBuilder) builder = pm_builder_new (format->name, bytes, length);
  if (looks_like_utf16 (bytes, length))
    pm_builder_problem (builder, 0, "is UTF-16; save it as UTF-8");
  else if (memchr (bytes, '\0', length) != NULL)
    pm_builder_problem (builder, 0, "holds NUL bytes; it is no text");
  else
    format->parse (builder, bytes, bom_length (bytes, length), length);
  return pm_builder_finish (builder);
}

PmDocument *
pm_format_parse_embedded (const PmFormat *format, const PmDocument *outer, PmNodeId scalar)
{
  PmNodeId id = pm_document_resolve (outer, scalar);
  const PmNode *node = pm_document_node (outer, id);
  gboolean is_scalar = node->kind == PM_NODE_SCALAR;
  PmDocument *document =
      pm_format_parse (format, is_scalar ? node->value : "", is_scalar ? node->value_length : 0);
  if (is_scalar) {
    document->outer = outer;
    document->outer_node = id;
  }
  return document;
}
