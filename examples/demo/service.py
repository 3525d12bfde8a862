#!/usr/bin/env python3
"""A small web service, as there are many: its `.env` says where it listens and by which address it is known outside.

usage: service.py          in the folder of its project

`/healthz` answers 200. A service whose `.env` says REFUSES=ADDRESS does not start with that address, as one would whose
certificate or whose partner knows only the old one; and one that says STARTS_IN_S takes its time.
"""
import http.server
import sys
import time


def settings():
    with open(".env", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("=", 1) for line in file if "=" in line]
    return dict(pairs)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = (self.server.public_url + "\n").encode()
        self.send_response(200 if self.path in ("/", "/healthz") else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.HTTPServer):
    allow_reuse_address = True

    def server_bind(self):
        # The standard library's also asks for the host's name, which may take seconds.
        http.server.socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


def main():
    said = settings()
    if said.get("REFUSES") and said["REFUSES"] in said.get("PUBLIC_URL", ""):
        sys.exit(f"{said['PUBLIC_URL']} is not an address that this service was registered with")
    time.sleep(float(said.get("STARTS_IN_S", "0")))
    server = Server(("127.0.0.1", int(said["PORT"])), Handler)
    server.public_url = said.get("PUBLIC_URL", "")
    server.serve_forever()


main()
