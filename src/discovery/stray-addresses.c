/* DESIGN
 * Most text holds no address, so it is passed over by blocks of many lines at the speed of memory.
 * Of a block that may hold one each line is asked the same again, and then read as free text. Lines
 * are counted, and the document's spans laid out, when the first address is there. */

#include "discovery/stray-addresses.h"

#include <string.h>

#include "discovery/address.h"
#include "walk/prefilter.h"

#define BLOCK_BYTES 2048

typedef struct {
  const PmStrayPlace *place;
  PmSighting *out;
  GArray *hits;     /* of PmHit */
  GArray *spans;    /* of PmSpan: what was read; NULL: not laid out yet */
  GArray *settings; /* of PmSpan: keys and values; NULL: not laid out yet */
  guint32 line;     /* of byte `counted` */
  gsize counted;
} Search;

/* --- where it stands --- */

/* Scalars are in the order of the file, so their spans are sorted. */
static GArray *
spans_read (const PmStrayPlace *place)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  for (guint i = 0; place->document != NULL && i < place->document->nodes->len; i++)
    if (place->was_read[i] == PM_NODE_WAS_READ)
      g_array_append_val (spans, pm_document_node (place->document, i)->outer);
  return spans;
}

/* Keys and values, in the order of the file. */
static GArray *
spans_of_settings (const PmDocument *document)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  for (guint i = 1; document != NULL && i < document->nodes->len; i++) {
    const PmNode *node = pm_document_node (document, i);
    if (node->key_span.end > node->key_span.start)
      g_array_append_val (spans, node->key_span);
    if (node->kind == PM_NODE_SCALAR && !(node->flags & PM_NODE_FRAGMENT))
      g_array_append_val (spans, node->outer);
  }
  return spans;
}

static gboolean
overlaps_any (const GArray *spans, PmSpan span)
{
  guint low = 0, high = spans->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (spans, PmSpan, middle).end <= span.start)
      low = middle + 1;
    else
      high = middle;
  }
  return low < spans->len && g_array_index (spans, PmSpan, low).start < span.end;
}

static gboolean
was_read (Search *search, PmSpan span)
{
  if (search->spans == NULL)
    search->spans = spans_read (search->place);
  return overlaps_any (search->spans, span);
}

static PmTextClass
class_of_text (Search *search, PmSpan span)
{
  if (search->place->document == NULL || search->place->text_class != PM_TEXT_CONFIG)
    return search->place->text_class;
  if (search->settings == NULL)
    search->settings = spans_of_settings (search->place->document);
  return overlaps_any (search->settings, span) ? PM_TEXT_CONFIG : PM_TEXT_COMMENT;
}

/* Asked in the order of the file, so that each byte is looked at once. */
static guint32
line_at (Search *search, gsize at)
{
  const char *bytes = search->place->bytes, *newline;
  while (search->counted < at &&
         (newline = memchr (bytes + search->counted, '\n', at - search->counted)) != NULL) {
    search->line++;
    search->counted = (gsize) (newline - bytes) + 1;
  }
  return search->line;
}

/* --- what stands there --- */

static void
add_address (Search *search, gsize line_start, const PmHit *hit)
{
  const PmStrayPlace *place = search->place;
  PmSpan span = {(guint32) line_start + hit->start, (guint32) line_start + hit->end};
  if (was_read (search, span))
    return;
  PmFinding finding = {
      .root = "",
      .project = "",
      .file = search->out->file,
      .format = search->out->format,
      .path = "",
      .position = {line_at (search, line_start), hit->start + 1},
      .span = span,
      .kind = PM_KIND_IP,
      .role = PM_ROLE_ADDRESS,
      .transport = PM_TRANSPORT_TCP,
      .text_class = class_of_text (search, span),
      .host = "",
      .bind = "",
      .scheme = "",
      .protocol = "",
      .service = "",
      .variant = "",
      .profiles = "",
      .variable = "",
      .origin = "",
      .address = hit->is_in_name ? pm_arena_strdup (place->arena, hit->address)
                                 : pm_arena_strndup (place->arena, place->bytes + span.start,
                                                     pm_span_length (span)),
      .pair = -1,
      .confidence = hit->confidence,
      .rule = "text.address",
  };
  g_array_append_val (search->out->findings, finding);
}

/* --- passing over --- */

/* RFC 4291, 2.2: somewhere two colons have at most four hex digits between them. */
static gboolean
may_hold_v6 (const char *text, gsize length)
{
  const char *end = text + length;
  for (const char *colon = text; (colon = memchr (colon, ':', (gsize) (end - colon))) != NULL;
       colon++) {
    const char *at = colon + 1;
    while (at < end && at - colon <= 4 && g_ascii_isxdigit (*at))
      at++;
    if (at < end && *at == ':')
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_stray_addresses_may_be_in (const char *text, gsize length)
{
  return pm_prefilter (text, length, PM_PREFILTER_IPV4) != 0 || may_hold_v6 (text, length) ||
         pm_disguise_is_in (text, length) || pm_address_encoded_is_in (text, length);
}

/* Where the line of byte `at` ends. */
static gsize
line_end (const PmStrayPlace *place, gsize at)
{
  const char *newline = memchr (place->bytes + at, '\n', place->length - at);
  return newline == NULL ? place->length : (gsize) (newline - place->bytes);
}

static void
read_line (Search *search, gsize start, gsize end)
{
  const char *text = search->place->bytes + start;
  if (!pm_stray_addresses_may_be_in (text, end - start))
    return;
  g_array_set_size (search->hits, 0);
  pm_recogniser_scan (PM_GRAMMAR_TEXT, text, end - start, search->hits);
  for (guint i = 0; i < search->hits->len; i++) {
    const PmHit *hit = &g_array_index (search->hits, PmHit, i);
    if (hit->kind == PM_KIND_IP && search->out->findings->len < search->place->most_findings)
      add_address (search, start, hit);
  }
}

static void
read_block (Search *search, gsize start, gsize end)
{
  if (!pm_stray_addresses_may_be_in (search->place->bytes + start, end - start))
    return;
  while (start < end) {
    gsize stop = line_end (search->place, start);
    read_line (search, start, stop);
    start = stop + 1;
  }
}

void
pm_stray_addresses (const PmStrayPlace *place, PmSighting *sighting)
{
  Search search = {
      .place = place,
      .out = sighting,
      .hits = g_array_new (FALSE, TRUE, sizeof (PmHit)),
      .line = 1,
  };
  for (gsize start = 0; start < place->length;) {
    gsize end = line_end (place, MIN (start + BLOCK_BYTES, place->length));
    read_block (&search, start, end);
    start = end + 1;
  }
  g_array_unref (search.hits);
  g_clear_pointer (&search.spans, g_array_unref);
  g_clear_pointer (&search.settings, g_array_unref);
}
