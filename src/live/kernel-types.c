/* DESIGN
 * Names first: each is found once in the strings, as whole text, and is an offset from then on. So
 * the walk over some hundred thousand types, whose ids are their places, compares numbers alone. */

#include "live/kernel-types.h"

#include <linux/btf.h>
#include <string.h>

#define NOWHERE G_MAXUINT32
#define KIND_ENUM64 19 /* since Linux 6.0 */

typedef struct {
  const guint8 *types, *types_end;
  const char *strings;
  gsize strings_size;
} Btf;

static gboolean
section (gsize size, gsize from, guint32 offset, guint32 length)
{
  return offset % 4 == 0 && offset <= size - from && length <= size - from - offset;
}

static gboolean
btf_init (Btf *btf, const guint8 *bytes, gsize size)
{
  struct btf_header header;
  if (size < sizeof header)
    return FALSE;
  memcpy (&header, bytes, sizeof header);
  if (header.magic != BTF_MAGIC || header.version != BTF_VERSION ||
      header.hdr_len < sizeof header || header.hdr_len > size || header.hdr_len % 4 != 0 ||
      !section (size, header.hdr_len, header.type_off, header.type_len) ||
      header.str_off > size - header.hdr_len ||
      header.str_len > size - header.hdr_len - header.str_off)
    return FALSE;
  btf->types = bytes + header.hdr_len + header.type_off;
  btf->types_end = btf->types + header.type_len;
  btf->strings = (const char *) bytes + header.hdr_len + header.str_off;
  btf->strings_size = header.str_len;
  return TRUE;
}

/* Where the strings have this one; NOWHERE if they have not. */
static guint32
name_offset (const Btf *btf, const char *name)
{
  const char *at = btf->strings, *end = btf->strings + btf->strings_size;
  gsize length = strlen (name) + 1;
  while ((at = memmem (at, (gsize) (end - at), name, length)) != NULL) {
    if (at > btf->strings && at[-1] == '\0')
      return (guint32) (at - btf->strings);
    at++;
  }
  return NOWHERE;
}

/* Bytes behind a type's head; FALSE: of a kind that came later than this was written. */
static gboolean
size_of_rest (guint32 info, gsize *ret_size)
{
  gsize n = BTF_INFO_VLEN (info);
  switch (BTF_INFO_KIND (info)) {
  case BTF_KIND_INT:
  case BTF_KIND_VAR:
  case BTF_KIND_DECL_TAG:
    *ret_size = sizeof (guint32);
    return TRUE;
  case BTF_KIND_ARRAY:
    *ret_size = sizeof (struct btf_array);
    return TRUE;
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION:
    *ret_size = n * sizeof (struct btf_member);
    return TRUE;
  case BTF_KIND_ENUM:
    *ret_size = n * sizeof (struct btf_enum);
    return TRUE;
  case BTF_KIND_FUNC_PROTO:
    *ret_size = n * sizeof (struct btf_param);
    return TRUE;
  case BTF_KIND_DATASEC:
    *ret_size = n * sizeof (struct btf_var_secinfo);
    return TRUE;
  case KIND_ENUM64:
    *ret_size = n * 3 * sizeof (guint32);
    return TRUE;
  case BTF_KIND_PTR:
  case BTF_KIND_FWD:
  case BTF_KIND_TYPEDEF:
  case BTF_KIND_VOLATILE:
  case BTF_KIND_CONST:
  case BTF_KIND_RESTRICT:
  case BTF_KIND_FUNC:
  case BTF_KIND_FLOAT:
  case BTF_KIND_TYPE_TAG:
    *ret_size = 0;
    return TRUE;
  default:
    return FALSE;
  }
}

typedef struct {
  guint32 structure, member; /* names */
  gboolean is_found;
} Sought;

/* Looks for one field among the members of a structure of its name. */
static void
find_member (const struct btf_type *type, Sought *sought, PmKernelField *field)
{
  const struct btf_member *members = (const struct btf_member *) (type + 1);
  gboolean has_bit_fields = BTF_INFO_KFLAG (type->info);
  for (guint i = 0; i < BTF_INFO_VLEN (type->info); i++) {
    guint32 offset = members[i].offset;
    guint32 bits = has_bit_fields ? BTF_MEMBER_BIT_OFFSET (offset) : offset;
    if (members[i].name_off != sought->member || bits % 8 != 0 || bits / 8 > G_MAXINT16 ||
        (has_bit_fields && BTF_MEMBER_BITFIELD_SIZE (offset) != 0))
      continue;
    field->offset = (guint16) (bits / 8);
    sought->is_found = TRUE;
  }
}

static void
find_members (const struct btf_type *type, Sought *sought, PmKernelField *fields, guint n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    if (type->name_off == sought[i].structure && !sought[i].is_found)
      find_member (type, &sought[i], &fields[i]);
}

static gboolean
name_all (const Btf *btf, const PmKernelField *fields, guint n_fields, Sought *sought)
{
  for (guint i = 0; i < n_fields; i++) {
    sought[i].structure = name_offset (btf, fields[i].structure);
    sought[i].member = name_offset (btf, fields[i].member);
    if (sought[i].structure == NOWHERE || sought[i].member == NOWHERE)
      return FALSE;
  }
  return TRUE;
}

static gboolean
are_found (const Sought *sought, guint n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    if (!sought[i].is_found)
      return FALSE;
  return TRUE;
}

gboolean
pm_kernel_types_find (const guint8 *bytes, gsize size, const char *function, guint32 *ret_function,
                      PmKernelField *fields, guint n_fields)
{
  Btf btf;
  g_autofree Sought *sought = g_new0 (Sought, n_fields + 1);
  if (!btf_init (&btf, bytes, size) || !name_all (&btf, fields, n_fields, sought))
    return FALSE;
  guint32 function_name = name_offset (&btf, function), id = 1; /* 0 is void */
  gboolean has_function = FALSE;
  if (function_name == NOWHERE)
    return FALSE;
  for (const guint8 *at = btf.types; at < btf.types_end; id++) {
    const struct btf_type *type = (const struct btf_type *) (const void *) at;
    gsize left = (gsize) (btf.types_end - at), rest;
    if (left < sizeof *type || !size_of_rest (type->info, &rest) || rest > left - sizeof *type)
      return FALSE;
    if (BTF_INFO_KIND (type->info) == BTF_KIND_STRUCT)
      find_members (type, sought, fields, n_fields);
    if (BTF_INFO_KIND (type->info) == BTF_KIND_FUNC && type->name_off == function_name) {
      *ret_function = id;
      has_function = TRUE;
    }
    at += sizeof *type + rest;
  }
  return has_function && are_found (sought, n_fields);
}
