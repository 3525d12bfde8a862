#include "recognise-test.h"

static void
reads_what_is_exposed (void)
{
  recognise_test_expect ("shop/Dockerfile",
                         "FROM registry.example:5000/node:20@sha256:0123456789\n"
                         "ARG PORT=8000\n"
                         "ENV APP_PORT=$PORT METRICS_PORT=9100\n"
                         "EXPOSE 80 443/tcp 53/udp 7000-7005\n"
                         "EXPOSE ${APP_PORT}\n",
                         "1 reference 5000@registry.example [] FROM[0]\n"
                         "2 listen 8000 [] ARG.PORT\n"
                         "3 listen 8000 [] ENV.APP_PORT <- shop/Dockerfile:2\n"
                         "3 listen 9100 [] ENV.METRICS_PORT\n"
                         "4 target 80 [] EXPOSE[0]\n"
                         "4 target 443 [] EXPOSE[1]\n"
                         "4 target 53/udp [] EXPOSE[2]\n"
                         "4 target 7000-7005 [] EXPOSE[3]\n"
                         "5 target 8000 [] EXPOSE[0] <- shop/Dockerfile:2\n");
}

static void
reads_commands (void)
{
  recognise_test_expect (
      "shop/api.Dockerfile",
      "FROM python:3.12\n"
      "RUN pip install uvicorn==0.30.1\n"
      "HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/health\n"
      "CMD [\"uvicorn\", \"app:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]\n",
      "3 reference 8080@localhost [] HEALTHCHECK.CMD\n"
      "4 address 0.0.0.0 [] CMD[3]\n"
      "4 listen 8080 [] CMD[5]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/dockerfile/reads-what-is-exposed", reads_what_is_exposed);
  g_test_add_func ("/discovery/dockerfile/reads-commands", reads_commands);
  return g_test_run ();
}
