#include "recognise-test.h"

static void
reads_keywords (void)
{
  recognise_test_expect ("shop/redis.conf",
                         "port 6379\n"
                         "bind 127.0.0.1\n"
                         "timeout 3000\n"
                         "replicaof 10.0.0.1 6380\n"
                         "maxclients 10000\n"
                         "save 900 1\n",

                         "1 listen 6379 [] port[0]\n"
                         "2 address 127.0.0.1 [] bind[0]\n"
                         "4 reference 6380 [] replicaof[1]\n"
                         "4 address 10.0.0.1 [] replicaof[0]\n");
  recognise_test_expect ("shop/sshd_config", "Port 2222\nListenAddress 0.0.0.0:22\n",

                         "1 listen 2222 [] Port[0]\n"
                         "2 address 0.0.0.0 [] ListenAddress[0]\n"
                         "2 listen 22@0.0.0.0 [] ListenAddress[0]\n");
  recognise_test_expect ("shop/mosquitto.conf",
                         "listener 1883\n"
                         "max_connections 8080\n"
                         "address broker:8883\n",

                         "1 listen 1883 [] listener[0]\n"
                         "3 reference 8883@broker [] address[0]\n");
}

static void
reads_settings (void)
{
  recognise_test_expect ("shop/my.cnf",
                         "[client]\n"
                         "port = 3306\n"
                         "[mysqld]\n"
                         "port = 3307\n"
                         "bind-address = 127.0.0.1\n"
                         "max_connections = 3000\n"
                         "mysqlx-port = 33061\n"
                         "report-port = 3308\n",

                         "2 reference 3306 [] client.port\n"
                         "4 listen 3307 [] mysqld.port\n"
                         "7 listen 33061 [] mysqld.mysqlx-port\n"
                         "5 address 127.0.0.1 [] mysqld.bind-address\n"
                         "8 reference 3308 [] mysqld.report-port\n");
  recognise_test_expect ("shop/php.ini",
                         "[PHP]\n"
                         "memory_limit = 8080\n"
                         "xdebug.client_port = 9003\n"
                         "mysqli.default_port = 3306\n"
                         "[mail function]\n"
                         "smtp_port = 25\n",

                         "3 reference 9003 [] PHP.xdebug.client_port\n"
                         "4 reference 3306 [] PHP.mysqli.default_port\n"
                         "6 reference 25 [] mail function.smtp_port\n");
}

/* Rails connects to what these files name; it listens nowhere in them. */
static void
reads_what_rails_connects_to (void)
{
  recognise_test_expect ("shop/config/database.yml",
                         "default: &default\n"
                         "  adapter: postgresql\n"
                         "  host: localhost\n"
                         "  port: 5432\n"
                         "  pool: 3000\n"
                         "development:\n"
                         "  <<: *default\n"
                         "  database: shop_development\n"
                         "production:\n"
                         "  primary:\n"
                         "    <<: *default\n"
                         "    port: <%= ENV.fetch(\"DB_PORT\") { 5433 } %>\n"
                         "  replica:\n"
                         "    adapter: mysql2\n"
                         "    port: 8080\n",
                         "4 reference 5432@localhost [] default.port\n"
                         "12 reference 5433 [] production.primary.port\n"
                         "15 reference 8080 [] production.replica.port\n");
  recognise_test_expect (
      "shop/config/cable.yml",
      "development:\n"
      "  adapter: async\n"
      "production:\n"
      "  adapter: redis\n"
      "  port: 6380\n"
      "  url: <%= ENV.fetch(\"REDIS_URL\") { \"redis://localhost:6379/1\" } %>\n",
      "5 reference 6380 [] production.port\n"
      "6 reference 6379@localhost [] production.url\n");
  /* A file of that name that is somebody else's. */
  recognise_test_expect ("shop/conf/database.yml", "port: 8080\n", "1 listen 8080 [] port\n");
}

static void
reads_postgresql (void)
{
  recognise_test_expect ("shop/postgresql.conf",
                         "listen_addresses = 'localhost, 10.0.0.9'\nport 5433 # restart\n"
                         "primary_conninfo = 'host=10.0.0.8 port=5432 user=x'\n"
                         "max_connections = 8080\n#port = 1\n",
                         "1 address 10.0.0.9 [] listen_addresses[0]\n"
                         "2 listen 5433 [] port[0]\n"
                         "3 address 10.0.0.8 [] primary_conninfo[0]\n"
                         "3 reference 5432 [] primary_conninfo[0]\n");
}

static void
reads_fpm_pools (void)
{
  recognise_test_expect ("shop/www.conf",
                         "[www]\nlisten = 127.0.0.1:9000\npm.max_children = 8080\n"
                         "env[DB_PORT] = 3306\n[two]\nlisten = 9001\nlisten.backlog = 511\n",
                         "2 address 127.0.0.1 [] www.listen\n"
                         "2 listen 9000@127.0.0.1 [] www.listen\n"
                         "6 listen 9001 [] two.listen\n"
                         "4 reference 3306 [] www.env[DB_PORT]\n");
}

static void
reads_brokers (void)
{
  recognise_test_expect ("shop/rabbitmq.conf",
                         "listeners.tcp.default = 5673\n"
                         "listeners.ssl.local = 127.0.0.1:5671\n"
                         "mqtt.listeners.tcp.default = 1883\n"
                         "num_acceptors.tcp = 1024\n"
                         "management.tcp.port = 15673\n"
                         "cluster_formation.consul.port = 8500\n",
                         "1 listen 5673 [] listeners.tcp.default\n"
                         "2 address 127.0.0.1 [] listeners.ssl.local\n"
                         "2 listen 5671@127.0.0.1 [] listeners.ssl.local\n"
                         "3 listen 1883 [] mqtt.listeners.tcp.default\n"
                         "5 listen 15673 [] management.tcp.port\n"
                         "6 reference 8500 [] cluster_formation.consul.port\n");
  recognise_test_expect ("shop/zoo.cfg",
                         "tickTime=2000\n"
                         "clientPort=2181\n"
                         "server.1=zoo1:2888:3888\n",
                         "2 listen 2181 [] clientPort\n"
                         "3 reference 2888@zoo1 [] server.1\n"
                         "3 reference 3888@zoo1 [] server.1\n");
}

static void
reads_pythons_servers (void)
{
  recognise_test_expect ("shop/deploy/app.ini",
                         "[uwsgi]\n"
                         "http = :9000\n"
                         "socket = 127.0.0.1:3031\n"
                         "uwsgi-socket = /run/app.sock\n"
                         "stats = 127.0.0.1:9191\n"
                         "harakiri = 3000\n"
                         "subscribe-to = 10.0.0.3:3333:app\n",
                         "2 listen 9000 [] uwsgi.http\n"
                         "3 address 127.0.0.1 [] uwsgi.socket\n"
                         "3 listen 3031@127.0.0.1 [] uwsgi.socket\n"
                         "5 address 127.0.0.1 [] uwsgi.stats\n"
                         "5 listen 9191@127.0.0.1 [] uwsgi.stats\n"
                         "7 address 10.0.0.3 [] uwsgi.subscribe-to\n"
                         "7 reference 3333@10.0.0.3 [] uwsgi.subscribe-to\n");
  recognise_test_expect ("shop/run.sh",
                         "uwsgi --stats 127.0.0.1:9191 -s :3032\n"
                         "webpack --stats localhost:9192\n",
                         "1 address 127.0.0.1 [] uwsgi()[1]\n"
                         "1 listen 9191@127.0.0.1 [] uwsgi()[1]\n"
                         "1 listen 3032 [] uwsgi()[3]\n"
                         "2 reference 9192@localhost [] webpack()[1]\n");
  recognise_test_expect ("shop/.streamlit/config.toml",
                         "[server]\nport = 8502\n[browser]\nserverPort = 8503\n",
                         "2 listen 8502 [] server.port\n"
                         "4 reference 8503 [] browser.serverPort\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/daemons/reads-keywords", reads_keywords);
  g_test_add_func ("/discovery/daemons/reads-settings", reads_settings);
  g_test_add_func ("/discovery/daemons/reads-what-rails-connects-to", reads_what_rails_connects_to);
  g_test_add_func ("/discovery/daemons/reads-postgresql", reads_postgresql);
  g_test_add_func ("/discovery/daemons/reads-fpm-pools", reads_fpm_pools);
  g_test_add_func ("/discovery/daemons/reads-brokers", reads_brokers);
  g_test_add_func ("/discovery/daemons/reads-pythons-servers", reads_pythons_servers);
  return g_test_run ();
}
