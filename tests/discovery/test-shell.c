#include "recognise-test.h"

static void
reads_commands_and_variables (void)
{
  recognise_test_expect ("shop/start.sh",
                         "#!/bin/bash\n"
                         "PORT=3000\n"
                         "export DB_PORT=1433\n"
                         "API=http://localhost:8080\n"
                         "ADMIN_PORT=${ADMIN:-6000}\n"
                         ": ${METRICS_PORT:=9100}\n"
                         "docker run -p 8081:80 \\\n"
                         "  -e REDIS_URL=redis://redis:6379/0 shop:1234\n"
                         "uvicorn app:app --host 0.0.0.0 --port ${UV:-8000}\n"
                         "HTTP_PORT=81 node server.js\n"
                         "gcloud compute firewall-rules create x --allow tcp:8082\n"
                         "UP=$(curl -s http://localhost:9200/x)\n",
                         "2 listen 3000 [] PORT\n"
                         "3 reference 1433 [] DB_PORT\n"
                         "4 reference 8080@localhost [] API\n"
                         "5 listen 6000 [] ADMIN_PORT\n"
                         "7 publish 8081 [] docker()[2]\n"
                         "7 target 80 [] docker()[2]\n"
                         "8 reference 6379@redis [] docker()[4]\n"
                         "9 address 0.0.0.0 [] uvicorn()[2]\n"
                         "9 listen 8000 [] uvicorn()[4]\n"
                         "10 listen 81 [] HTTP_PORT\n"
                         "11 reference 8082 [] gcloud()[5]\n"
                         "12 reference 9200@localhost [] UP.curl()[1]\n"
                         "6 listen 9100 [] :()[1]\n");
}

static void
expands_what_the_script_sets (void)
{
  recognise_test_expect ("shop/bin/serve",
                         "#!/bin/sh\n"
                         "PORT=3000\n"
                         "exec serve -l $PORT\n"
                         "envsubst '${PORT}'\n",
                         "2 listen 3000 [] PORT\n"
                         "3 listen 3000 [] exec()[2] <- shop/bin/serve:2\n");
}

static void
reads_text_and_documents (void)
{
  recognise_test_expect ("shop/setup.sh",
                         "cat <<EOF > app.conf\n"
                         "url http://localhost:7777\n"
                         "dns 10.0.0.1\n"
                         "EOF\n"
                         "echo \"see http://localhost:8080\"\n"
                         "args=( '-s' \"http://${host}:9200/\" )\n",
                         "2 reference 7777@localhost [] <<\n"
                         "3 address 10.0.0.1 [] <<\n"
                         "5 reference 8080@localhost [] echo()[0]\n"
                         "6 reference 9200 [] args[1]\n");
}

static void
leaves_look_alikes_alone (void)
{
  recognise_test_expect ("shop/x.sh",
                         "sleep 3000\n"
                         "if [ \"$N\" -eq 8080 ]; then exit 80; fi\n"
                         "mkdir -p 3000\n"
                         "chmod 0755 x\n"
                         "date +%H:%M:%S\n"
                         "git clone git@github.com:a/b.git\n"
                         "docker pull redis:7000\n"
                         "TIMEOUT=3000\n"
                         "ulimit -n 65535\n"
                         "head -n 8080 x\n",
                         "");
}

static void
reads_what_openssl_connects_to (void)
{
  recognise_test_expect ("shop/run.sh",
                         "openssl s_client -connect 127.0.0.1:7373 -servername x\n"
                         "openssl s_server -accept 4433 -key rsa:4096\n"
                         "serve -b 0.0.0.0 --verbose\n",
                         "1 address 127.0.0.1 [] openssl()[2]\n"
                         "1 reference 7373@127.0.0.1 [] openssl()[2]\n"
                         "2 listen 4433 [] openssl()[2]\n"
                         "3 address 0.0.0.0 [] serve()[1]\n");
}

static void
tells_the_bytes_of_defaults_in_strings (void)
{
  recognise_test_expect ("shop/run.sh",
                         "export DB_PORT=\"${DB_PORT:-5432}\"\n"
                         "API_URL=\"http://api:${API_PORT:-8081}/v1\"\n"
                         "exec gunicorn --bind 0.0.0.0:\"${PORT:-8000}\" shop\n",
                         "1 reference 5432 [] DB_PORT\n"
                         "2 reference 8081@api [] API_URL\n"
                         "3 address 0.0.0.0 [] exec()[2]\n"
                         "3 listen 8000@0.0.0.0 [] exec()[2]\n");
}

/* Who only connects listens nowhere, whatever the address; -a and -l count something else. */
static void
tells_clients_from_servers (void)
{
  recognise_test_expect ("shop/run.sh",
                         "curl -k https://0.0.0.0:9200/_cat\n"
                         "/usr/lib/nagios/plugins/check_tcp -H db -p 993 -e OK\n"
                         "shasum -a 256 file\n"
                         "docker compose exec api wait-for.sh localhost:3001\n"
                         "docker pull registry:5000\n"
                         "frob -a 8080\n",
                         "1 address 0.0.0.0 [] curl()[1]\n"
                         "1 reference 9200@0.0.0.0 [] curl()[1]\n"
                         "2 reference 993@db [] check_tcp()[3]\n"
                         "4 reference 3001@localhost [] docker()[4]\n"
                         "6 listen 8080 [] frob()[1]\n");
}

/* The arguments of a command in a substitution are whole strings, also with variables in them. */
static void
reads_commands_in_substitutions (void)
{
  recognise_test_expect ("shop/run.sh",
                         "a=$(curl -s http://api:8081/f?q=${QUERY[1]})\n"
                         "b=`curl -s http://api:8082/$x | jq .y`\n",
                         "1 reference 8081@api [] a.curl()[1]\n"
                         "2 reference 8082@api [] b.curl()[1]\n");
}

/* bash(1), "REDIRECTION". */
static void
reads_files_that_are_connections (void)
{
  recognise_test_expect ("shop/run.sh", "until echo > /dev/tcp/db/5433; do sleep 1; done\n",
                         "1 reference 5433@db [] >\n");
}

/* Whoever is given a whole URL goes there, also where only the run tells the host; numbers that a
 * loop goes through are looked at. */
static void
binds_neither_urls_nor_numbers_of_loops (void)
{
  recognise_test_expect ("shop/run.sh",
                         "audit http://$TARGET:9001\naudit --wait \"http://${TARGET}:9002/x\"\n"
                         "for port in 9003 9004; do check $port; done\nport=9005\n"
                         "serve http://:9006\n",
                         "1 reference 9001 [] audit()[0]\n2 reference 9002 [] audit()[1]\n"
                         "3 reference 9003 [] port\n3 reference 9004 [] port\n"
                         "4 listen 9005 [] port\n5 listen 9006 [] serve()[0]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/shell/reads-commands-and-variables", reads_commands_and_variables);
  g_test_add_func ("/discovery/shell/expands-what-the-script-sets", expands_what_the_script_sets);
  g_test_add_func ("/discovery/shell/reads-text-and-documents", reads_text_and_documents);
  g_test_add_func ("/discovery/shell/leaves-look-alikes-alone", leaves_look_alikes_alone);
  g_test_add_func ("/discovery/shell/tells-the-bytes-of-defaults-in-strings",
                   tells_the_bytes_of_defaults_in_strings);
  g_test_add_func ("/discovery/shell/reads-what-openssl-connects-to",
                   reads_what_openssl_connects_to);
  g_test_add_func ("/discovery/shell/tells-clients-from-servers", tells_clients_from_servers);
  g_test_add_func ("/discovery/shell/reads-commands-in-substitutions",
                   reads_commands_in_substitutions);
  g_test_add_func ("/discovery/shell/reads-files-that-are-connections",
                   reads_files_that_are_connections);
  g_test_add_func ("/discovery/shell/binds-neither-urls-nor-numbers-of-loops",
                   binds_neither_urls_nor_numbers_of_loops);
  return g_test_run ();
}
