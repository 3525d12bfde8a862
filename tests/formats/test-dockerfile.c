#include <string.h>

#include "format-test.h"

#define DOCKERFILE &pm_format_dockerfile

static void
reads_instructions (void)
{
  format_test_expect (
      DOCKERFILE,
      "# c\nFROM --platform=linux/amd64 node:20 AS build\nexpose 8080 9090/tcp $PORT\n"
      "WORKDIR /app\nRUN npm ci && npm run build\nUSER app",
      "FROM[0] = --platform=linux/amd64\nFROM[1] = node:20\nFROM[2] = AS\nFROM[3] = build\n"
      "EXPOSE[0] = 8080\nEXPOSE[1] = 9090/tcp\nEXPOSE[2] = $PORT\nWORKDIR = /app\n"
      "RUN = npm ci && npm run build\nUSER = app\n");
  format_test_expect (DOCKERFILE, "", "");
}

static void
reads_pairs (void)
{
  format_test_expect (
      DOCKERFILE,
      "ENV PORT=8080 URL=\"http://h:80/ x\" C=a\\ b D='y z' E=\nENV OLD 10.0.0.1 or so\n"
      "ENV Q \"a b\"\nARG V=1 W\nLABEL \"com.x\"=\"y 8080\" z=1\n",
      "ENV.PORT = 8080\nENV.URL = http://h:80/ x\nENV.C = a b\nENV.D = y z\nENV.E = \n"
      "ENV.OLD = 10.0.0.1 or so\nENV.Q = a b\nARG.V = 1\nLABEL.com.x = y 8080\n"
      "LABEL.z = 1\n");
}

static void
reads_exec_form (void)
{
  format_test_expect (DOCKERFILE,
                      "CMD [\"node\", \"--port\", \"8080\"]\nENTRYPOINT [ ]\nRUN --network=none "
                      "[\"a\\\"b\\u00e9\"]\n"
                      "CMD [\"broken\", 8080]\nSHELL [\"sh\",\n",
                      "CMD[0] = node\nCMD[1] = --port\nCMD[2] = 8080\nRUN[0] = a\"b\303\251\n"
                      "CMD = [\"broken\", 8080] !\nSHELL = [\"sh\",\n");
}

static void
joins_lines (void)
{
  format_test_expect (
      DOCKERFILE,
      "ENV A=8080 \\\n    # c\n\n    B=9090\nRUN a \\\r\n  b:3000 \\  \nEXPOSE\nEXPOSE 1\\\n2\nCMD "
      "x \\",
      "ENV.A = 8080\nENV.B = 9090\nRUN = a   b:3000 EXPOSE\nEXPOSE[0] = 12\nCMD = x \n");
  format_test_expect (DOCKERFILE, "CMD [\"a\", \\\n # c\n \"8080\"]\n",
                      "CMD[0] = a\nCMD[1] = 8080\n");
}

static void
knows_the_escape_directive (void)
{
  format_test_expect (DOCKERFILE,
                      "# syntax=docker/dockerfile:1\n#escape=`\nRUN dir C:\\\nRUN a `\n 8080\n",
                      "RUN = dir C:\\\nRUN = a  8080\n");
  format_test_expect (DOCKERFILE, "# c\n# escape=`\nRUN a \\\n 8080\n", "RUN = a  8080\n");
}

static void
reads_heredocs (void)
{
  format_test_expect (
      DOCKERFILE,
      "RUN <<EOF cat >x\nlisten 8080\nEOF\nCOPY <<-\"A1\" <<B /x\n\tport 80\n\tA1\n2000\nB\nEXPOSE "
      "1\n",
      "RUN = <<EOF cat >x\n<<EOF = listen 8080\nCOPY = <<-\"A1\" <<B /x\n<<A1 = \tport 80\n"
      "<<B = 2000\nEXPOSE[0] = 1\n");
  format_test_expect (DOCKERFILE, "RUN echo $((1<<4)) \"a <<B c\" <<<x\nEXPOSE 1\n",
                      "RUN = echo $((1<<4)) \"a <<B c\" <<<x\nEXPOSE[0] = 1\n");
}

static void
reads_healthcheck_and_onbuild (void)
{
  format_test_expect (
      DOCKERFILE,
      "HEALTHCHECK --interval=5s --timeout=3s CMD curl http://localhost:8080/ || exit 1\n"
      "HEALTHCHECK CMD [\"x\", \"9090\"]\nHEALTHCHECK NONE\nONBUILD EXPOSE 80\n",
      "HEALTHCHECK.--interval = 5s\nHEALTHCHECK.--timeout = 3s\n"
      "HEALTHCHECK.CMD = curl http://localhost:8080/ || exit 1\n"
      "HEALTHCHECK.CMD[0] = x\nHEALTHCHECK.CMD[1] = 9090\nONBUILD.EXPOSE[0] = 80\n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (
      DOCKERFILE,
      "\xef\xbb\xbf"
      "FROM a\r\nENV A=\"80\"\r\nCMD [\"8080\"]\r\nRUN <<E\r\n80\r\nE\r\nEXPOSE 90",
      "FROM[0] = a\nENV.A = 80\nCMD[0] = 8080\nRUN = <<E\n<<E = 80\r\nEXPOSE[0] = 90\n");
}

static void
goes_on_behind_a_break (void)
{
  const char *text = "FROM\n{{ x }} y\n{% z %}\nRUN <<EOF\nENV A\nLISTEN 80\nEXPOSE 8080\n";
  g_autoptr (PmDocument) document = pm_format_parse (DOCKERFILE, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_autofree char *dump = format_test_dump (document);
  g_assert_cmpstr (problems, ==,
                   "1: an instruction without arguments\n2: no instruction that is known\n"
                   "4: a heredoc that never ends\n5: a name without a value\n"
                   "6: no instruction that is known\n");
  g_assert_cmpstr (dump, ==, "{{ = x }} y !\nRUN = <<EOF\nLISTEN = 80 !\nEXPOSE[0] = 8080\n");
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (DOCKERFILE, "ENV A=%s\n", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (DOCKERFILE, "EXPOSE %s\n", PM_QUOTING_NONE, "80 90", FALSE);
  format_test_escapes (DOCKERFILE, "CMD [\"%s\"]\n", PM_QUOTING_DOUBLE, "a b", TRUE);
  format_test_escapes (DOCKERFILE, "CMD [\"%s\"]\n", PM_QUOTING_DOUBLE, "a\"b", FALSE);
  format_test_escapes (DOCKERFILE, "ENV A='%s'\n", PM_QUOTING_SINGLE, "a b", TRUE);
  format_test_escapes (DOCKERFILE, "RUN <<E\n%s\nE\n", PM_QUOTING_BLOCK, "a 8080", TRUE);
  format_test_escapes (DOCKERFILE, "RUN <<E\n%s\nE\n", PM_QUOTING_BLOCK, "a\nE\n", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/dockerfile/reads-instructions", reads_instructions);
  g_test_add_func ("/formats/dockerfile/reads-pairs", reads_pairs);
  g_test_add_func ("/formats/dockerfile/reads-exec-form", reads_exec_form);
  g_test_add_func ("/formats/dockerfile/joins-lines", joins_lines);
  g_test_add_func ("/formats/dockerfile/knows-the-escape-directive", knows_the_escape_directive);
  g_test_add_func ("/formats/dockerfile/reads-heredocs", reads_heredocs);
  g_test_add_func ("/formats/dockerfile/reads-healthcheck-and-onbuild",
                   reads_healthcheck_and_onbuild);
  g_test_add_func ("/formats/dockerfile/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/dockerfile/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/dockerfile/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
