#include <string.h>

#include "format-test.h"

#define INI &pm_format_ini
#define SYSTEMD &pm_format_systemd
#define PROPERTIES &pm_format_properties

static void
reads_sections (void)
{
  format_test_expect (
      INI,
      "top = 1\n[server]\nhttp.port=8080\nhost : 10.0.0.1\n\n[db]\nport=5432\n[server]\nport=1\n",
      "top = 1\nserver.http.port = 8080\nserver.host = 10.0.0.1\ndb.port = 5432\n"
      "server.port = 1\n");
  format_test_expect (INI, "[remote \"a]b\"]\n\turl = git://h:9418/x\n\tport = 80\n[a] k=v ; c\n",
                      "remote \"a]b\".url = git://h:9418/x\nremote \"a]b\".port = 80\na.k = v\n");
  format_test_expect (INI, "", "");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (INI, "\xef\xbb\xbf[s]\r\nport=3000\r\nq=\"8080\"\r\ne=\r\nlast=9000",
                      "s.port = 3000\ns.q = 8080\ns.e = \ns.last = 9000\n");
}

static void
cuts_comments (void)
{
  format_test_expect (
      INI, "; c\n# c\na=1 ; c\nb=2 # c\nc=x;y#z\nd=sh -c 'a ; b' ; c\ne=don't ; c\nf= ; c\n",
      "a = 1\nb = 2\nc = x;y#z\nd = sh -c 'a ; b'\ne = don't\nf = \n");
}

static void
strips_quotes_around_a_value (void)
{
  format_test_expect (INI,
                      "a=\"x ; 8080\"\nb='it \"1\"'\nc=\"say \\\"8080\\\"\" ; c\nd=\"1\", \"2\"\n",
                      "a = x ; 8080\nb = it \"1\"\nc = say \"8080\"\nd = \"1\", \"2\"\n");
}

static void
chooses_the_separator (void)
{
  format_test_expect (
      INI, "//r.example/:_token=x\nurl: http://h:80/?a=b\nu=http://h:80\nn:8080\n",
      "//r.example/:_token = x\nurl = http://h:80/?a=b\nu = http://h:80\nn = 8080\n");
}

static void
reads_lines_without_a_key (void)
{
  format_test_expect (INI, "[web]\n10.0.0.5\nskip-networking\nh ansible_port=2222\n",
                      "web. = 10.0.0.5\nweb. = skip-networking\nweb.h ansible_port = 2222\n");
}

static void
continues_by_indentation (void)
{
  format_test_expect (
      INI,
      "[p]\nenvironment =\n  A=\"8080\",\n  # c\n\n  B=\"2\"\nport = 1\n  host = 2\nx = a\n  b "
      "9000\n",
      "p.environment = A=\"8080\",\nB=\"2\"\np.port = 1\np.host = 2\np.x = a\nb 9000\n");
}

static void
goes_on_behind_a_break (void)
{
  format_test_expect (INI, "[open\na=1\n=2\n[b]\nc=\"3\nd=4\n", "open.a = 1\nb.c = \"3\nb.d = 4\n");
  const char *text = "[open\n=2\n";
  g_autoptr (PmDocument) document = pm_format_parse (INI, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_assert_cmpstr (problems, ==,
                   "1: a section's closing bracket is missing\n"
                   "2: a value without a key; the line is not read\n");
}

static void
reads_units (void)
{
  format_test_expect (
      SYSTEMD,
      "[Service]\nEnvironment=\"PORT=8080\" B=2\n# c\nExecStart=/bin/x --port 9000 \\\n"
      "# c\n; c\n   --host 10.0.0.1 ; d\nEmpty=\nEnvironment=C:3\n",
      "Service.Environment = \"PORT=8080\" B=2\n"
      "Service.ExecStart = /bin/x --port 9000 --host 10.0.0.1 ; d\n"
      "Service.Empty = \nService.Environment = C:3\n");
  format_test_expect (SYSTEMD, "[Socket]\r\nListenStream=8080\\\r\n 9090\r\nno assignment\r\nA=1",
                      "Socket.ListenStream = 8080 9090\nSocket.A = 1\n");
  format_test_expect (SYSTEMD, "A=1\\", "A = 1\n");
}

static void
reads_properties (void)
{
  format_test_expect (
      PROPERTIES,
      "! c\n# c\nserver.port=8080\nurl : jdbc\\:mysql\\://h:3306/d?a\\=b\nkey value\n"
      "a\\ b\\:c = d\nu=\\u00e9 8080\\t\\ud83d\\ude00\nnone\nempty=\n[x]=1\n",
      "server.port = 8080\nurl = jdbc:mysql://h:3306/d?a=b\nkey = value\n"
      "a b:c = d\nu = \303\251 8080\t\360\237\230\200\nempty = \n[x] = 1\n");
  format_test_expect (PROPERTIES, "hosts=10.0.0.1:80,\\\r\n   10.0.0.2:81  \r\nb=c\\\\\r\nd=4\\",
                      "hosts = 10.0.0.1:80,10.0.0.2:81\nb = c\\\nd = 4\n");
  format_test_expect (PROPERTIES, "a=\\u12\nb=\\ud800x\nc=\\u0000\n",
                      "a = u12\nb = \357\277\275x\nc = \357\277\275\n");
}

static void
maps_pieces_over_joined_lines (void)
{
  const char *text = "hosts=a\\:8080,\\\n  b:9090\n";
  g_autoptr (PmDocument) document = pm_format_parse (PROPERTIES, text, strlen (text));
  PmSpan span;
  g_assert_cmpstr (pm_document_text (document, 1), ==, "a:8080,b:9090");
  g_assert_true (pm_document_raw_span (document, 1, 2, 6, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
  g_assert_true (pm_document_raw_span (document, 1, 9, 13, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "9090", 4);
  g_assert_false (pm_document_raw_span (document, 1, 5, 8, &span));
}

/* Else the joint of the lines would be replaced with it. */
static void
leaves_an_escape_before_a_joint (void)
{
  const char *text = "a=\\u0038\\\n 0\nb=\\u0038 0\n";
  g_autoptr (PmDocument) document = pm_format_parse (PROPERTIES, text, strlen (text));
  PmSpan span;
  g_assert_cmpstr (pm_document_text (document, 1), ==, "80");
  g_assert_false (pm_document_raw_span (document, 1, 0, 1, &span));
  g_assert_true (pm_document_raw_span (document, 2, 0, 1, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "\\u0038", 6);
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (INI, "[s]\na=%s\n", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (INI, "[s]\na=%s\n", PM_QUOTING_NONE, "a;b", FALSE);
  format_test_escapes (INI, "[s]\na=%s\n", PM_QUOTING_NONE, "", FALSE);
  format_test_escapes (INI, "[s]\na=\"%s\"\n", PM_QUOTING_DOUBLE, "a\"b\\ ; c", TRUE);
  format_test_escapes (INI, "[s]\na='%s'\n", PM_QUOTING_SINGLE, "a\"b ; c", TRUE);
  format_test_escapes (INI, "[s]\na='%s'\n", PM_QUOTING_SINGLE, "a'b", FALSE);
  format_test_escapes (SYSTEMD, "[s]\na=%s\n", PM_QUOTING_NONE, "10.0.0.1:80", TRUE);
  format_test_escapes (SYSTEMD, "[s]\na=%s\n", PM_QUOTING_NONE, "%i", FALSE);
  format_test_escapes (PROPERTIES, "a=%s\n", PM_QUOTING_NONE, "http://[::1]:80/#x", TRUE);
  format_test_escapes (PROPERTIES, "a=%s\n", PM_QUOTING_NONE, "a\\b", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/ini/reads-sections", reads_sections);
  g_test_add_func ("/formats/ini/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/ini/cuts-comments", cuts_comments);
  g_test_add_func ("/formats/ini/strips-quotes-around-a-value", strips_quotes_around_a_value);
  g_test_add_func ("/formats/ini/chooses-the-separator", chooses_the_separator);
  g_test_add_func ("/formats/ini/reads-lines-without-a-key", reads_lines_without_a_key);
  g_test_add_func ("/formats/ini/continues-by-indentation", continues_by_indentation);
  g_test_add_func ("/formats/ini/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/systemd/reads-units", reads_units);
  g_test_add_func ("/formats/properties/reads-properties", reads_properties);
  g_test_add_func ("/formats/properties/maps-pieces-over-joined-lines",
                   maps_pieces_over_joined_lines);
  g_test_add_func ("/formats/ini/leaves-an-escape-before-a-joint", leaves_an_escape_before_a_joint);
  g_test_add_func ("/formats/ini/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
