"""A metadata server for tests: Google's, Amazon's and Azure's protocols as their documentation
describes them, a token endpoint and the Compute Engine API, on a port of loopback. It misbehaves on
request: what `misbehave` holds is done to the next requests, one each.

    server = MetadataServer()
    server.start()                  server.host is "127.0.0.1:PORT"
    server.set_addresses(["203.0.113.7"])
    server.misbehave += ["503", "empty", "garbage", "hang", "die", "foreign"]
"""
import http.server
import json
import threading
import time
import urllib.parse


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        """A client that went away while its question was open is nothing to tell of."""


class MetadataServer:
    def __init__(self):
        self.changed = threading.Condition()
        self.addresses = []          # of nic0, in the order of its access configurations
        self.etag = 1
        self.misbehave = []
        self.always = None           # done to every request
        self.requests = []           # (time, path)
        self.public_key = None       # of the service account; checks assertions
        self.fleet = []              # (zone, instance, address)
        self.stopping = False

    def start(self):
        self.http = QuietServer(("127.0.0.1", 0), handler_of(self))
        self.host = "127.0.0.1:%d" % self.http.server_address[1]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def set_addresses(self, addresses):
        """Returns when open questions were woken: the time of the answer."""
        with self.changed:
            self.addresses = list(addresses)
            self.etag += 1
            self.changed.notify_all()
            return time.monotonic()

    def was_asked(self, condition):
        """Waits until the condition holds after some request."""
        with self.changed:
            assert self.changed.wait_for(condition, 60)

    def interfaces(self):
        configs = [{"externalIp": a, "type": "ONE_TO_ONE_NAT"} for a in self.addresses]
        return [{"accessConfigs": configs, "dnsServers": ["169.254.169.254"], "forwardedIps": [],
                 "gateway": "10.128.0.1", "ip": "10.128.0.2", "ipAliases": [],
                 "mac": "42:01:0a:80:00:02", "mtu": 1460,
                 "network": "projects/1/networks/default", "subnetmask": "255.255.240.0",
                 "targetInstanceIps": []}]


def handler_of(server):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def answer(self, status, body, headers=()):
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def is_done_for(self):
            """What misbehaves instead of answering."""
            with server.changed:
                how = server.misbehave.pop(0) if server.misbehave else server.always
                server.changed.notify_all()
            if how is None:
                return False
            google = [("Metadata-Flavor", "Google")]
            if how == "hang":
                with server.changed:
                    server.changed.wait_for(lambda: server.stopping, 60)
                self.close_connection = True
            elif how == "die":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{")
                self.close_connection = True
            elif how == "empty":
                self.answer(200, "", google)
            elif how == "nothing":
                self.answer(200, "[]", google)
            elif how == "garbage":
                self.answer(200, b"\xff\x00<html>", google)
            elif how == "wrong":
                self.answer(200, json.dumps([{"accessConfigs": [{"externalIp": "999.1.1.1"}]}]),
                            google)
            elif how == "private":
                self.answer(200, json.dumps([{"accessConfigs": [{"externalIp": "10.0.0.9"}]}]),
                            google)
            elif how == "foreign":
                self.answer(200, json.dumps(server.interfaces()))
            else:
                self.answer(int(how), "no")
            return True

        def do_GET(self):
            server.requests.append((time.monotonic(), self.path))
            if self.is_done_for():
                return
            url = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(url.query))
            if url.path.startswith("/computeMetadata/"):
                self.google(url.path, query)
            elif url.path.startswith("/latest/"):
                self.amazon(url.path)
            elif url.path.startswith("/metadata/"):
                self.azure(url.path, query)
            elif url.path.startswith("/compute/v1/"):
                self.compute(url.path, query)
            elif url.path.startswith("/echo"):
                self.answer(200, server.addresses[0] + "\n")
            else:
                self.answer(404, "not found")

        def google(self, path, query):
            google = [("Metadata-Flavor", "Google")]
            if self.headers.get("Metadata-Flavor") != "Google":
                self.answer(403, "missing Metadata-Flavor: Google", google)
                return
            path = path[len("/computeMetadata/v1/"):]
            if path == "project/project-id":
                self.answer(200, "shop-1", google)
            elif path == "instance/service-accounts/default/token":
                self.answer(200, json.dumps({"access_token": "from-metadata", "expires_in": 3600,
                                             "token_type": "Bearer"}), google)
            elif path == "instance/network-interfaces/":
                with server.changed:
                    if query.get("wait_for_change") == "true":
                        server.changed.wait_for(
                            lambda: server.stopping or query.get("last_etag") != str(server.etag),
                            int(query.get("timeout_sec", 300)))
                    body, etag = json.dumps(server.interfaces()), str(server.etag)
                self.answer(200, body, google + [("ETag", etag)])
            else:
                self.answer(404, "not found", google)

        def amazon(self, path):
            if self.headers.get("X-aws-ec2-metadata-token") != "aws-token":
                self.answer(401, "")
                return
            base = "/latest/meta-data/network/interfaces/macs/"
            if path == base:
                self.answer(200, "0e:49:61:0f:c3:11/\n0e:49:61:0f:c3:12/")
            elif path == base + "0e:49:61:0f:c3:11/public-ipv4s":
                self.answer(200, "\n".join(server.addresses))
            else:
                self.answer(404, "")

        def azure(self, path, query):
            if self.headers.get("Metadata") != "true" or "api-version" not in query:
                self.answer(400, json.dumps({"error": "Bad request"}))
            elif path == "/metadata/instance/network":
                self.answer(200, json.dumps({"interface": [{
                    "ipv4": {"ipAddress": [{"privateIpAddress": "10.0.0.4", "publicIpAddress": ""}],
                             "subnet": [{"address": "10.0.0.0", "prefix": "24"}]},
                    "ipv6": {"ipAddress": []}, "macAddress": "000D3A5C1234"}]}))
            elif path == "/metadata/loadbalancer":
                self.answer(200, json.dumps({"loadbalancer": {"publicIpAddresses": [
                    {"frontendIpAddress": a, "privateIpAddress": "10.0.0.4"}
                    for a in server.addresses], "inboundRules": [], "outboundRules": []}}))
            else:
                self.answer(404, "")

        def compute(self, path, query):
            if self.headers.get("Authorization") not in ("Bearer from-metadata", "Bearer by-key"):
                self.answer(401, "{}")
                return
            at = int(query.get("pageToken", "0"))
            items = {}
            for zone, name, address in server.fleet[at:at + 2]:
                items.setdefault("zones/" + zone, {"instances": []})["instances"].append(
                    {"name": name, "networkInterfaces": [
                        {"name": "nic0", "accessConfigs": [{"natIP": address}]}]})
            items["zones/empty"] = {"warning": {"code": "NO_RESULTS_ON_PAGE"}}
            page = {"kind": "compute#instanceAggregatedList", "items": items}
            if at + 2 < len(server.fleet):
                page["nextPageToken"] = str(at + 2)
            self.answer(200, json.dumps(page))

        def do_PUT(self):
            if self.path == "/latest/api/token" and \
                    self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
                self.answer(200, "aws-token")
            else:
                self.answer(400, "")

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = dict(urllib.parse.parse_qsl(body))
            fine = self.path == "/token" and \
                form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" and \
                server.public_key(form.get("assertion", ""))
            if fine:
                self.answer(200, json.dumps({"access_token": "by-key", "expires_in": 3600}))
            else:
                self.answer(400, json.dumps({"error": "invalid_grant"}))

    return Handler
