#include "model/service-json.h"

#include <string.h>

static PmConfigFile file = {"shop/caf\xe9.yaml", "compose", "prod", 4, PM_ROLE_PUBLISH};

static PmService
make_service (void)
{
  return (PmService){
      .id = 12,
      .host = "here",
      .root = "/srv",
      .project_id = "shop",
      .name = "we\"b\x1b",
      .external_ip = "203.0.113.7",
      .bind = "",
      .internal_port = 80,
      .external_port = 8080,
      .protocol = "http",
      .type = "web",
      .variant = "",
      .profiles = "debug,dev",
      .origin = "shop/compose.yaml:4",
      .confidence = 0.95,
      .status = PM_STATUS_CONFLICT,
      .pinned = "",
      .tags = ",a,",
      .last_updated_us = 1,
      .config_files = &file,
      .n_config_files = 1,
  };
}

static void
writes_a_service_as_the_api_gives_it (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  PmService service = make_service ();
  pm_service_write_json (&json, &service);
  g_assert_cmpstr (
      out->str, ==,
      "{\"id\":12,\"projectId\":\"shop\",\"serviceName\":\"we\\\"b\\u001b\","
      "\"externalIP\":\"203.0.113.7\",\"internalPort\":80,\"externalPort\":8080,"
      "\"protocol\":\"http\",\"status\":\"conflict\","
      "\"lastUpdated\":\"1970-01-01T00:00:00.000001Z\",\"configFiles\":[{"
      "\"path\":\"shop/"
      "caf\xef\xbf\xbd.yaml\",\"format\":\"compose\",\"variant\":\"prod\",\"line\":4,"
      "\"role\":\"publish\",\"rawPath\":\"shop/caf%E9.yaml\"}],\"host\":\"here\",\"root\":\"/srv\","
      "\"bind\":\"\",\"transport\":\"tcp\",\"scope\":\"host\",\"type\":\"web\",\"variant\":\"\","
      "\"profiles\":[\"debug\",\"dev\"],\"origin\":\"shop/compose.yaml:4\",\"confidence\":0.95,"
      "\"pinned\":\"\",\"tags\":[\"a\"],\"kept\":false,"
      "\"health\":\"unknown\"}");
}

static void
writes_a_row_without_what_is_empty (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  PmService service = make_service ();
  pm_service_write_row_json (&json, &service);
  g_assert_cmpstr (out->str, ==,
                   "{\"id\":12,\"projectId\":\"shop\",\"serviceName\":\"we\\\"b\\u001b\","
                   "\"externalIP\":\"203.0.113.7\",\"internalPort\":80,\"externalPort\":8080,"
                   "\"protocol\":\"http\",\"status\":\"conflict\","
                   "\"lastUpdated\":\"1970-01-01T00:00:00.000001Z\",\"host\":\"here\","
                   "\"type\":\"web\",\"tags\":[\"a\"],\"health\":\"unknown\"}");
}

static void
tells_what_could_not_be_read (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  PmConfigFile kept = {.path = "a", .format = "env", .variant = "", .is_kept = TRUE};
  PmService service = make_service ();
  service.config_files = &kept;
  g_assert_true (pm_service_is_kept (&service));
  pm_service_write_json (&json, &service);
  g_assert_nonnull (strstr (out->str, "\"role\":\"listen\",\"kept\":true}]"));
  g_assert_true (strstr (out->str, ",\"kept\":true,") != NULL);
}

static void
writes_a_conflict_as_the_api_gives_it (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  PmJsonWriter json = pm_json_writer (out);
  PmService service = make_service ();
  g_array_append_val (services, service);
  PmSocket socket = {.address = "127.0.0.1",
                     .port = 8080,
                     .device = "",
                     .pid = 42,
                     .command = "nginx",
                     .cwd = "/",
                     .unit = "",
                     .project_id = "",
                     .container_id = ""};
  PmClaimant claimants[] = {
      {0, "shop/a.yaml", 4, "", "", "", NULL},
      {-1, "", 0, "127.0.0.1", "", "", &socket},
      {99, "", 0, "", "", "", NULL}, /* no such service */
  };
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmConflictMove));
  g_array_append_vals (moves, (const PmConflictMove[]){{0, 8081}, {99, 8082}, {0, 8083}}, 3);
  PmConflict conflict = {.id = "tcp-8080",
                         .port = 8080,
                         .host = "here",
                         .severity = PM_SEVERITY_ERROR,
                         .reason = "both bind 8080",
                         .claimants = claimants,
                         .n_claimants = 3,
                         .suggested_service = 0,
                         .suggested_port = 8081,
                         .moves = moves};
  pm_conflict_write_json (&json, &conflict, services);
  g_assert_true (g_str_has_prefix (
      out->str, "{\"id\":\"tcp-8080\",\"port\":8080,\"transport\":\"tcp\",\"host\":\"here\","
                "\"severity\":\"error\",\"claimants\":[{\"serviceId\":12,\"projectId\":\"shop\","));
  g_assert_nonnull (strstr (out->str, "{\"serviceId\":null,\"projectId\":\"\",\"serviceName\":\"\","
                                      "\"file\":\"\",\"line\":0,\"bind\":\"127.0.0.1\""));
  g_assert_nonnull (strstr (out->str, "\"command\":\"nginx\",\"pid\":42,\"listener\":{\"address\":"
                                      "\"127.0.0.1\",\"port\":8080,"));
  g_assert_true (g_str_has_suffix (
      out->str,
      "\"reason\":\"both bind "
      "8080\",\"suggestion\":{\"serviceId\":12,\"port\":8081},\"suggestions\":[{"
      "\"serviceId\":12,\"port\":8081},{\"serviceId\":12,\"port\":8083}],\"stuck\":null}"));
  conflict.suggested_port = 0;
  conflict.moves = NULL;
  pm_conflict_write_json (&json, &conflict, services);
  g_assert_true (
      g_str_has_suffix (out->str, "\"suggestion\":null,\"suggestions\":[],\"stuck\":null}"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/service-json/writes-a-service-as-the-api-gives-it",
                   writes_a_service_as_the_api_gives_it);
  g_test_add_func ("/model/service-json/writes-a-row-without-what-is-empty",
                   writes_a_row_without_what_is_empty);
  g_test_add_func ("/model/service-json/tells-what-could-not-be-read",
                   tells_what_could_not_be_read);
  g_test_add_func ("/model/service-json/writes-a-conflict-as-the-api-gives-it",
                   writes_a_conflict_as_the_api_gives_it);
  return g_test_run ();
}
