#!/usr/bin/env python3
"""Addresses inside names (sslip.io and its kin) change with the address, and lead where it leads; speaks TAP.

usage: disguises.py PORT_MANAGER
"""
import json
import sys

from workspace import Workspace, main

OLD, NEW = "203.0.113.10", "198.51.100.23"
OLD6 = "2001:db8::5"
FILES = {
    "a/nginx.conf": "server { listen 3000; server_name 203-0-113-10.sslip.io 203-0-113-100.sslip.io; }\n",
    "b/.env": "URL=http://203-0-113-10.sslip.io:3000/\n"
              "B=app.203-0-113-10.nip.io\n"
              "C=app.203.0.113.10.nip.io\n"
              "D=cb00710a.nip.io\n"
              "G=10.113.0.203.bc.googleusercontent.com\n"
              "E=ec2-203-0-113-10.eu-west-1.compute.amazonaws.com\n"
              "# 203-0-113-10.sslip.io\n"
              "OTHER=10-113-0-203.sslip.io\n"
              "BACKWARDS=203.0.113.10.bc.googleusercontent.com\n"
              "LOCAL=http://app.127.0.0.1.nip.io:3000/\n",
}


def every_spelling_changes_and_nothing_else(program, tmp):
    w = Workspace(program, tmp, FILES)
    w.apply("ip", "change", OLD, NEW)
    w.expect("a/nginx.conf", "server { listen 3000; server_name 198-51-100-23.sslip.io 203-0-113-100.sslip.io; }")
    w.expect("b/.env", "URL=http://198-51-100-23.sslip.io:3000/", "B=app.198-51-100-23.nip.io",
             "C=app.198.51.100.23.nip.io", "D=c6336417.nip.io", "G=23.100.51.198.bc.googleusercontent.com",
             "E=ec2-198-51-100-23.eu-west-1.compute.amazonaws.com", "# 198-51-100-23.sslip.io",
             *FILES["b/.env"].splitlines()[7:])
    w.apply("undo", "1")
    w.expect_unchanged()


def what_cannot_carry_the_new_one_is_told(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = json.loads(w.run("ip", "change", OLD, "2001:db8::9", "--dry-run", "--json"))["plan"]
    left = {(x["file"], x["line"]) for x in plan["leftOut"]}
    assert left == {("b/.env", line) for line in (2, 3, 4, 5, 6)}, plan["leftOut"]
    w.apply("ip", "change", OLD, "2001:db8::9")
    w.expect("b/.env", "URL=http://2001-db8--9.sslip.io:3000/", "B=app.203-0-113-10.nip.io")


def an_address_is_listed_once_however_it_is_spelled(program, tmp):
    w = Workspace(program, tmp, FILES)
    places = {x["address"]: x["places"] for x in json.loads(w.run("ip", "show", "--json"))["addresses"]}
    assert places[OLD] == 8, places
    values = [json.loads(line) for line in w.run("findings", "--ndjson").splitlines()]
    assert {f["value"] for f in values if f["file"] == "b/.env" and f["line"] < 8 and f["kind"] == "ip"} == {OLD}


def brackets_around_an_ipv4_address_are_the_places_own(program, tmp):
    """An address literal of mail, Postfix's next hop, a YAML list of one; and the same as IPv6 and back."""
    first = {
        "a/k8s.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  externalIPs: [203.0.113.10]\n"
                      "  ports:\n    - port: 80\n",
        "a/compose.yaml": "services:\n  web:\n    image: nginx\n    dns: [203.0.113.10]\n",
        "b/main.cf": "myhostname = mail.example.org\nrelayhost = [203.0.113.10]:587\n",
        "c/.env": "HELO=[203.0.113.10]\nRELAY=[203.0.113.10]:25\nURL=http://203.0.113.10:80/\n",
    }
    w = Workspace(program, tmp, first)

    def everywhere(address):
        for path, text in first.items():
            w.expect(path, *text.replace("203.0.113.10", address).replace(f"//{OLD6}", f"//[{OLD6}]").splitlines())

    w.apply("ip", "change", OLD, NEW)
    everywhere(NEW)
    w.apply("undo", "1")
    w.expect_unchanged()
    w.apply("ip", "change", OLD, OLD6)
    everywhere(OLD6)
    w.apply("ip", "change", OLD6, OLD)
    for path in ("a/k8s.yaml", "a/compose.yaml", "b/main.cf"):
        w.expect(path, *first[path].splitlines())
    w.expect("c/.env", "RELAY=203.0.113.10:25", "URL=http://203.0.113.10:80/")


def a_percent_encoded_url_stays_one(program, tmp):
    """An IPv6 address is encoded in it with its brackets (RFC 3986), and is found like that by the next change."""
    url = "http%3A%2F%2F203.0.113.10%3A8080%2Fcb"
    first = {
        "a/.env": f"IP_URL={url}\nLOWER=http%3a%2f%2f203.0.113.10%3a8080\nBARE=203.0.113.10%3A8080\n",
        "b/c.json": f'{{"url": "https://login.example.org/?next={url}"}}\n',
        "b/c.yaml": f"url: {url}\n",
        "c/a.py": f"redirect = '{url}'\n",
        "d/notes.conf": f"see {url} here\n",
    }
    w = Workspace(program, tmp, first)

    def everywhere(address):
        for path, text in first.items():
            lower = address.replace("%3A", "%3a").replace("%5B", "%5b").replace("%5D", "%5d")
            w.expect(path, *text.replace("%2f203.0.113.10", "%2f" + lower).replace("203.0.113.10", address).splitlines())

    w.apply("ip", "change", OLD, OLD6)
    everywhere("%5B2001%3Adb8%3A%3A5%5D")
    w.apply("ip", "change", OLD6, "2001:db8::7")
    everywhere("%5B2001%3Adb8%3A%3A7%5D")
    w.apply("ip", "change", "2001:db8::7", OLD)
    w.expect_unchanged()
    w.apply("undo", "3")
    everywhere("%5B2001%3Adb8%3A%3A7%5D")


def the_text_of_an_element_is_no_comparison(program, tmp):
    """`">1.2.3.4` is a version in a constraint; not so where the bracket ends a tag and `<` follows."""
    w = Workspace(program, tmp, {"a/x.xml": f'<r><a h="{OLD}">{OLD}<!-- x --></a></r>\n',
                                 "a/setup.cfg": f'[options]\ninstall = "left",">{OLD}"\nhost = {OLD}\n'})
    w.apply("ip", "change", OLD, NEW)
    w.expect("a/x.xml", f'<r><a h="{NEW}">{NEW}<!-- x --></a></r>')
    w.expect("a/setup.cfg", f'install = "left",">{OLD}"', f"host = {NEW}")
    w.apply("undo", "1")
    w.expect_unchanged()


def references_by_such_a_name_move_with_their_service(program, tmp):
    w = Workspace(program, tmp, FILES)
    w.apply("assign", "a", "3100")
    w.expect("b/.env", "URL=http://203-0-113-10.sslip.io:3100/", "LOCAL=http://app.127.0.0.1.nip.io:3100/")
    assert set(w.changed()) == {"a/nginx.conf", "b/.env"}


def an_ipv6_address_stands_in_brackets_where_urls_need_them(program, tmp):
    """Also where a variable brings it there: at the using place, since the definition is used for more."""
    files = {
        "c/.env": f"HOST_IP={OLD}\nBIND={OLD}\nHOST_PORT={OLD}:3000\n",
        "c/compose.yaml": "services:\n  web:\n    image: x\n    environment:\n"
                          "      API: http://${HOST_IP}:3000/v1\n"
                          f"      WS: ws://${{HOST_IP:-{OLD}}}:3000/\n"
                          "      BIND: ${BIND}\n"
                          "      WHOLE: http://${HOST_PORT}/\n"
                          "    ports: ['${HOST_IP}:8080:80']\n",
        "c/nginx.conf": f"server {{ listen {OLD}:80; server_name {OLD} a.example; allow {OLD}; }}\n",
    }
    w = Workspace(program, tmp, files)
    w.apply("ip", "change", OLD, "2001:db8::9")
    w.expect("c/.env", "HOST_IP=2001:db8::9", "BIND=2001:db8::9", "HOST_PORT=[2001:db8::9]:3000")
    w.expect("c/compose.yaml", "      API: http://[${HOST_IP}]:3000/v1", "      WS: ws://[${HOST_IP:-2001:db8::9}]:3000/",
             "      BIND: ${BIND}", "      WHOLE: http://${HOST_PORT}/", "    ports: ['[${HOST_IP}]:8080:80']")
    w.expect("c/nginx.conf", "server { listen [2001:db8::9]:80; server_name [2001:db8::9] a.example; allow 2001:db8::9; }")
    w.apply("ip", "change", "2001:db8::9", OLD)
    w.expect_unchanged()


def variables_by_way_of_others_are_told(program, tmp):
    w = Workspace(program, tmp, {"c/.env": f"HOST_IP={OLD}\nBASE=${{HOST_IP}}\nURL=http://${{BASE}}:3000/\n"})
    plan = json.loads(w.run("ip", "change", OLD, "2001:db8::9", "--dry-run", "--json"))["plan"]
    assert any("c/.env:3" in line and "brackets" in line for line in plan["youMustAlso"]), plan["youMustAlso"]


sys.exit(main([an_ipv6_address_stands_in_brackets_where_urls_need_them, variables_by_way_of_others_are_told,
               every_spelling_changes_and_nothing_else, what_cannot_carry_the_new_one_is_told,
               an_address_is_listed_once_however_it_is_spelled, brackets_around_an_ipv4_address_are_the_places_own,
               a_percent_encoded_url_stays_one, the_text_of_an_element_is_no_comparison,
               references_by_such_a_name_move_with_their_service]))
