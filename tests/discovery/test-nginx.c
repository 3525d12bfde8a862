#include <string.h>

#include "recognise-test.h"

static void
reads_listeners_and_passes (void)
{
  recognise_test_expect ("shop/nginx/default.conf",
                         "upstream app {\n"
                         "  server web1:8080 weight=5;\n"
                         "  server 10.0.0.2:8081 backup;\n"
                         "  server unix:/run/app.sock;\n"
                         "}\n"
                         "server {\n"
                         "  listen 80 default_server;\n"
                         "  listen [::]:443 ssl http2;\n"
                         "  listen 127.0.0.1:8443 quic reuseport;\n"
                         "  server_name shop.example.com;\n"
                         "  client_max_body_size 1024;\n"
                         "  location /api { proxy_pass http://127.0.0.1:3000/; }\n"
                         "  location ~ \\.php$ { fastcgi_pass php-fpm:9000; }\n"
                         "  location /rpc { grpc_pass grpc://rpc:50051; }\n"
                         "  return 301 https://$host:8443$request_uri;\n"
                         "}\n",
                         "2 reference 8080@web1 [] upstream.server[0]\n"
                         "3 address 10.0.0.2 [] upstream.server[0]\n"
                         "3 reference 8081@10.0.0.2 [] upstream.server[0]\n"
                         "7 listen 80 [] server.listen[0]\n"
                         "8 address :: [] server.listen[0]\n"
                         "8 listen 443@:: [] server.listen[0]\n"
                         "9 address 127.0.0.1 [] server.listen[0]\n"
                         "9 listen 8443/udp@127.0.0.1 [] server.listen[0]\n"
                         "12 address 127.0.0.1 [] server.location.proxy_pass[0]\n"
                         "12 reference 3000@127.0.0.1 [] server.location.proxy_pass[0]\n"
                         "13 reference 9000@php-fpm [] server.location.fastcgi_pass[0]\n"
                         "14 reference 50051@rpc [] server.location.grpc_pass[0]\n"
                         "15 reference 8443@$host [] server.return[1]\n");
}

static void
reads_streams_and_addresses (void)
{
  recognise_test_expect ("shop/nginx.conf.template",
                         "worker_processes 4;\n"
                         "events { worker_connections 1024; }\n"
                         "stream {\n"
                         "  server { listen 53 udp; proxy_pass 10.1.0.1:53; proxy_timeout 20; }\n"
                         "}\n"
                         "http {\n"
                         "  set_real_ip_from 10.0.0.0/8;\n"
                         "  resolver 127.0.0.11 valid=30s;\n"
                         "  server { listen 81; allow 192.168.1.0/24; deny all; }\n"
                         "}\n",
                         "4 listen 53/udp [] stream.server.listen[0]\n"
                         "4 address 10.1.0.1 [] stream.server.proxy_pass[0]\n"
                         "4 reference 53@10.1.0.1 [] stream.server.proxy_pass[0]\n"
                         "7 address 10.0.0.0/8 [] http.set_real_ip_from[0]\n"
                         "8 address 127.0.0.11 [] http.resolver[0]\n"
                         "9 listen 81 [] http.server.listen[0]\n"
                         "9 address 192.168.1.0/24 [] http.server.allow[0]\n");
}

static void
finds_sites_without_an_extension (void)
{
  recognise_test_expect ("shop/sites-available/shop", "server { listen 8080; }\n",
                         "1 listen 8080 [] server.listen[0]\n");
}

static void
finds_files_that_a_folder_tells (void)
{
  static const char *const names[] = {"shop/reverse-proxy/nginx/plausible", "shop/proxy/conf",
                                      "shop/nginx/default.template"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    recognise_test_expect (names[i], "server {\n  listen 80;\n}\n",
                           "2 listen 80 [] server.listen[0]\n");
  recognise_test_expect ("shop/nginx/README", "Let it listen 80 times.\n", "");
  recognise_test_expect ("shop/nginx/run.lua", "server {\n  listen 80;\n}\n", "");
}

static void
leaves_look_alikes_alone (void)
{
  recognise_test_expect ("shop/default.conf",
                         "server {\n"
                         "  listen unix:/run/nginx.sock;\n"
                         "  keepalive_timeout 3000;\n"
                         "  error_page 500 502 /50x.html;\n"
                         "  expires 8080s;\n"
                         "  proxy_buffers 8 4096;\n"
                         "  access_log /var/log/nginx/8080.log;\n"
                         "  proxy_pass http://backend;\n"
                         "}\n",
                         "");
}

/* Files of others that end in .conf, with words that nginx has too. */
static const char *
format_of (const char *text)
{
  static char format[32];
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise ("shop/x.conf", "shop", text, strlen (text), NULL, arena);
  g_strlcpy (format, sighting->format, sizeof format);
  return format;
}

/* ngx_http_rewrite_module, "set"; and a file whose name begins with nginx, without an ending. */
static void
reads_ports_in_variables (void)
{
  recognise_test_expect ("shop/confs/nginx-default",
                         "server {\n  listen 80;\n  location / {\n    set $upstream_app shop;\n"
                         "    set $upstream_port 8096;\n    set $limit 8097;\n"
                         "    proxy_pass http://$upstream_app:$upstream_port;\n  }\n}\n",
                         "5 reference 8096 [] server.location.set[1]\n"
                         "2 listen 80 [] server.listen[0]\n");
}

static void
leaves_the_files_of_others_alone (void)
{
  g_assert_cmpstr (format_of ("upstream a { server b:1; }\n"), ==, "nginx");
  g_assert_cmpstr (format_of ("http {\n  port = 9000\n}\nserver {\n  listen = 80\n}\n"), !=,
                   "nginx");
  g_assert_cmpstr (format_of ("[www]\nlisten = 127.0.0.1:9000\n"), !=, "nginx");
  g_assert_cmpstr (format_of ("Listen 80\n<VirtualHost *:80>\n</VirtualHost>\n"), !=, "nginx");
  g_assert_cmpstr (format_of ("port 6379\nbind 127.0.0.1\n"), !=, "nginx");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/nginx/reads-listeners-and-passes", reads_listeners_and_passes);
  g_test_add_func ("/discovery/nginx/reads-streams-and-addresses", reads_streams_and_addresses);
  g_test_add_func ("/discovery/nginx/finds-sites-without-an-extension",
                   finds_sites_without_an_extension);
  g_test_add_func ("/discovery/nginx/finds-files-that-a-folder-tells",
                   finds_files_that_a_folder_tells);
  g_test_add_func ("/discovery/nginx/leaves-look-alikes-alone", leaves_look_alikes_alone);
  g_test_add_func ("/discovery/nginx/reads-ports-in-variables", reads_ports_in_variables);
  g_test_add_func ("/discovery/nginx/leaves-the-files-of-others-alone",
                   leaves_the_files_of_others_alone);
  return g_test_run ();
}
