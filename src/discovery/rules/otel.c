/* The OpenTelemetry Collector, by the README of each component (opentelemetry-collector,
 * opentelemetry-collector-contrib): receivers that are sent to bind their `endpoint`, those that
 * scrape connect to it; of the exporters only Prometheus' is scraped and binds; extensions serve.
 * A component's name is its type, or `type/name`.
 *
 * The file is told by what stands in it: it has any name. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.yaml", "*.yml", NULL};

#define BINDS(id_, path_, grammar_)                                                                \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_LISTEN,            \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule rules[] = {
    BINDS ("otel.receiver", "receivers.*.protocols.*.endpoint", ENDPOINT),
    BINDS ("otel.receiver",
           "receivers.zipkin*|opencensus*|signalfx*|sapm*|splunk_hec*|statsd*|carbon*|collectd*|"
           "fluentforward*|wavefront*|influxdb*|awsxray*|awsfirehose*|prometheusremotewrite*|"
           "webhookevent*|datadog*|faro*|libhoney*.endpoint",
           ENDPOINT),
    BINDS ("otel.receiver", "receivers.tcplog*|udplog*.listen_address", ENDPOINT),
    BINDS ("otel.receiver", "receivers.syslog*.tcp|udp.listen_address", ENDPOINT),
    BINDS ("otel.exporter", "exporters.prometheus|prometheus/*.endpoint", ENDPOINT),
    BINDS ("otel.extension", "extensions.health_check*|zpages*|pprof*.endpoint", ENDPOINT),
    BINDS ("otel.extension", "extensions.http_forwarder*.ingress.endpoint", ENDPOINT),
    BINDS ("otel.extension", "extensions.jaegerremotesampling*|healthcheckv2*.http|grpc.endpoint",
           ENDPOINT),
    BINDS ("otel.telemetry", "service.telemetry.metrics.address", ENDPOINT),
    BINDS ("otel.telemetry", "service.telemetry.metrics.readers.[].pull.exporter.prometheus.port",
           PORT),
};

static const PmRule other = {
    .id = "otel.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static gboolean
is_collector (const PmDocument *document)
{
  return pm_document_child (document, 0, "receivers") != 0 &&
         pm_document_child (document, 0, "exporters") != 0 &&
         pm_document_find (document, 0, "service", "pipelines", NULL) != 0;
}

/* What is sent in datagrams. */
static gboolean
is_udp (const char *path)
{
  static const char *const starts[] = {"receivers.udplog", "receivers.statsd", "receivers.awsxray"};
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (path, starts[i]))
      return TRUE;
  return strstr (path, ".protocols.thrift_compact.") != NULL ||
         strstr (path, ".protocols.thrift_binary.") != NULL ||
         g_str_has_suffix (path, ".udp.listen_address");
}

static void
recognise (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT && is_udp (finding->path))
      finding->transport = PM_TRANSPORT_UDP;
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_otel = {
    .name = "otel-collector",
    .files = files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = is_collector,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
