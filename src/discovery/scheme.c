/* What a URL's scheme stands for.
 *
 * Sources: the IANA registries of URI schemes and of service names and ports; where a scheme is not
 * registered, the documentation of the software that it is named after. */

#include <string.h>

#include "discovery/recogniser.h"

typedef struct {
  const char *scheme;
  const char *protocol;
  guint16 port; /* 0: the scheme has none of its own */
} Scheme;

static const Scheme schemes[] = {
    {"http", "http", 80},
    {"https", "http", 443},
    {"h2c", "http", 80},
    {"ws", "ws", 80},
    {"wss", "ws", 443},
    {"grpc", "http", 0},
    {"grpcs", "http", 443},
    {"tcp", "tcp", 0},
    {"tls", "tcp", 0},
    {"ssl", "tcp", 0},
    {"udp", "udp", 0},
    {"amqp", "tcp", 5672},
    {"amqps", "tcp", 5671},
    {"bolt", "tcp", 7687},
    {"neo4j", "tcp", 7687},
    {"cassandra", "tcp", 9042},
    {"clickhouse", "tcp", 9000},
    {"coap", "udp", 5683},
    {"coaps", "udp", 5684},
    {"dns", "udp", 53},
    {"elasticsearch", "http", 9200},
    {"etcd", "http", 2379},
    {"ftp", "tcp", 21},
    {"ftps", "tcp", 990},
    {"git", "tcp", 9418},
    {"imap", "tcp", 143},
    {"imaps", "tcp", 993},
    {"irc", "tcp", 6667},
    {"ircs", "tcp", 6697},
    {"kafka", "tcp", 9092},
    {"ldap", "tcp", 389},
    {"ldaps", "tcp", 636},
    {"mariadb", "tcp", 3306},
    {"memcache", "tcp", 11211},
    {"memcached", "tcp", 11211},
    {"mongodb", "tcp", 27017},
    {"mongodb+srv", "tcp", 0},
    {"mqtt", "tcp", 1883},
    {"mqtts", "tcp", 8883},
    {"mssql", "tcp", 1433},
    {"mysql", "tcp", 3306},
    {"mysql2", "tcp", 3306},
    {"nats", "tcp", 4222},
    {"nfs", "tcp", 2049},
    {"oracle", "tcp", 1521},
    {"pop3", "tcp", 110},
    {"pop3s", "tcp", 995},
    {"postgres", "tcp", 5432},
    {"postgresql", "tcp", 5432},
    {"pulsar", "tcp", 6650},
    {"rdp", "tcp", 3389},
    {"redis", "tcp", 6379},
    {"rediss", "tcp", 6379},
    {"rsync", "tcp", 873},
    {"rtmp", "tcp", 1935},
    {"rtsp", "tcp", 554},
    {"sftp", "tcp", 22},
    {"sip", "udp", 5060},
    {"sips", "tcp", 5061},
    {"smb", "tcp", 445},
    {"smtp", "tcp", 25},
    {"smtps", "tcp", 465},
    {"socks5", "tcp", 1080},
    {"sqlserver", "tcp", 1433},
    {"ssh", "tcp", 22},
    {"statsd", "udp", 8125},
    {"stomp", "tcp", 61613},
    {"stun", "udp", 3478},
    {"syslog", "udp", 514},
    {"telnet", "tcp", 23},
    {"turn", "udp", 3478},
    {"vnc", "tcp", 5900},
    {"zookeeper", "tcp", 2181},
};

gboolean
pm_recogniser_scheme (const char *scheme, gsize length, const char **ret_protocol,
                      guint16 *ret_default_port)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strlen (schemes[i].scheme) == length &&
        g_ascii_strncasecmp (schemes[i].scheme, scheme, length) == 0) {
      *ret_protocol = schemes[i].protocol;
      *ret_default_port = schemes[i].port;
      return TRUE;
    }
  return FALSE;
}
