#include <string.h>

#include "discovery/recogniser.h"

/* Hits as text: `listen 80`, `publish 8000-8010/udp`, `ip 10.0.0.1`, joined by ", ". `@host` tells
 * the endpoint's host, `?` a confidence below 0.5, `~grammar` where a name carries the address. */
static void
append_hit (GString *out, const char *text, const PmHit *hit)
{
  g_autofree char *bytes = g_strndup (text + hit->start, hit->end - hit->start);
  if (out->len > 0)
    g_string_append (out, ", ");
  if (hit->kind == PM_KIND_IP) {
    g_string_append_printf (out, "ip %s", hit->address);
    if (strcmp (hit->address, bytes) != 0)
      g_string_append_printf (out, " (%s)", bytes);
  } else {
    g_string_append_printf (out, "%s %u", pm_role_name (hit->role), hit->port);
    if (hit->port_end != hit->port)
      g_string_append_printf (out, "-%u", hit->port_end);
    if (hit->transport != PM_TRANSPORT_TCP)
      g_string_append_printf (out, "/%s", pm_transport_name (hit->transport));
    if (hit->host_end > hit->host_start)
      g_string_append_printf (out, " @%.*s", (int) (hit->host_end - hit->host_start),
                              text + hit->host_start);
  }
  if (hit->confidence < 0.5)
    g_string_append (out, " ?");
}

typedef struct {
  PmGrammar grammar;
  const char *text;
  const char *expected;
} Case;

/* Every case is tried from an exact copy, so that a sanitizer sees a byte too many. */
static void
check (gconstpointer data)
{
  for (const Case *one = data; one->text != NULL; one++) {
    gsize length = strlen (one->text);
    g_autofree char *copy = g_memdup2 (one->text, length);
    g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (PmHit));
    pm_recogniser_scan (one->grammar, copy, length, hits);
    g_autoptr (GString) out = g_string_new (NULL);
    for (guint i = 0; i < hits->len; i++)
      append_hit (out, one->text, &g_array_index (hits, PmHit, i));
    if (strcmp (out->str, one->expected) != 0) {
      g_test_message ("%s\n  expected: %s\n  read:     %s", one->text, one->expected, out->str);
      g_test_fail ();
    }
  }
}

#define END                                                                                        \
  {                                                                                                \
    0, NULL, NULL                                                                                  \
  }

static const Case ports[] = {
    {PM_GRAMMAR_PORT, "8080", "listen 8080"},
    {PM_GRAMMAR_PORT, " \"8080/udp\" ", "listen 8080/udp"},
    {PM_GRAMMAR_PORT, "8000-8100", "listen 8000-8100"},
    {PM_GRAMMAR_PORT, "0x1f90", "listen 8080"},
    {PM_GRAMMAR_PORT, "24_678", "listen 24678"},
    {PM_GRAMMAR_PORT, "65536", ""},
    {PM_GRAMMAR_PORT, "0", ""},
    {PM_GRAMMAR_PORT, "080", ""},
    {PM_GRAMMAR_PORT, "8080px", ""},
    {PM_GRAMMAR_PORT, "80/http", ""},
    {PM_GRAMMAR_PORT, "9000-8000", ""},
    {PM_GRAMMAR_PORT, "", ""},
    {PM_GRAMMAR_PORTS, "80/tcp 443, 53/udp;8000-8010",
     "listen 80, listen 443, listen 53/udp, listen 8000-8010"},
    {PM_GRAMMAR_PORTS, "80,x,443", "listen 80, listen 443"},
    {PM_GRAMMAR_PORTS, "<%= ENV.fetch('PORT', 3001) %>", "listen 3001"},
    {PM_GRAMMAR_PORTS, "<%= ENV['PORT'] || 3002 %>", "listen 3002"},
    {PM_GRAMMAR_PORTS, "f(80)", ""},
    END,
};

static const Case mappings[] = {
    {PM_GRAMMAR_MAPPING, "8080:80", "publish 8080, target 80"},
    {PM_GRAMMAR_MAPPING, "22:22", "publish 22, target 22"},
    {PM_GRAMMAR_MAPPING, "80", "target 80"},
    {PM_GRAMMAR_MAPPING, "3000-3005", "target 3000-3005"},
    {PM_GRAMMAR_MAPPING, "6060:6060/udp", "publish 6060/udp, target 6060/udp"},
    {PM_GRAMMAR_MAPPING, "9090-9091:8080-8081", "publish 9090-9091, target 8080-8081"},
    {PM_GRAMMAR_MAPPING, "8000-8010:80", "publish 8000-8010, target 80"},
    {PM_GRAMMAR_MAPPING, "8000-8002:80-90", ""},
    {PM_GRAMMAR_MAPPING, "127.0.0.1:8001:8001",
     "ip 127.0.0.1, publish 8001 @127.0.0.1, target 8001"},
    {PM_GRAMMAR_MAPPING, "127.0.0.1::80", "ip 127.0.0.1, target 80"},
    {PM_GRAMMAR_MAPPING, "[::1]:6000:6000/tcp", "ip ::1, publish 6000 @::1, target 6000"},
    {PM_GRAMMAR_MAPPING, "0.0.0.0:5000-5001:5000-5001/sctp",
     "ip 0.0.0.0, publish 5000-5001/sctp @0.0.0.0, target 5000-5001/sctp"},
    {PM_GRAMMAR_MAPPING, ":80", "target 80"},
    {PM_GRAMMAR_MAPPING, "a:b", ""},
    END,
};

static const Case endpoints[] = {
    {PM_GRAMMAR_ENDPOINT, "0.0.0.0:80,[::]:80",
     "ip 0.0.0.0, listen 80 @0.0.0.0, ip ::, listen 80 @::"},
    {PM_GRAMMAR_ENDPOINT, "INTERNAL://kafka1:19092,EXTERNAL://127.0.0.1:9092",
     "reference 19092 @kafka1, ip 127.0.0.1, reference 9092 @127.0.0.1"},
    {PM_GRAMMAR_ENDPOINT, ":80", "listen 80"},
    {PM_GRAMMAR_ENDPOINT, "*:80", "listen 80 @*"},
    {PM_GRAMMAR_ENDPOINT, "8080", "listen 8080"},
    {PM_GRAMMAR_ENDPOINT, "tcp:1433", "listen 1433"},
    {PM_GRAMMAR_ENDPOINT, "root:x@tcp(db:3306)/shop?tls=1", "reference 3306 @db"},
    {PM_GRAMMAR_ENDPOINT, "mysql://root:x@tcp([::1]:3307)/shop", "ip ::1, reference 3307 @::1"},
    {PM_GRAMMAR_ENDPOINT, "root:x@unix(/run/my:3306)/shop", ""},
    {PM_GRAMMAR_ENDPOINT, "udp://:514", "listen 514/udp"},
    {PM_GRAMMAR_ENDPOINT, "address=:80", "listen 80"},
    {PM_GRAMMAR_ENDPOINT, "http://+:8000", "listen 8000 @+"},
    {PM_GRAMMAR_ENDPOINT, "http://*:5000;https://*:5001", "listen 5000 @*, listen 5001 @*"},
    {PM_GRAMMAR_ENDPOINT, "0.0.0:8080", "listen 8080 @0.0.0"},
    {PM_GRAMMAR_ENDPOINT, "unix:/run/app.sock", ""},
    {PM_GRAMMAR_ENDPOINT, "unix:///run/app.sock", ""},
    {PM_GRAMMAR_ENDPOINT, "80 default_server backlog=511", "listen 80"},
    {PM_GRAMMAR_ENDPOINT, "db:5432", "reference 5432 @db"},
    {PM_GRAMMAR_ENDPOINT, "user:p@ss@db:5432/x", "reference 5432 @db"},
    {PM_GRAMMAR_ENDPOINT, "${HOST}:8080", "reference 8080 @${HOST}"},
    {PM_GRAMMAR_ENDPOINT, "{{ .Values.host }}:8080", "reference 8080 @{{ .Values.host }}"},
    {PM_GRAMMAR_ENDPOINT, "server.1=zoo1:2888:3888;2181",
     "reference 2888 @zoo1, listen 3888 @zoo1, listen 2181"},
    {PM_GRAMMAR_ENDPOINT, "fe80::1%eth0", "ip fe80::1 (fe80::1%eth0)"},
    {PM_GRAMMAR_HOST, "localhost", ""},
    {PM_GRAMMAR_HOST, "[2001:DB8:0::1]", "ip 2001:db8::1 (2001:DB8:0::1)"},
    {PM_GRAMMAR_HOST, "10-0-0-7.nip.io", "ip 10.0.0.7 (10-0-0-7)"},
    {PM_GRAMMAR_HOST, "1.2.3.4", "ip 1.2.3.4"},
    END,
};

static const Case commands[] = {
    {PM_GRAMMAR_COMMAND, "exec 3<>/dev/tcp/127.0.0.1/8080; x",
     "ip 127.0.0.1, reference 8080 @127.0.0.1"},
    {PM_GRAMMAR_COMMAND, "timeout 5s bash -c ':> /dev/udp/db/53' || exit 1",
     "reference 53/udp @db"},
    {PM_GRAMMAR_COMMAND, "timeout 5 server -p 8080", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "nice -n 10 tool -p 1", ""},
    {PM_GRAMMAR_COMMAND, "tool -p 100", ""},
    {PM_GRAMMAR_COMMAND, "tool -p 443", "listen 443"},
    {PM_GRAMMAR_COMMAND, "openssl req -x509 -newkey rsa:4096", ""},
    {PM_GRAMMAR_COMMAND, "vite --port 3000", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "vite --port=3000 --strictPort", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "next dev -p 3000", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "next dev -p=3000 && next start -p3001", "listen 3000, listen 3001"},
    {PM_GRAMMAR_COMMAND, "app --http-port 8080 --metrics.port 9100", "listen 8080, listen 9100"},
    {PM_GRAMMAR_COMMAND, "gunicorn --bind 0.0.0.0:8000 app", "ip 0.0.0.0, listen 8000 @0.0.0.0"},
    {PM_GRAMMAR_COMMAND, "gunicorn -b :8000", "listen 8000"},
    {PM_GRAMMAR_COMMAND, "uvicorn main:app --host 0.0.0.0 --port 8000", "ip 0.0.0.0, listen 8000"},
    {PM_GRAMMAR_COMMAND, "node --inspect=0.0.0.0:9229 server.js",
     "ip 0.0.0.0, listen 9229 @0.0.0.0"},
    {PM_GRAMMAR_COMMAND, "chromium --remote-debugging-port=9222", "listen 9222"},
    {PM_GRAMMAR_COMMAND, "docker run -p 127.0.0.1:80:8080 --publish 53:53/udp postgres:5432",
     "ip 127.0.0.1, publish 80 @127.0.0.1, target 8080, publish 53/udp, target 53/udp"},
    {PM_GRAMMAR_COMMAND, "docker run -e API_URL=\"http://10.0.0.7:4000\" -e PORT='3000' app",
     "ip 10.0.0.7, reference 4000 @10.0.0.7, listen 3000"},
    {PM_GRAMMAR_COMMAND, "app -consul-address $IP:8500 -http-address $IP:8501",
     "reference 8500 @$IP, listen 8501 @$IP"},
    {PM_GRAMMAR_COMMAND, "ansible db -m firewalld -a \"port=3306/tcp zone=db\"", "reference 3306"},
    {PM_GRAMMAR_COMMAND, "php -S localhost:8000", "listen 8000 @localhost"},
    {PM_GRAMMAR_COMMAND, "python3 -m http.server 8000", "listen 8000"},
    {PM_GRAMMAR_COMMAND, "python manage.py runserver 0.0.0.0:8000",
     "ip 0.0.0.0, listen 8000 @0.0.0.0"},
    {PM_GRAMMAR_COMMAND, "bundle exec rails s -p 3000 -b 0.0.0.0", "listen 3000, ip 0.0.0.0"},
    {PM_GRAMMAR_COMMAND, "flask run -p 5000", "listen 5000"},
    {PM_GRAMMAR_COMMAND, "java -Dserver.port=8081 -jar app.jar", "listen 8081"},
    {PM_GRAMMAR_COMMAND, "ssh -L 8080:localhost:80 host", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "ssh -N -L 127.0.0.1:8080:db:80 host",
     "ip 127.0.0.1, listen 8080 @127.0.0.1"},
    {PM_GRAMMAR_COMMAND, "ssh -fNL 8080:localhost:80 host", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "ssh -L8080:localhost:80 host", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "ssh -L 8080:/run/x.sock host", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "ssh -L localhost:8080:/run/x.sock host", "listen 8080 @localhost"},
    {PM_GRAMMAR_COMMAND, "ssh -L /run/x.sock:localhost:80 host", ""},
    {PM_GRAMMAR_COMMAND, "ssh -R 8080:localhost:3000 host", "reference 3000 @localhost"},
    {PM_GRAMMAR_COMMAND, "ssh -R [::]:8080:[::1]:3000 host", "ip ::, ip ::1, reference 3000 @::1"},
    {PM_GRAMMAR_COMMAND, "autossh -NR 8080:localhost:3000 host", "reference 3000 @localhost"},
    {PM_GRAMMAR_COMMAND, "ssh -R 1080 host", ""},
    {PM_GRAMMAR_COMMAND, "ssh -D 1080 host", "listen 1080"},
    {PM_GRAMMAR_COMMAND, "ssh -W localhost:22 host", ""},
    {PM_GRAMMAR_COMMAND, "ssh -W localhost:22 -L 8080:x:1 host", "listen 8080"},
    {PM_GRAMMAR_COMMAND, "ssh -p 2222 me@host", "reference 2222 @host"},
    {PM_GRAMMAR_COMMAND, "nc -z db 5432", "reference 5432 @db"},
    {PM_GRAMMAR_COMMAND, "nc -lvp 4444", "listen 4444"},
    {PM_GRAMMAR_COMMAND, "socat TCP-LISTEN:80,fork TCP:web:8080", "listen 80, reference 8080 @web"},
    {PM_GRAMMAR_COMMAND, "kubectl port-forward svc/x 8080:80", "listen 8080, reference 80"},
    {PM_GRAMMAR_COMMAND, "wait-on tcp:3000 http://localhost:4000",
     "reference 3000, reference 4000 @localhost"},
    {PM_GRAMMAR_COMMAND, "wait-on -l tcp:3000 && next start -p 3001",
     "reference 3000, listen 3001"},
    {PM_GRAMMAR_COMMAND, "wait-on http-get://localhost:3000/health", "reference 3000 @localhost"},
    {PM_GRAMMAR_COMMAND, "./wait-for-it.sh -h db -p 5432 -t 30 -- next start -p 3000",
     "reference 5432 @db, listen 3000"},
    {PM_GRAMMAR_COMMAND, "sh ./bin/wait-for-it.sh db:5432 -s -- node server.js",
     "reference 5432 @db"},
    {PM_GRAMMAR_COMMAND, "dockerize -wait tcp://db:5432 -timeout 60s serve -l 3000",
     "reference 5432 @db, listen 3000"},
    {PM_GRAMMAR_COMMAND, "start-server-and-test dev http://localhost:3000 cy:run",
     "reference 3000 @localhost"},
    {PM_GRAMMAR_COMMAND, "vite --strictPort --port 5000", "listen 5000"},
    {PM_GRAMMAR_COMMAND, "json-server -p 3001 db.json", "listen 3001"},
    {PM_GRAMMAR_COMMAND, "serve -l 3000", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "serve -s build -l tcp://0.0.0.0:5000",
     "ip 0.0.0.0, listen 5000 @0.0.0.0"},
    {PM_GRAMMAR_COMMAND, "PORT=3000 node server.js", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "cross-env PORT=\"3000\" NODE_ENV=test node .", "listen 3000"},
    /* psql(1), mysql(1), redis-cli --help, nc(1), ssh(1), scp(1), cqlsh and kcat -h */
    {PM_GRAMMAR_COMMAND, "psql -h 10.0.0.5 -p 5433", "ip 10.0.0.5, reference 5433 @10.0.0.5"},
    {PM_GRAMMAR_COMMAND, "psql -p 5433 --host=db && redis-cli -p 6380 -h cache",
     "reference 5433 @db, reference 6380 @cache"},
    {PM_GRAMMAR_COMMAND, "psql -h /run/postgresql -p 5433", "reference 5433"},
    {PM_GRAMMAR_COMMAND, "psql -h $DB -p 5433; redis-cli -p 6380",
     "reference 5433, reference 6380"},
    {PM_GRAMMAR_COMMAND, "mysql -h db -P 3307", "reference 3307 @db"},
    {PM_GRAMMAR_COMMAND, "mongosh --host db --port 27018", "reference 27018 @db"},
    {PM_GRAMMAR_COMMAND, "redis-cli -a 12345 -h cache -p 6380", "reference 6380 @cache"},
    {PM_GRAMMAR_COMMAND, "nc -z db 5433", "reference 5433 @db"},
    {PM_GRAMMAR_COMMAND, "until nc -z -w 2 db 5433; do sleep 1; done", "reference 5433 @db"},
    {PM_GRAMMAR_COMMAND, "nc -z {{ .Values.host }} 5433", "reference 5433"},
    {PM_GRAMMAR_COMMAND, "cqlsh -u cassandra -p cassandra db 9043", "reference 9043 @db"},
    {PM_GRAMMAR_COMMAND, "kcat -b kafka:9096 -L", "reference 9096 @kafka"},
    {PM_GRAMMAR_COMMAND, "wait-for-it.sh --host=db --port=5434 -- serve -l 3000",
     "reference 5434 @db, listen 3000"},
    {PM_GRAMMAR_COMMAND, "ssh -i key -p 2222 me@web.example.org uptime",
     "reference 2222 @web.example.org"},
    {PM_GRAMMAR_COMMAND, "scp -r -P 2222 dist web:/srv", "reference 2222 @web"},
    {PM_GRAMMAR_COMMAND, "\"--port\", \"8000\"", "listen 8000"},
    {PM_GRAMMAR_COMMAND, "[\"node\", \"server.js\", \"--port=8000\"]", "listen 8000"},
    {PM_GRAMMAR_COMMAND, "sh -c \"next dev -p 3000\"", "listen 3000"},
    {PM_GRAMMAR_COMMAND, "concurrently \"vite --port 1\" 'node x -p 2' \"serve -l 3000\"",
     "listen 1, listen 3000"},
    {PM_GRAMMAR_COMMAND, "caddy :2016", "listen 2016"},
    {PM_GRAMMAR_COMMAND, "cloud_sql_proxy -instances=a=tcp:1433", "reference 1433"},
    {PM_GRAMMAR_COMMAND, "prometheus --web.listen-address=:9090", "listen 9090"},
    {PM_GRAMMAR_COMMAND, "curl -H 'Accept: x' http://127.0.0.1:8080/health",
     "ip 127.0.0.1, reference 8080 @127.0.0.1"},
    END,
};

static const Case no_port_flags[] = {
    {PM_GRAMMAR_COMMAND, "mkdir -p 3000", ""},
    {PM_GRAMMAR_COMMAND, "tsc -p tsconfig.build.json", ""},
    {PM_GRAMMAR_COMMAND, "npx tsc -p 3000", ""},
    {PM_GRAMMAR_COMMAND, "mocha -p -j 2 --timeout=10000", ""},
    {PM_GRAMMAR_COMMAND, "app --timeout 2400000 --max-old-space-size=4096 --import 3000", ""},
    {PM_GRAMMAR_COMMAND, "playwright test -p 4000", ""},
    {PM_GRAMMAR_COMMAND, "docker build -t web:3000 .", ""},
    {PM_GRAMMAR_COMMAND, "npm run build:80", ""},
    END,
};

static const Case urls[] = {
    {PM_GRAMMAR_TEXT, "Server=tcp:db.example.org,1433;Database=x",
     "reference 1433 @db.example.org"},
    {PM_GRAMMAR_TEXT, "Data Source = 10.0.0.7, 1434;User Id=sa",
     "ip 10.0.0.7, reference 1434 @10.0.0.7"},
    {PM_GRAMMAR_TEXT, "Server=a,b;x=host,1433", ""},
    {PM_GRAMMAR_TEXT, "see http://localhost:3000/x, and (https://api.example.com:8443).",
     "reference 3000 @localhost, reference 8443 @api.example.com"},
    {PM_GRAMMAR_TEXT, "postgres://user:p%40ss@db:5432/app?sslmode=off", "reference 5432 @db"},
    {PM_GRAMMAR_TEXT, "http://[2001:db8::1]:8080/", "ip 2001:db8::1, reference 8080 @2001:db8::1"},
    {PM_GRAMMAR_TEXT, "jdbc:postgresql://localhost:5432/db", "reference 5432 @localhost"},
    {PM_GRAMMAR_TEXT, "mongodb://a:27017,b:27018/x", "reference 27017 @a, reference 27018 @b"},
    {PM_GRAMMAR_TEXT, "http://example.com/", ""},
    {PM_GRAMMAR_TEXT, "http://10.0.0.1/", "ip 10.0.0.1"},
    {PM_GRAMMAR_TEXT, "http://localhost:8080.", "reference 8080 @localhost"},
    {PM_GRAMMAR_TEXT, "<a href='http://localhost:80'>", "reference 80 @localhost"},
    {PM_GRAMMAR_TEXT, "redirect=http%3A%2F%2Flocalhost%3A3000%2Fcb", "reference 3000 @localhost"},
    {PM_GRAMMAR_TEXT, "http://${HOST}:8080/", "reference 8080 @${HOST}"},
    {PM_GRAMMAR_TEXT, "http://host:${PORT}/", ""},
    {PM_GRAMMAR_TEXT, "http://host:8080abc/", ""},
    {PM_GRAMMAR_TEXT, "http://1-2-3-4.sslip.io:3000/",
     "ip 1.2.3.4 (1-2-3-4), reference 3000 @1-2-3-4.sslip.io"},
    END,
};

static const Case text_endpoints[] = {
    {PM_GRAMMAR_TEXT, "localhost:3000", "reference 3000 @localhost"},
    {PM_GRAMMAR_TEXT, "redis:6379", "reference 6379 @redis"},
    {PM_GRAMMAR_TEXT, "root:x@tcp(mysqld:3306)/shop", "reference 3306 @mysqld"},
    {PM_GRAMMAR_TEXT, "call(mysqld:3306)", ""},
    {PM_GRAMMAR_TEXT, "kafka1:9092,kafka2:9093", "reference 9092 @kafka1, reference 9093 @kafka2"},
    {PM_GRAMMAR_TEXT, "connects to db.internal:5432 first", "reference 5432 @db.internal"},
    {PM_GRAMMAR_TEXT, "127.0.0.1:8000 and 0.0.0.0:9000",
     "ip 127.0.0.1, reference 8000 @127.0.0.1, ip 0.0.0.0, listen 9000 @0.0.0.0"},
    {PM_GRAMMAR_TEXT, "[::]:8080", "ip ::, listen 8080 @::"},
    {PM_GRAMMAR_TEXT, "/ip4/127.0.0.1/tcp/4001", "ip 127.0.0.1, reference 4001 @127.0.0.1"},
    {PM_GRAMMAR_TEXT, "host=db port=5432", "reference 5432 @db"},
    {PM_GRAMMAR_TEXT, "node:20", ""},
    {PM_GRAMMAR_TEXT, "postgres:18", ""},
    {PM_GRAMMAR_TEXT, "redis:7-alpine", ""},
    {PM_GRAMMAR_TEXT, "ghcr.io/org/web:8080", ""},
    {PM_GRAMMAR_TEXT, "at 12:30:45 or 12:30", ""},
    {PM_GRAMMAR_TEXT, "a:1", ""},
    {PM_GRAMMAR_TEXT, "key: 8080", ""},
    {PM_GRAMMAR_TEXT, "C:80", ""},
    {PM_GRAMMAR_TEXT, "foo.c:120: error, main.py:45 app.js:3000:12", ""},
    {PM_GRAMMAR_TEXT, "com.acme.Main:8080", ""},
    {PM_GRAMMAR_TEXT, "python:3.14@sha256:26730869004e", ""},
    {PM_GRAMMAR_TEXT, "sha256:26730", ""},
    {PM_GRAMMAR_TEXT, "ratio 16:9 and 1920:1080", ""},
    {PM_GRAMMAR_TEXT, "arn:aws:iam::1234567890:role/x", ""},
    {PM_GRAMMAR_TEXT, "the width:1080 of line:1234", ""},
    END,
};

static const Case addresses[] = {
    {PM_GRAMMAR_TEXT, "203.0.113.7", "ip 203.0.113.7"},
    {PM_GRAMMAR_TEXT, "it is 203.0.113.7.", "ip 203.0.113.7"},
    {PM_GRAMMAR_TEXT, "10.0.0.1-10.0.0.20", "ip 10.0.0.1, ip 10.0.0.20"},
    {PM_GRAMMAR_TEXT, "allow 10.0.0.0/8;", "ip 10.0.0.0/8"},
    {PM_GRAMMAR_TEXT, "netmask 255.255.255.0", "ip 255.255.255.0 ?"},
    {PM_GRAMMAR_TEXT, "\"ip\":\"8.8.8.8\"", "ip 8.8.8.8"},
    {PM_GRAMMAR_TEXT, "<ip>10.0.0.1</ip>", "ip 10.0.0.1"},
    {PM_GRAMMAR_TEXT, "<a ip=\"8.8.8.8\">8.8.4.4 or so</a>", "ip 8.8.8.8, ip 8.8.4.4"},
    {PM_GRAMMAR_TEXT, "\"php\": \">8.8.4.4\", <a>", ""},
    {PM_GRAMMAR_TEXT, "a\\n10.0.0.1", "ip 10.0.0.1"},
    {PM_GRAMMAR_TEXT, "${ADDR:-10.0.0.1}", "ip 10.0.0.1"},
    {PM_GRAMMAR_TEXT, "tcp4/0.0.0.0", "ip 0.0.0.0"},
    {PM_GRAMMAR_TEXT, "somehost:162.242.195.82", "ip 162.242.195.82"},
    {PM_GRAMMAR_TEXT, "127.0.0.1 localhost", "ip 127.0.0.1"},
    {PM_GRAMMAR_TEXT, "::1 ip6-localhost, fe80::1%eth0 2001:db8::/32",
     "ip ::1, ip fe80::1 (fe80::1%eth0), ip 2001:db8::/32"},
    {PM_GRAMMAR_TEXT, "ip6:2001:DB8:0:0:0:0:0:1", "ip 2001:db8::1 (2001:DB8:0:0:0:0:0:1)"},
    {PM_GRAMMAR_TEXT, "::ffff:10.0.0.1", "ip ::ffff:10.0.0.1"},
    {PM_GRAMMAR_TEXT, "app.1-2-3-4.sslip.io 1.2.3.4.nip.io", "ip 1.2.3.4 (1-2-3-4), ip 1.2.3.4"},
    {PM_GRAMMAR_TEXT, "4.3.2.1.bc.googleusercontent.com", "ip 1.2.3.4 (4.3.2.1)"},
    {PM_GRAMMAR_TEXT, "ec2-1-2-3-4.compute-1.amazonaws.com", "ip 1.2.3.4 (1-2-3-4)"},
    {PM_GRAMMAR_TEXT, "2a01-4f8--1.sslip.io", "ip 2a01:4f8::1 (2a01-4f8--1)"},
    {PM_GRAMMAR_TEXT, "magic-7f000001.nip.io", "ip 127.0.0.1 (7f000001)"},
    END,
};

static const Case no_addresses[] = {
    {PM_GRAMMAR_TEXT, "ARG CLICKHOUSE_VERSION=25.8.2.29", ""},
    {PM_GRAMMAR_TEXT, "v1.2.3.4", ""},
    {PM_GRAMMAR_TEXT, "1.27.1.2-alpine", ""},
    {PM_GRAMMAR_TEXT, "archive/10.15.0.4/newrelic-php5-10.15.0.4-linux.tar.gz", ""},
    {PM_GRAMMAR_TEXT, "pkg>=1.2.3.4 other==2.3.4.5 ~> 3.4.5.6", ""},
    {PM_GRAMMAR_TEXT, "1.2.3.4.5.6.7", ""},
    {PM_GRAMMAR_TEXT, "oid: 1.3.6.1", ""},
    {PM_GRAMMAR_TEXT, "Chrome/91.0.44.124 Safari/119.0.0.0", ""},
    {PM_GRAMMAR_TEXT, "01.02.03.04", ""},
    {PM_GRAMMAR_TEXT, "rfc7234#section-5.2.2.4", ""},
    {PM_GRAMMAR_TEXT, "M3.5 2.8.4.4 1.5-.3", ""},
    {PM_GRAMMAR_TEXT, "2.2.20.20.in-addr.arpa", ""},
    {PM_GRAMMAR_TEXT, "image: aerospike:8.1.2.2", ""},
    {PM_GRAMMAR_TEXT, "Assembly Version=4.0.0.0", ""},
    {PM_GRAMMAR_TEXT, "1.2.3.256 1.2.3", ""},
    {PM_GRAMMAR_TEXT, "std::vector a::b u8::1 ARN :: x", ""},
    {PM_GRAMMAR_TEXT, "aa:bb:cc:dd:ee:ff 00:11:22:33:44:55:66:77", ""},
    {PM_GRAMMAR_TEXT, "list[::1] list[::2]", ""},
    END,
};

static void
links_both_sides_of_a_mapping (void)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (PmHit));
  pm_recogniser_scan (PM_GRAMMAR_MAPPING, "127.0.0.1:80:8080", 17, hits);
  g_assert_cmpuint (hits->len, ==, 3);
  g_assert_cmpint (g_array_index (hits, PmHit, 0).pair, ==, -1);
  g_assert_cmpint (g_array_index (hits, PmHit, 1).pair, ==, 2);
  g_assert_cmpint (g_array_index (hits, PmHit, 2).pair, ==, 1);
}

static void
knows_schemes (void)
{
  const char *protocol;
  guint16 port;
  g_assert_true (pm_recogniser_scheme ("https", 5, &protocol, &port));
  g_assert_cmpstr (protocol, ==, "http");
  g_assert_cmpuint (port, ==, 443);
  g_assert_true (pm_recogniser_scheme ("WSS", 3, &protocol, &port));
  g_assert_cmpstr (protocol, ==, "ws");
  g_assert_false (pm_recogniser_scheme ("internal", 8, &protocol, &port));
}

/* Shapes that made grammars of this kind slow elsewhere. */
static void
is_linear (void)
{
  static const char *const pieces[] = {"a:",
                                       "://",
                                       "1.",
                                       "::",
                                       "{{",
                                       "[",
                                       "\"",
                                       "a://b@",
                                       "x ",
                                       "127.0.0.1:80 ",
                                       "http://localhost:3000/ ",
                                       "%3A%2F%2F"};
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    for (PmGrammar grammar = PM_GRAMMAR_PORT; grammar <= PM_GRAMMAR_TEXT; grammar++) {
      g_autoptr (GString) text = g_string_new (NULL);
      while (text->len < 1000000)
        g_string_append (text, pieces[i]);
      g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (PmHit));
      gint64 start = g_get_monotonic_time ();
      pm_recogniser_scan (grammar, text->str, text->len, hits);
      gint64 ms = (g_get_monotonic_time () - start) / 1000;
      g_assert_cmpuint (hits->len, <=, 256);
      g_test_message ("grammar %d, '%s': %d ms", (int) grammar, pieces[i], (int) ms);
      g_assert_cmpint (ms, <, 2000);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/discovery/recogniser/reads-ports", ports, check);
  g_test_add_data_func ("/discovery/recogniser/reads-mappings", mappings, check);
  g_test_add_data_func ("/discovery/recogniser/reads-endpoints", endpoints, check);
  g_test_add_data_func ("/discovery/recogniser/reads-commands", commands, check);
  g_test_add_data_func ("/discovery/recogniser/leaves-other-flags", no_port_flags, check);
  g_test_add_data_func ("/discovery/recogniser/reads-urls", urls, check);
  g_test_add_data_func ("/discovery/recogniser/reads-endpoints-in-text", text_endpoints, check);
  g_test_add_data_func ("/discovery/recogniser/reads-addresses", addresses, check);
  g_test_add_data_func ("/discovery/recogniser/leaves-what-looks-like-addresses", no_addresses,
                        check);
  g_test_add_func ("/discovery/recogniser/links-both-sides-of-a-mapping",
                   links_both_sides_of_a_mapping);
  g_test_add_func ("/discovery/recogniser/knows-schemes", knows_schemes);
  g_test_add_func ("/discovery/recogniser/is-linear", is_linear);
  return g_test_run ();
}
