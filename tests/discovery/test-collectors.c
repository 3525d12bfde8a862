#include "recognise-test.h"

/* Who is sent to binds; who goes and asks, or sends on, does not. */
static void
reads_opentelemetry (void)
{
  recognise_test_expect (
      "shop/otel-collector-config.yaml",
      "receivers:\n"
      "  otlp:\n"
      "    protocols:\n"
      "      grpc:\n"
      "        endpoint: localhost:4317\n"
      "  zipkin/two:\n"
      "    endpoint: ${env:HOST}:9411\n"
      "  udplog:\n"
      "    listen_address: localhost:5426\n"
      "  redis:\n"
      "    endpoint: localhost:6379\n"
      "exporters:\n"
      "  otlp:\n"
      "    endpoint: localhost:4320\n"
      "  prometheusremotewrite:\n"
      "    endpoint: http://localhost:9091/api\n"
      "  prometheus:\n"
      "    endpoint: localhost:8889\n"
      "extensions:\n"
      "  health_check:\n"
      "    endpoint: localhost:13133\n"
      "service:\n"
      "  pipelines: {}\n",

      "5 listen 4317@localhost [] receivers.otlp.protocols.grpc.endpoint\n"
      "7 listen 9411@${env:HOST} [] receivers.zipkin/two.endpoint\n"
      "9 listen 5426/udp@localhost [] receivers.udplog.listen_address\n"
      "18 listen 8889@localhost [] exporters.prometheus.endpoint\n"
      "21 listen 13133@localhost [] extensions.health_check.endpoint\n"
      "11 reference 6379@localhost [] receivers.redis.endpoint\n"
      "14 reference 4320@localhost [] exporters.otlp.endpoint\n"
      "16 reference 9091@localhost [] exporters.prometheusremotewrite.endpoint\n");
  /* The same keys in somebody else's file. */
  recognise_test_expect ("shop/config.yaml", "receivers:\n  otlp:\n    endpoint: localhost:4317\n",
                         "3 reference 4317@localhost [] receivers.otlp.endpoint\n");
}

static void
reads_fluentd (void)
{
  recognise_test_expect ("shop/fluentd/conf/fluent.conf",
                         "<source>\n"
                         "  @type forward\n"
                         "  port 24224\n"
                         "</source>\n"
                         "<source>\n"
                         "  @type syslog\n"
                         "  port 5140\n"
                         "</source>\n"
                         "<source>\n"
                         "  @type sql\n"
                         "  host db\n"
                         "  port 3306\n"
                         "</source>\n"
                         "<match app.**>\n"
                         "  @type forward\n"
                         "  <server>\n"
                         "    host aggregator\n"
                         "    port 24225\n"
                         "  </server>\n"
                         "</match>\n"
                         "<match **>\n"
                         "  @type elasticsearch\n"
                         "  port 9200\n"
                         "</match>\n",

                         "3 listen 24224 [] source.port[0]\n"
                         "7 listen 5140/udp [] source.port[0]\n"
                         "12 reference 3306 [] source.port[0]\n"
                         "18 reference 24225 [] match.server.port[0]\n"
                         "23 reference 9200 [] match.port[0]\n");
}

static void
reads_fluent_bit (void)
{
  recognise_test_expect ("shop/fluent-bit.conf",
                         "[SERVICE]\n"
                         "    HTTP_Server On\n"
                         "    HTTP_Port   2020\n"
                         "[INPUT]\n"
                         "    Name   forward\n"
                         "    Port   24224\n"
                         "[INPUT]\n"
                         "    Port   8125\n"
                         "    Name   statsd\n"
                         "[INPUT]\n"
                         "    Name   health\n"
                         "    Host   shop\n"
                         "    Port   8080\n"
                         "[OUTPUT]\n"
                         "    Name   es\n"
                         "    Port   9200\n"
                         "[OUTPUT]\n"
                         "    Name   prometheus_exporter\n"
                         "    Port   2021\n",

                         "3 listen 2020 [] HTTP_Port[0]\n"
                         "6 listen 24224 [] Port[0]\n"
                         "8 listen 8125/udp [] Port[0]\n"
                         "13 reference 8080 [] Port[0]\n"
                         "16 reference 9200 [] Port[0]\n"
                         "19 listen 2021 [] Port[0]\n");
  recognise_test_expect ("shop/fluent-bit.yaml",
                         "service:\n"
                         "  http_port: 2020\n"
                         "pipeline:\n"
                         "  inputs:\n"
                         "    - name: tcp\n"
                         "      port: 5170\n"
                         "    - name: health\n"
                         "      port: 8080\n"
                         "  outputs:\n"
                         "    - name: forward\n"
                         "      port: 24225\n",

                         "2 listen 2020 [] service.http_port\n"
                         "6 listen 5170 [] pipeline.inputs[0].port\n"
                         "8 reference 8080 [] pipeline.inputs[1].port\n"
                         "11 reference 24225 [] pipeline.outputs[0].port\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/collectors/reads-opentelemetry", reads_opentelemetry);
  g_test_add_func ("/discovery/collectors/reads-fluentd", reads_fluentd);
  g_test_add_func ("/discovery/collectors/reads-fluent-bit", reads_fluent_bit);
  return g_test_run ();
}
