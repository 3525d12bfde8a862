#pragma once

#include "notify/message.h"

G_BEGIN_DECLS

/* A message as mail: RFC 5322, its header in ASCII with encoded words (RFC 2047) where it needs
 * them, its body UTF-8 as quoted-printable (RFC 2045), lines of no more than 76 characters that end
 * with CRLF. The Message-ID is made from the message's key, so that a repeat has the same one; it
 * says that no person wrote it (Auto-Submitted, RFC 3834) and that it is one of a list (List-Id,
 * RFC 2919). A new string. */
char *pm_mail_message (const PmMessage *message, const char *from, const char *const *to,
                       gint64 now_us);

G_END_DECLS
