#include "recognise-test.h"

/* Frameworks of Go, Python, the JVM, Rust and .NET, each as its documentation starts it, and beside
 * it what looks the same and binds nothing. */

static void
go_composes_addresses (void)
{
  recognise_test_expect ("shop/main.go",
                         "func main() {\n"
                         "\thttp.ListenAndServe(fmt.Sprintf(\":%d\", 4011), nil)\n"
                         "\thttp.ListenAndServe(\":\"+strconv.Itoa(4012), nil)\n"
                         "\tnet.Listen(\"tcp\", net.JoinHostPort(host, \"4013\"))\n"
                         "\tnet.ListenPacket(\"udp\", fmt.Sprintf(\"127.0.0.1:%d\", 4014))\n"
                         "\ts := &http.Server{Addr: fmt.Sprintf(\"%s:%v\", host, 4015)}\n"
                         "\tu := &http.Server{Addr: \":\" + strconv.Itoa(4016)}\n"
                         "\trouter.Run(fmt.Sprintf(\":%d\", 4017))\n"
                         "\tnet.Listen(\"tcp\", net.JoinHostPort(\"::1\", strconv.Itoa(4018)))\n"
                         "}\n",
                         "2 listen 4011 [] [1].ListenAndServe()[0].Sprintf()[1]\n"
                         "3 listen 4012 [] [1].ListenAndServe()[1].Itoa()[0]\n"
                         "4 listen 4013 [] [1].Listen()[1].JoinHostPort()[1]\n"
                         "5 address 127.0.0.1 [] [1].ListenPacket()[1].Sprintf()[0]\n"
                         "5 listen 4014/udp@127.0.0.1 [] [1].ListenPacket()[1].Sprintf()[1]\n"
                         "6 listen 4015 [] [1].s.Addr.Sprintf()[2]\n"
                         "7 listen 4016 [] [1].u.Addr.Itoa()[0]\n"
                         "8 listen 4017 [] [1].Run()[0].Sprintf()[1]\n"
                         "9 address ::1 [] [1].Listen()[1].JoinHostPort()[0]\n"
                         "9 listen 4018@::1 [] [1].Listen()[1].JoinHostPort()[1].Itoa()[0]\n");
  recognise_test_expect ("shop/other.go",
                         "func other() {\n"
                         "\thttp.ListenAndServe(fmt.Sprintf(\"limit %d\", 4011), nil)\n"
                         "\tnet.Dial(\"tcp\", net.JoinHostPort(\"db\", \"4013\"))\n"
                         "\tlog.Print(\"took:\" + strconv.Itoa(4012))\n"
                         "\thttp.Get(fmt.Sprintf(\"http://db:%d\", 4014))\n"
                         "\tt.Run(fmt.Sprintf(\"size:%d\", 4015), func(t *T) {})\n"
                         "\tb := Budget{Addr: fmt.Sprintf(\":%d\", 4016)}\n"
                         "\tListen(a, \":\", strconv.Itoa(4017))\n"
                         "}\n",
                         "");
}

static void
python_names_addresses (void)
{
  recognise_test_expect ("shop/a.py",
                         "server_address = (\"\", 8000)\n"
                         "httpd = HTTPServer(server_address, Handler)\n"
                         "HOST, PORT = \"localhost\", 9999\n"
                         "with socketserver.UDPServer((HOST, PORT), Handler) as server:\n"
                         "    server.serve_forever()\n",
                         "1 listen 8000 [] server_address[1]\n"
                         "3 listen 9999/udp@localhost [] [3]\n");
  recognise_test_expect ("shop/client.py",
                         "HOST, PORT = \"db\", 9999\n"
                         "sock.connect((HOST, PORT))\n"
                         "size = (\"wide\", 8000)\n"
                         "draw(size)\n",
                         "1 reference 9999@db [] [1]\n");
  recognise_test_expect ("shop/web.py",
                         "with make_server(\"\", 8000, app) as httpd:\n"
                         "    httpd.serve_forever()\n"
                         "site = web.TCPSite(runner, \"0.0.0.0\", 8080)\n",
                         "1 listen 8000 [] make_server()[1]\n"
                         "3 address 0.0.0.0 [] site.TCPSite()[1]\n"
                         "3 listen 8080@0.0.0.0 [] site.TCPSite()[2]\n");
}

static void
the_jvm_starts_servers (void)
{
  recognise_test_expect ("shop/App.java",
                         "import io.javalin.Javalin;\n"
                         "var app = Javalin.create().get(\"/\", h).start(7000);\n"
                         "var o = new HttpServerOptions()\n"
                         "    .setPort(8082);\n"
                         "Tomcat tomcat = new Tomcat();\n"
                         "tomcat.setPort(8083);\n"
                         "pool.setPort(5432);\n"
                         "timer.start(60);\n",
                         "2 listen 7000 [] app.start()[0]\n"
                         "4 listen 8082 [] o.setPort()[0]\n"
                         "6 listen 8083 [] setPort()[0]\n");
  recognise_test_expect ("shop/Timer.java", "timer.start(7000); port.setPort(8080);\n", "");
  recognise_test_expect ("shop/main.kt", "embeddedServer(Netty, 8080) { }.start(wait = true)\n",
                         "1 listen 8080 [] embeddedServer()[1]\n");
  recognise_test_expect ("shop/Main.scala",
                         "Http().newServerAt(\"0.0.0.0\", 8080).bind(route)\n"
                         "Http().bindAndHandle(route, \"localhost\", 8081)\n",
                         "1 address 0.0.0.0 [] newServerAt()[0]\n"
                         "1 listen 8080@0.0.0.0 [] newServerAt()[1]\n"
                         "2 listen 8081@localhost [] bindAndHandle()[2]\n");
}

static void
rust_and_dotnet_bind (void)
{
  recognise_test_expect ("shop/main.rs",
                         "HttpServer::new(f).bind_rustls_0_23((\"0.0.0.0\", 8443), tls)?;\n",
                         "1 address 0.0.0.0 [] bind_rustls_0_23()[0][0]\n"
                         "1 listen 8443@0.0.0.0 [] bind_rustls_0_23()[0][1]\n");
  recognise_test_expect ("shop/Program.cs",
                         "app.Urls.Add(\"http://*:5005\");\n"
                         "origins.Add(\"http://localhost:5006\");\n",
                         "1 listen 5005@* [] Add()[0]\n"
                         "2 reference 5006@localhost [] Add()[0]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/servers/go-composes-addresses", go_composes_addresses);
  g_test_add_func ("/discovery/servers/python-names-addresses", python_names_addresses);
  g_test_add_func ("/discovery/servers/the-jvm-starts-servers", the_jvm_starts_servers);
  g_test_add_func ("/discovery/servers/rust-and-dotnet-bind", rust_and_dotnet_bind);
  return g_test_run ();
}
