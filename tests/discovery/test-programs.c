#include "recognise-test.h"

static void
reads_servers (void)
{
  recognise_test_expect ("shop/src/server.ts",
                         "const port = Number(process.env.CHAT_PORT ?? 8090);\n"
                         "app.listen(port, '127.0.0.1', () => console.log('up'));\n"
                         "new WebSocketServer({ port: 8081 });\n"
                         "Bun.serve({ port: 8082, fetch() {} });\n"
                         "server.listen(8083, '0.0.0.0');\n"
                         "app.set('port', 8084);\n"
                         "program.option('-p, --port <n>', 'the port', '8085');\n"
                         "const Schema = z.object({ PORT: z.coerce.number().default(8086) });\n"
                         "spawn('tool', ['--port', '8087']);\n",
                         "1 listen 8090 [] port\n"
                         "2 address 127.0.0.1 [] app.listen()[1]\n"
                         "3 listen 8081 [] WebSocketServer()[0].port\n"
                         "4 listen 8082 [] Bun.serve()[0].port\n"
                         "5 listen 8083 [] server.listen()[0]\n"
                         "5 address 0.0.0.0 [] server.listen()[1]\n"
                         "6 listen 8084 [] app.set()[1]\n"
                         "7 listen 8085 [] program.option()[2]\n"
                         "8 listen 8086 [] Schema.z.object()[0].PORT\n"
                         "9 listen 8087 [] spawn()[1][1]\n");
}

/* Where the default of a variable is the argument itself. */
static void
reads_defaults_that_are_bound (void)
{
  recognise_test_expect ("shop/src/main.ts",
                         "app.listen(process.env.PORT || 4100);\n"
                         "app.listen(process.env.PORT ?? 4101, () => {});\n"
                         "app.listen(Number(process.env.PORT) || 4102);\n"
                         "app.listen(parseInt(process.env.PORT || '4103', 10), '0.0.0.0');\n"
                         "app.listen(parseInt(process.env.PORT, 10) || 4104);\n"
                         "http.createServer(f).listen(+process.env.SHOP_PORT || 4105);\n"
                         "Bun.serve({ port: process.env.PORT || 4106 });\n"
                         "Deno.serve({ port: Number(Deno.env.get('PORT')) || 4107 }, f);\n"
                         "app.listen(port, process.env.HOST || '10.1.2.3');\n"
                         "client.connect(process.env.REDIS_PORT || 6379);\n"
                         "app.listen(process.env.SOCKET || '/run/shop.sock');\n",
                         "1 listen 4100 [] app.listen()[0]\n"
                         "2 listen 4101 [] app.listen()[0]\n"
                         "3 listen 4102 [] app.listen()[0]\n"
                         "4 listen 4103 [] app.listen()[0]\n"
                         "4 address 0.0.0.0 [] app.listen()[1]\n"
                         "5 listen 4104 [] app.listen()[0]\n"
                         "6 listen 4105 [] http.createServer().listen()[0]\n"
                         "7 listen 4106 [] Bun.serve()[0].port\n"
                         "8 listen 4107 [] Deno.serve()[0].port\n"
                         "9 address 10.1.2.3 [] app.listen()[1]\n"
                         "10 reference 6379 [] client.connect()[0]\n");
}

static void
reads_who_is_called (void)
{
  recognise_test_expect ("shop/src/client.js",
                         "const api = axios.create({ baseURL: 'http://api:4000/v1' });\n"
                         "fetch(`http://localhost:4001/items/${id}`);\n"
                         "const url = `http://localhost:${process.env.PORT || 4002}/x`;\n"
                         "const db = new Pool({ host: 'db', port: 5432 });\n"
                         "const cache = createClient({ port: 6379 });\n"
                         "const redisPort = process.env.REDIS_PORT || 6380;\n"
                         "const joined = 'http://localhost:4003/' + path;\n"
                         "const mail = `${process.env.URL ?? 'http://localhost:4004'}/in`;\n",
                         "1 reference 4000@api [] api.axios.create()[0].baseURL\n"
                         "2 reference 4001@localhost [] fetch()[0]\n"
                         "3 reference 4002 [] url\n"
                         "4 reference 5432@db [] db.Pool()[0].port\n"
                         "5 reference 6379 [] cache.createClient()[0].port\n"
                         "6 reference 6380 [] redisPort\n"
                         "7 reference 4003@localhost [] joined\n"
                         "8 reference 4004@localhost [] mail\n");
}

static void
passes_over_look_alikes (void)
{
  recognise_test_expect ("shop/src/a.js",
                         "import x from './report8080.js';\n"
                         "const support = 8080, viewport = { width: 1280 };\n"
                         "if (port > 1024 && port <= 65535) status(404);\n"
                         "const p = url.protocol === 'https:' ? 443 : 80;\n"
                         "setTimeout(run, 3000);\n"
                         "emitter.addListener('x', 3000);\n"
                         "const at = '12:30:00', version = '1.2.3.4-rc1', ratio = '16:9';\n"
                         "// app.listen(3001)\n",
                         "");
}

static void
believes_ports_of_tests_less (void)
{
  recognise_test_expect ("shop/tests/a.test.ts", "app.listen(8080, '10.1.2.3');\n",
                         "1 listen 8080 [] app.listen()[0] ?\n"
                         "1 address 10.1.2.3 [] app.listen()[1]\n");
}

static void
reads_other_languages (void)
{
  recognise_test_expect ("shop/main.py",
                         "uvicorn.run(app, host='0.0.0.0', port=8000)  # not 9000\n"
                         "DATABASES = {'default': {'PORT': os.environ.get('DB_PORT', '5432')}}\n"
                         "timeout = 3000\nassert port == 8001\n",
                         "1 address 0.0.0.0 [] run()[1].host\n"
                         "1 listen 8000 [] run()[2].port\n"
                         "2 reference 5432 [] DATABASES.default.PORT.get()[1]\n");
  recognise_test_expect ("shop/main.go", "log.Fatal(http.ListenAndServe(\":8080\", nil))\n",
                         "1 listen 8080 [] Fatal()[0].ListenAndServe()[0]\n");
}

/* By the documentation of net, crypto/tls, net/http, Echo, Gin and Fiber; what dials does not bind.
 */
static void
reads_what_go_binds (void)
{
  recognise_test_expect ("shop/main.go",
                         "l, err := net.Listen(\"tcp\", \":4001\")\n"
                         "srv := &http.Server{Handler: mux, Addr: \":4002\"}\n"
                         "tls.Listen(\"tcp4\", \"127.0.0.1:4003\", cfg)\n"
                         "net.ListenPacket(\"udp\", \":4004\")\n"
                         "net.ListenTCP(\"tcp\", &net.TCPAddr{Port: 4005})\n"
                         "net.ListenUDP(\"udp\", &net.UDPAddr{Port: 4006})\n"
                         "lc.Listen(ctx, \"tcp\", \"localhost:4007\")\n"
                         "e.Logger.Fatal(e.Start(\":4008\"))\n"
                         "r.Run(\":4009\")\n"
                         "app.Listen(\":4010\")\n"
                         "fasthttp.ListenAndServe(\":4011\", h)\n"
                         "r.RunTLS(\":4012\", cert, key)\n",
                         "1 listen 4001 [] err.Listen()[1]\n"
                         "2 listen 4002 [] srv.Addr\n"
                         "3 address 127.0.0.1 [] Listen()[1]\n"
                         "3 listen 4003@127.0.0.1 [] Listen()[1]\n"
                         "4 listen 4004/udp [] ListenPacket()[1]\n"
                         "5 listen 4005 [] ListenTCP()[1].Port\n"
                         "6 listen 4006/udp [] ListenUDP()[1].Port\n"
                         "7 listen 4007@localhost [] Listen()[2]\n"
                         "8 listen 4008 [] Fatal()[0].Start()[0]\n"
                         "9 listen 4009 [] Run()[0]\n"
                         "10 listen 4010 [] Listen()[0]\n"
                         "11 listen 4011 [] ListenAndServe()[0]\n"
                         "12 listen 4012 [] RunTLS()[0]\n");
  recognise_test_expect ("shop/client.go",
                         "net.Dial(\"tcp\", \"localhost:5001\")\n"
                         "net.DialTCP(\"tcp\", nil, &net.TCPAddr{Port: 5002})\n"
                         "c := redis.NewClient(&redis.Options{Addr: \"localhost:5003\"})\n"
                         "net.Listen(\"unix\", \"/run/shop:5004\")\n",
                         "1 reference 5001@localhost [] Dial()[1]\n"
                         "2 reference 5002 [] DialTCP()[2].Port\n"
                         "3 reference 5003@localhost [] c.NewClient()[0].Addr\n");
}

static void
reads_connection_strings (void)
{
  recognise_test_expect ("shop/Program.cs",
                         "string c = $\"server=db;user=root;port=3306;password={password}\";\n"
                         "var d = \"host=localhost port=5432 dbname=shop\";\n"
                         "var e = \"see port=5433\";\n",
                         "1 reference 3306@db [] c\n"
                         "2 reference 5432@localhost [] d\n"
                         "3 reference 5433 [] e ?\n");
  recognise_test_expect ("shop/run.py",
                         "command = f\"{command} -b 0.0.0.0\"\n"
                         "args = ['-p', f'127.0.0.1:{port}:80']\n",
                         "1 address 0.0.0.0 [] command\n"
                         "2 address 127.0.0.1 [] args[1]\n");
}

/* IANA's registry: these are servers that programs call. */
static void
knows_the_numbers_of_others (void)
{
  recognise_test_expect ("shop/cli.py",
                         "parser.add_argument('--port', type=int, default=3306)\n"
                         "port = 5432\n"
                         "DEFAULT_PORT = 8000\n"
                         "http.createServer(app).listen(port=6379)\n",
                         "1 reference 3306 [] add_argument()[2].default\n"
                         "2 reference 5432 [] port\n"
                         "3 listen 8000 [] DEFAULT_PORT\n"
                         "4 listen 6379 [] listen()[0].port\n");
  recognise_test_expect ("shop/wait.sh", "port=\"${DBPORT:-3306}\"\nport=8000\nPORT=6379\n",
                         "1 reference 3306 [] port\n"
                         "2 listen 8000 [] port\n"
                         "3 listen 6379 [] PORT\n");
}

static void
reads_ruby (void)
{
  recognise_test_expect (
      "shop/config/puma.rb",
      "threads 5, 5\n"
      "port ENV.fetch(\"PORT\") { 3000 }\n"
      "port        ENV['PORT'] || 3001\n"
      "port ENV.fetch('PORT', 3002), '127.0.0.1'\n"
      "bind 'tcp://0.0.0.0:9292'\n"
      "activate_control_app 'tcp://127.0.0.1:9293'\n"
      "worker_timeout 3600 if ENV.fetch(\"RAILS_ENV\", \"development\") == \"development\"\n"
      "pidfile ENV.fetch(\"PIDFILE\") { \"tmp/pids/server.pid\" }\n",
      "2 listen 3000 [] port()[1][0]\n"
      "3 listen 3001 [] port()[1]\n"
      "4 listen 3002 [] port()[0].fetch()[1]\n"
      "4 address 127.0.0.1 [] port()[1]\n"
      "5 address 0.0.0.0 [] bind()[0]\n"
      "5 listen 9292@0.0.0.0 [] bind()[0]\n"
      "6 address 127.0.0.1 [] activate_control_app()[0]\n"
      "6 listen 9293@127.0.0.1 [] activate_control_app()[0]\n");
  recognise_test_expect ("shop/config/unicorn.rb",
                         "worker_processes 4\nlisten 8080, :tcp_nopush => true\ntimeout 3000\n"
                         "listen \"/tmp/unicorn.sock\", :backlog => 64\n",
                         "2 listen 8080 [] listen()[0]\n");
  recognise_test_expect ("shop/app.rb",
                         "set :bind, '0.0.0.0'\nset :port, 4567\nset :max_age, 3600\n",
                         "1 address 0.0.0.0 [] set()[1]\n"
                         "2 listen 4567 [] set()[1]\n");
}

/* Nobody connects to 0.0.0.0; what `run` and `bind` are given may count something else; Rails'
 * links point at somebody. */
static void
tells_what_is_bound (void)
{
  recognise_test_expect ("shop/serve.go", "defaultAddr = \":81\"\n",
                         "1 listen 81 [] defaultAddr\n");
  recognise_test_expect ("shop/serve.go", "httpAddr := \"0.0.0.0:8090\"\n",
                         "1 address 0.0.0.0 [] httpAddr\n1 listen 8090@0.0.0.0 [] httpAddr\n");
  recognise_test_expect ("shop/list.php", "$x = (new Users())->run(20, $options);\n", "");
  recognise_test_expect (
      "shop/config/environments/development.rb",
      "config.action_mailer.default_url_options = { host: \"localhost\", port: 3000 }\n",
      "1 reference 3000@localhost [] default_url_options.port\n");
}

/* What is run may hold colons and numbers; what two schemes mean is nobody's port; Phoenix.Endpoint
 * listens on `http`, and links to `url`. */
static void
passes_over_what_nobody_binds (void)
{
  recognise_test_expect ("shop/ssrf.py", "port = parsed.port or 443\nautoBind = 1\n", "");
  recognise_test_expect ("shop/keys.php", "Process::run('chown -R 9999:9999 /keys');\n", "");
  recognise_test_expect ("shop/start.py", "subprocess.run(\"uvicorn app:app --port 9000\")\n",
                         "1 listen 9000 [] run()[0]\n");
  recognise_test_expect ("shop/url.go",
                         "switch scheme {\ncase \"http\":\n\tport = \"80\"\n"
                         "case \"https\":\n\tport = \"443\"\n}\n",
                         "");
  recognise_test_expect ("shop/serve.js", "https.createServer(o).listen(443); app.listen(80);\n",
                         "1 listen 443 [] https.createServer().listen()[0]\n"
                         "1 listen 80 [] app.listen()[0]\n");
  recognise_test_expect ("shop/config.exs",
                         "config :shop, Endpoint,\n  url: [host: \"localhost\", port: 13000],\n"
                         "  http: [port: 4000]\n",
                         "2 reference 13000 [] url[1].port\n3 listen 4000 [] http[0].port\n");
}

/* What a variable holds where it is not set is written beside its name. */
static void
a_default_host_is_its_ports (void)
{
  recognise_test_expect ("shop/settings.py",
                         "DATABASES = {\n"
                         "    'default': {\n"
                         "        'ENGINE': 'x',\n"
                         "        'HOST': os.environ.get('DB_HOST', 'localhost'),\n"
                         "        'PORT': int(os.environ.get('DB_PORT', '5433')),\n"
                         "    }\n"
                         "}\n"
                         "REDIS_HOST = os.getenv('REDIS_HOST')\n"
                         "REDIS_PORT = os.getenv('REDIS_PORT', 6380)\n",

                         "5 reference 5433@localhost [] DATABASES.default.PORT.int()[0].get()[1]\n"
                         "9 reference 6380 [] REDIS_PORT.getenv()[1]\n");
}

/* What a variable is worth while nobody sets it goes by the name that the result has. */
static void
a_fallback_goes_by_the_name_of_the_result (void)
{
  recognise_test_expect ("shop/a.php", "$port = getenv('PORT') ?: 3001;\n",
                         "1 listen 3001 [] port\n");
  recognise_test_expect ("shop/A.kt", "val port = System.getenv(\"PORT\")?.toInt() ?: 3002\n",
                         "1 listen 3002 [] port\n");
  recognise_test_expect ("shop/A.cs",
                         "var port = Environment.GetEnvironmentVariable(\"PORT\") ?? \"3003\";\n",
                         "1 listen 3003 [] port\n");
  recognise_test_expect ("shop/a.rs",
                         "let port: u16 = env::var(\"PORT\").ok()\n"
                         "    .and_then(|p| p.parse().ok()).unwrap_or(3004);\n"
                         "let redis_port = env::var(\"R\").unwrap_or_else(|_| \"3005\".into());\n",
                         "2 listen 3004 [] port.unwrap_or()[0]\n"
                         "3 reference 3005 [] redis_port.unwrap_or_else()[0]\n");
  recognise_test_expect ("shop/a.rb", "port = ENV[\"PORT\"] || 3006\n", "1 listen 3006 [] port\n");
  recognise_test_expect ("shop/a.py",
                         "port = int(os.environ.get('PORT') or 3007)\n"
                         "redis_port: int = Field(3008, env='REDIS_PORT')\n"
                         "add_argument('-p', '--http-port', default=3009, type=int)\n"
                         "delay = foo(1) or 3010\n",
                         "1 listen 3007 [] port.int()[1]\n"
                         "2 reference 3008 [] redis_port.Field()[0]\n"
                         "3 listen 3009 [] add_argument()[2].default\n");
  recognise_test_expect ("shop/a.go", "const (\n  httpPort = 3011\n  grpcAddr = \":3012\"\n)\n",
                         "2 listen 3011 [] const()[0].httpPort\n"
                         "3 listen 3012 [] const()[1].grpcAddr\n");
}

/* Python's socket and http.server, std::net, actix-web, Kestrel, Swoole, PhpRedis, java.net. */
static void
a_host_beside_a_port_tells_who_has_it (void)
{
  recognise_test_expect ("shop/a.py",
                         "HTTPServer(('', 3001), H).serve_forever()\n"
                         "sock.bind(('127.0.0.1', 3002))\n"
                         "run_simple('localhost', 3003, app)\n"
                         "sock.connect(('db', 3004))\n"
                         "smtplib.SMTP('mail', 3005)\n"
                         "plot(('a', 3006))\nwidget.bind('keyup', 3007)\n",
                         "1 listen 3001 [] HTTPServer()[0][1]\n"
                         "2 address 127.0.0.1 [] bind()[0][0]\n"
                         "2 listen 3002@127.0.0.1 [] bind()[0][1]\n"
                         "3 listen 3003@localhost [] run_simple()[1]\n"
                         "4 reference 3004@db [] connect()[0][1]\n"
                         "5 reference 3005@mail [] SMTP()[1]\n");
  recognise_test_expect ("shop/a.rs",
                         "let a = SocketAddr::from(([0, 0, 0, 0], 3001));\n"
                         "server.bind((\"127.0.0.1\", 3002))?;\n"
                         "SocketAddr::new(IpAddr::V4(Ipv4Addr::new(0, 0, 0, 0)), 3003);\n"
                         "let size = ([10, 20, 30], 3004);\n",
                         "1 listen 3001@0.0.0.0 [] a.from()[0][1]\n"
                         "2 address 127.0.0.1 [] bind()[0][0]\n"
                         "2 listen 3002@127.0.0.1 [] bind()[0][1]\n"
                         "3 listen 3003@0.0.0.0 [] new()[1]\n");
  recognise_test_expect ("shop/A.cs",
                         "o.ListenAnyIP(3001); o.ListenLocalhost(3002, l => l.UseHttps());\n"
                         "o.Listen(IPAddress.Any, 3003);\n"
                         "b.UseUrls(\"http://*:3004\", \"https://localhost:3005\");\n",
                         "1 listen 3001 [] ListenAnyIP()[0]\n"
                         "1 listen 3002 [] ListenLocalhost()[0]\n"
                         "2 listen 3003 [] Listen()[1]\n"
                         "3 listen 3004@* [] UseUrls()[0]\n"
                         "3 listen 3005@localhost [] UseUrls()[1]\n");
  recognise_test_expect ("shop/a.php",
                         "$s = new Swoole\\Http\\Server('0.0.0.0', 3001);\n"
                         "$redis->connect('cache', 3002);\n",
                         "1 address 0.0.0.0 [] s.Server()[0]\n"
                         "1 listen 3001@0.0.0.0 [] s.Server()[1]\n"
                         "2 reference 3002@cache [] connect()[1]\n");
  recognise_test_expect ("shop/A.java",
                         "new InetSocketAddress(3001); new ServerSocket(3002); port(3003);\n"
                         "new InetSocketAddress(\"db\", 3004); ServerBuilder.forPort(3005);\n",
                         "1 listen 3001 [] InetSocketAddress()[0]\n"
                         "1 listen 3002 [] ServerSocket()[0]\n"
                         "1 listen 3003 [] port()[0]\n"
                         "2 reference 3004@db [] InetSocketAddress()[1]\n"
                         "2 listen 3005 [] forPort()[0]\n");
  recognise_test_expect ("shop/a.rb", "s = TCPServer.new('0.0.0.0', 3001)\n",
                         "1 address 0.0.0.0 [] s.new()[0]\n"
                         "1 listen 3001@0.0.0.0 [] s.new()[1]\n");
}

/* caarlos0/env, cleanenv and envconfig; clap's "Derive reference"; envalid; Gunicorn's settings. */
static void
defaults_stand_in_tags_attributes_and_strings (void)
{
  recognise_test_expect ("shop/a.go",
                         "type C struct {\n"
                         "  Port int `env:\"PORT\" envDefault:\"3001\"`\n"
                         "  Db   int `default:\"3002\" envconfig:\"REDIS_PORT\"`\n"
                         "  Addr string `env:\"ADDR\" env-default:\":3003\"`\n"
                         "  Size int `env:\"SIZE\" envDefault:\"3004\"`\n}\n",
                         "2 listen 3001 [] [0][0]\n3 reference 3002 [] [0][1]\n"
                         "4 listen 3003 [] [0][2]\n");
  recognise_test_expect ("shop/a.rs",
                         "#[arg(short, long, default_value_t = 3001)]\npub port: u16,\n"
                         "#[clap(long, default_value = \"3002\", env = \"X\")]\nredis_port: u16,\n"
                         "#[arg(long, default_value_t = 3003)]\nsize: u16,\n",
                         "1 listen 3001 [] [0][0].arg()[2].default_value_t\n"
                         "3 reference 3002 [] [1][0].clap()[1].default_value\n");
  recognise_test_expect (
      "shop/env.ts",
      "cleanEnv(process.env, { PORT: port({ default: 3001 }),\n"
      "  REDIS_PORT: num({ devDefault: 3002 }), SIZE: num({ default: 3003 }) })\n",
      "1 listen 3001 [] cleanEnv()[1].PORT.port()[0].default\n"
      "2 reference 3002 [] cleanEnv()[1].REDIS_PORT.num()[0].devDefault\n");
  recognise_test_expect ("shop/gunicorn.conf.py",
                         "bind = f\"0.0.0.0:{os.environ.get('PORT', '3001')}\"\n",
                         "1 address 0.0.0.0 [] bind\n1 listen 3001 [] bind\n");
  recognise_test_expect ("shop/config/puma.rb",
                         "bind \"tcp://0.0.0.0:#{ENV.fetch('PORT', 3001)}\"\n",
                         "1 address 0.0.0.0 [] bind()[0]\n1 listen 3001 [] bind()[0]\n");
}

static void
tells_a_backlog_from_a_port (void)
{
  recognise_test_expect (
      "shop/echo.py", "s = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\ns.listen(5)\n",
      "2 address 0.0.0.0 [] bind()[0][0]\n2 listen 8080@0.0.0.0 [] bind()[0][1]\n");
  recognise_test_expect ("shop/web.py", "app.listen(5029)\n", "1 listen 5029 [] listen()[0]\n");
}

static void
an_address_of_rust_goes_by_what_takes_it (void)
{
  recognise_test_expect ("shop/src/main.rs",
                         "let addr: SocketAddr = \"127.0.0.1:9901\".parse()?;\n"
                         "let there: SocketAddr = \"127.0.0.1:9902\".parse()?;\n"
                         "let local = \"[::1]:9903\".parse::<SocketAddr>()?;\n"
                         "Server::builder().add_service(svc).serve(addr).await?;\n"
                         "TcpStream::connect(there).await?;\nTcpListener::bind(&local).await?;\n",
                         "1 address 127.0.0.1 [] addr\n1 listen 9901@127.0.0.1 [] addr\n"
                         "2 address 127.0.0.1 [] there\n2 reference 9902@127.0.0.1 [] there\n"
                         "3 address ::1 [] local\n3 listen 9903@::1 [] local\n");
}

/* Package flag, "IntVar"; pflag, "IntVarP". */
static void
a_flag_of_go_goes_by_its_name (void)
{
  recognise_test_expect (
      "shop/flags.go",
      "f.Int64Var(&c.Max, prefix+\".max-buffered-bytes\", 1024*1024*1024, \"the most\")\n"
      "f.IntVar(&c.Retries, \"server.retries\", 3000, \"how often\")\n"
      "f.IntVar(&c.Port, \"server.http-listen-port\", 3001, \"where\")\n"
      "f.IntVarP(&c.Port, \"port\", \"p\", 3002, \"where\")\n"
      "f.IntVar(&c.Port, prefix+\".listen-port\", 3003, \"where\")\n"
      "f.IntVar(&c.Port, name, 3004, \"where\")\n"
      "cmd.Flags().Int16Var(&port, \"port\", 3005, \"where\")\n",
      "3 listen 3001 [] IntVar()[2]\n4 listen 3002 [] IntVarP()[3]\n"
      "5 listen 3003 [] IntVar()[2]\n7 listen 3005 [] Int16Var()[2]\n");
}

/* A number that is multiplied is a size, whatever it is called by. */
static void
a_product_is_no_port (void)
{
  recognise_test_expect ("shop/sizes.go", "var listenPort = 1024 * 64\nvar port = 1025 << 2\n", "");
  recognise_test_expect ("shop/sizes.ts", "const port = 3000 /* the usual */;\n",
                         "1 listen 3000 [] port\n");
}

/* Spring, "@Value"; a run configuration of JetBrains' IDEs. */
static void
reads_what_starts_java (void)
{
  recognise_test_expect ("shop/App.java",
                         "class App {\n"
                         "  @Value(\"${server.port:8071}\") int port;\n"
                         "  @Value(\"${redis.port:8072}\") int redis;\n"
                         "  @Value(\"${page.size:8073}\") int size;\n"
                         "}\n",
                         "2 listen 8071 [] [0].Value()[0]\n"
                         "3 reference 8072 [] [0].Value()[0]\n");
  recognise_test_expect ("shop/.idea/runConfigurations/web.xml",
                         "<component>\n"
                         "<option name=\"VM_PARAMETERS\" value=\"-Dserver.port=8074\" />\n"
                         "<option name=\"PROGRAM_PARAMETERS\" value=\"--server.port=8075\" />\n"
                         "<env name=\"PORT\" value=\"8076\" />\n"
                         "</component>\n",
                         "2 listen 8074 [] component.option.@value\n"
                         "3 listen 8075 [] component.option.@value\n"
                         "4 listen 8076 [] component.env.@value\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/programs/reads-servers", reads_servers);
  g_test_add_func ("/discovery/programs/tells-a-backlog-from-a-port", tells_a_backlog_from_a_port);
  g_test_add_func ("/discovery/programs/reads-defaults-that-are-bound",
                   reads_defaults_that_are_bound);
  g_test_add_func ("/discovery/programs/knows-the-numbers-of-others", knows_the_numbers_of_others);
  g_test_add_func ("/discovery/programs/reads-who-is-called", reads_who_is_called);
  g_test_add_func ("/discovery/programs/passes-over-look-alikes", passes_over_look_alikes);
  g_test_add_func ("/discovery/programs/believes-ports-of-tests-less",
                   believes_ports_of_tests_less);
  g_test_add_func ("/discovery/programs/reads-other-languages", reads_other_languages);
  g_test_add_func ("/discovery/programs/reads-what-go-binds", reads_what_go_binds);
  g_test_add_func ("/discovery/programs/reads-ruby", reads_ruby);
  g_test_add_func ("/discovery/programs/reads-connection-strings", reads_connection_strings);
  g_test_add_func ("/discovery/programs/tells-what-is-bound", tells_what_is_bound);
  g_test_add_func ("/discovery/programs/passes-over-what-nobody-binds",
                   passes_over_what_nobody_binds);
  g_test_add_func ("/discovery/programs/a-default-host-is-its-ports", a_default_host_is_its_ports);
  g_test_add_func ("/discovery/programs/a-fallback-goes-by-the-name-of-the-result",
                   a_fallback_goes_by_the_name_of_the_result);
  g_test_add_func ("/discovery/programs/a-host-beside-a-port-tells-who-has-it",
                   a_host_beside_a_port_tells_who_has_it);
  g_test_add_func ("/discovery/programs/defaults-stand-in-tags-attributes-and-strings",
                   defaults_stand_in_tags_attributes_and_strings);
  g_test_add_func ("/discovery/programs/a-flag-of-go-goes-by-its-name",
                   a_flag_of_go_goes_by_its_name);
  g_test_add_func ("/discovery/programs/an-address-of-rust-goes-by-what-takes-it",
                   an_address_of_rust_goes_by_what_takes_it);
  g_test_add_func ("/discovery/programs/a-product-is-no-port", a_product_is_no_port);
  g_test_add_func ("/discovery/programs/reads-what-starts-java", reads_what_starts_java);
  return g_test_run ();
}
