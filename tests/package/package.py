#!/usr/bin/env python3
"""Installs the Debian package, runs it, and purges it; speaks TAP. script/package --test calls it.

usage: package.py PACKAGE.deb

dpkg works on a folder of its own there (--root), whose list of installed packages is this system's, so that it judges
the dependencies as on a machine like this; nothing outside of that folder is touched.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
QUIET = REPOSITORY / "tests/quiet.toml"
CONFIGURATION = "/etc/port-manager/config.toml"
PROGRAMS = ["usr/bin/port-manager", "usr/libexec/port-manager/port-manager"]


def call(*args, **options):
    return subprocess.run([str(arg) for arg in args], capture_output=True, text=True, timeout=300, check=False, **options)


def named(fine, name, what):
    """What is wrong, behind the name."""
    return fine, name if fine else f"{name}: {what}"


def of_form(package, work):
    version = json.loads(call("meson", "introspect", REPOSITORY / "meson.build", "--projectinfo").stdout)["version"]
    told = call("dpkg-deb", "--field", package, "Version", "Architecture").stdout
    yield named(f"Version: {version}\n" in told, "its-version-is-the-program's", told)
    said = lint(package)
    yield named(said.returncode == 0, "lintian-finds-nothing", said.stdout + said.stderr)
    worse = work / "worse"
    call("dpkg-deb", "--raw-extract", package, worse)
    (worse / "usr/share/doc/port-manager/copyright").unlink()
    call("dpkg-deb", "--build", "--root-owner-group", worse, work / "worse.deb")
    yield "no-copyright-file" in lint(work / "worse.deb").stdout, "control-lintian-finds-what-is-missing"


def lint(package):
    return call("lintian", "--fail-on", "error,warning", "--allow-root", package)


def of_dependencies(package, unpacked):
    depends = call("dpkg-deb", "--field", package, "Depends").stdout
    needed = set()
    for program in PROGRAMS:
        shown = call("objdump", "-p", unpacked / program).stdout
        needed |= set(re.findall(r"NEEDED\s+(\S+)", shown))
    missing = []
    for library in sorted(needed):
        owners = {line.split(":")[0] for line in call("dpkg", "-S", f"*/{library}").stdout.splitlines()}
        if not any(re.search(rf"\b{re.escape(owner)}\b", depends) for owner in owners):
            missing.append(library)
    yield named(len(needed) > 8 and missing == [], "depends-on-every-library-that-it-loads", f"{missing} of {needed}")
    foreign = [str(p) for p in unpacked.rglob("*.so*")]
    yield named(foreign == [], "brings-no-library-along", foreign)


class Root:
    """A system in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "var/lib/dpkg"
        (self.database / "info").mkdir(parents=True)
        (self.database / "updates").mkdir()
        shutil.copy("/var/lib/dpkg/status", self.database / "status")
        # Their lists of files too, without which dpkg warns of each.
        for listed in pathlib.Path("/var/lib/dpkg/info").glob("*.list"):
            (self.database / "info" / listed.name).write_text("/.\n")
        self.before = self.files()

    def files(self):
        """Without dpkg's own."""
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*")
                if self.database != p and self.database not in p.parents and p not in self.database.parents
                and p != self.folder / "var/log/dpkg.log"}

    def dpkg(self, *args):
        # Scripts are run outside of the folder, with DPKG_ROOT telling it: it has no shell.
        return call("dpkg", f"--root={self.folder}", "--force-script-chrootless", f"--log={self.folder}/dpkg.log",
                    "--force-confold", *args)

    def path(self, absolute):
        return self.folder / absolute.lstrip("/")


def dependencies_count(package, folder):
    root = Root(folder)
    status = (root.database / "status").read_text()
    (root.database / "status").write_text(re.sub(r"\n?Package: libmicrohttpd12\n.*?\n\n", "\n", status, flags=re.DOTALL))
    refused = root.dpkg("--install", package)
    yield refused.returncode != 0 and "libmicrohttpd12" in refused.stderr, "control-is-refused-where-a-library-is-missing"


def installs_and_goes(package, root, work):
    done = root.dpkg("--install", package)
    yield named(done.returncode == 0, "installs", done.stderr)
    state = call("dpkg-query", f"--admindir={root.database}", "-W", "-f", "${Status}|${Conffiles}", "port-manager").stdout
    yield named("ok installed" in state and CONFIGURATION in state, "is-configured-and-has-a-conffile", state)
    enabled = [p for p in root.files() if "/systemd/system/" in p and ".wants" in p]
    yield named(enabled == [], "starts-nothing-behind-anybody's-back", enabled)
    wrong = [p for p in root.files() if (q := root.path(p)).lstat().st_uid != 0 or (not q.is_symlink() and q.stat().st_mode & 0o022)]
    yield named(wrong == [], "everything-is-root's-alone", wrong)
    yield from runs(root, work)

    # An upgrade, with a configuration that somebody wrote.
    root.path(CONFIGURATION).write_text('roots = ["/srv"]\n')
    again = root.dpkg("--install", package)
    yield again.returncode == 0 and root.path(CONFIGURATION).read_text() == 'roots = ["/srv"]\n', \
        "an-upgrade-keeps-the-configuration"
    root.path("/var/lib/port-manager").mkdir(parents=True)
    root.path("/var/lib/port-manager/registry.db").touch()
    removed = root.dpkg("--remove", "port-manager")
    kept = root.path(CONFIGURATION).exists() and root.path("/var/lib/port-manager/registry.db").exists()
    yield named(removed.returncode == 0 and kept and not root.path(PROGRAMS[0]).exists(),
                "without-the-program-its-data-stay", removed.stderr)
    purged = root.dpkg("--purge", "port-manager")
    left = sorted(root.files() - root.before - {"dpkg.log"} - OF_SYSTEMD)
    yield named(purged.returncode == 0 and left == [], "purging-leaves-nothing", f"{purged.stderr} {left}")


# What systemd-sysusers and systemd's own helpers leave by design: a user is never taken away, nor is what they know.
OF_SYSTEMD = {"etc", "etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/passwd-", "etc/group-", "etc/shadow-",
              "etc/gshadow-", "etc/.pwd.lock", "var", "var/lib", "var/log", "var/lib/systemd"}


def runs(root, work):
    program = root.path(PROGRAMS[0])
    workspace = work / "workspace"
    shutil.copytree(REPOSITORY / "examples/workspace", workspace)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(work), "LC_ALL": "C.UTF-8"}
    base = [program, "--state", work / "state", "--config", QUIET]
    scanned = call(*base, "scan", workspace, "--json", env=environment)
    yield scanned.returncode in (0, 1) and json.loads(scanned.stdout)["services"] > 10, "scans"
    with subprocess.Popen([str(word) for word in [*base, "serve", "--listen", "127.0.0.1:0"]], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment) as process:
        try:
            url = next(m[1] for line in process.stdout if (m := re.search(r"Serving (http\S+)", line)))
            became = os.readlink(f"/proc/{process.pid}/exe")
            page = call("curl", "-sf", url).stdout
            services = call("curl", "-sf", f"{url.rstrip('/')}/api/services").stdout
        finally:
            process.terminate()
            process.wait(timeout=60)
    yield became == str(root.path(PROGRAMS[1])), "its-second-program-is-its-own"
    yield '<div id="root">' in page and json.loads(services)["total"] > 10, "serves-its-dashboard-and-api"
    yield process.returncode == 0, "ends-when-it-is-told"
    builder = re.compile(rb"/build-package/|" + re.escape(str(REPOSITORY).encode()))
    told = [p for p in PROGRAMS if builder.search(root.path(p).read_bytes())]
    yield named(told == [], "knows-nothing-of-where-it-was-built", told)
    page = call("man", "-M", root.path("/usr/share/man"), "--where", "port-manager-undo").stdout
    yield page.strip().endswith("port-manager-undo.1.gz"), "its-manual-pages-are-found"


def main():
    package = os.path.abspath(sys.argv[1])
    results = []
    with tempfile.TemporaryDirectory(prefix="pm-package-") as folder:
        work = pathlib.Path(folder)
        unpacked = work / "unpacked"
        call("dpkg-deb", "--extract", package, unpacked)
        for group in (of_form(package, work), of_dependencies(package, unpacked), dependencies_count(package, work / "poor"),
                      installs_and_goes(package, Root(work / "root"), work)):
            results += group
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /package/{' '.join(name.split())}")
    return 0


sys.exit(main())
