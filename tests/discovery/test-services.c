/* systemd, supervisord, Procfiles. */

#include "recognise-test.h"

static void
reads_units (void)
{
  recognise_test_expect ("shop/shop.service",
                         "[Unit]\n"
                         "Description=Listens on 8080\n"
                         "[Service]\n"
                         "Environment=\"PORT=3000\" DB_PORT=5432\n"
                         "Environment=API=http://localhost:8080\n"
                         "ExecStart=/usr/bin/node server.js --port 3001\n"
                         "RestartSec=3000\n"
                         "TimeoutStartSec=8080\n",

                         "4 listen 3000 [] Service.Environment\n"
                         "4 reference 5432 [] Service.Environment\n"
                         "5 reference 8080@localhost [] Service.Environment\n"
                         "6 listen 3001 [] Service.ExecStart\n");
  recognise_test_expect ("shop/shop.socket",
                         "[Socket]\n"
                         "ListenStream=127.0.0.1:8080\n"
                         "ListenStream=9090\n"
                         "ListenStream=/run/shop.sock\n"
                         "ListenDatagram=514\n",

                         "2 address 127.0.0.1 [] Socket.ListenStream\n"
                         "2 listen 8080@127.0.0.1 [] Socket.ListenStream\n"
                         "3 listen 9090 [] Socket.ListenStream\n"
                         "5 listen 514/udp [] Socket.ListenDatagram\n");
  recognise_test_expect ("shop/shop.container",
                         "[Container]\n"
                         "Image=redis:7000\n"
                         "PublishPort=8080:80\n",

                         "3 publish 8080 [] Container.PublishPort\n"
                         "3 target 80 [] Container.PublishPort\n");
}

static void
reads_supervisord (void)
{
  recognise_test_expect ("shop/supervisord.conf",
                         "[inet_http_server]\n"
                         "port=*:9001\n"
                         "[program:web]\n"
                         "command=gunicorn app --bind 0.0.0.0:8000\n"
                         "startsecs=3000\n"
                         "stopwaitsecs=8080\n"
                         "environment=PORT=\"8001\",API=\"http://x:90\"\n",

                         "2 listen 9001@* [] inet_http_server.port\n"
                         "4 address 0.0.0.0 [web] program:web.command\n"
                         "4 listen 8000@0.0.0.0 [web] program:web.command\n"
                         "7 listen 8001 [web] program:web.environment\n"
                         "7 reference 90@x [web] program:web.environment\n");
  g_autofree char *fact = recognise_test_fact ("shop/supervisord.conf",
                                               "[program:web]\ncommand=node server.js\n", "web");
  g_assert_nonnull (fact);
}

static void
reads_procfiles (void)
{
  recognise_test_expect ("shop/Procfile",
                         "web: node server.js --port $PORT\n"
                         "api: PORT=3000 bin/api\n"
                         "worker: bin/work -p ${P:-3001}\n",

                         "2 listen 3000 [api] api\n"
                         "3 listen 3001 [worker] worker\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/services/reads-units", reads_units);
  g_test_add_func ("/discovery/services/reads-supervisord", reads_supervisord);
  g_test_add_func ("/discovery/services/reads-procfiles", reads_procfiles);
  return g_test_run ();
}
