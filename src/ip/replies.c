#include "ip/replies.h"

gboolean
pm_ip_reply_is_fine (PmIpSource *source, const char *what, const PmHttpReply *reply,
                     const GError *error)
{
  if (error != NULL)
    pm_ip_source_fail (source, "%s: %s", what, error->message);
  else if (reply->status != 200)
    pm_ip_source_fail (source, "%s answered HTTP %u", what, reply->status);
  return error == NULL && reply->status == 200;
}

json_t *
pm_ip_reply_json (PmIpSource *source, const char *what, const PmHttpReply *reply)
{
  json_error_t error;
  json_t *json = json_loadb (reply->body, reply->body_bytes, JSON_REJECT_DUPLICATES, &error);
  if (json == NULL)
    pm_ip_source_fail (source, "%s answered no JSON: line %d: %s", what, error.line, error.text);
  return json;
}

const char *
pm_ip_json_text (const json_t *object, const char *key)
{
  const char *text = json_string_value (json_object_get (object, key));
  return text != NULL && *text != '\0' ? text : NULL;
}
