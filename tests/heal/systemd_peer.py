#!/usr/bin/python3
"""A service manager for tests, on whatever bus DBUS_SYSTEM_BUS_ADDRESS names: as much of org.freedesktop.systemd1(5) as a
restart takes. Needs python3-dbus and python3-gi.

usage: systemd_peer.py FILE      FILE gets a line for each call

good.service is restarted; bad.service's job fails; slow.service's never ends; early.service's JobRemoved comes before the
answer to RestartUnit; denied.service is not ours to restart. Signals are only sent to who has subscribed.
"""
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MANAGER = "org.freedesktop.systemd1.Manager"
UNIT = "org.freedesktop.systemd1.Unit"
ROOT = "/org/freedesktop/systemd1"
KNOWN = {"good.service", "bad.service", "slow.service", "early.service", "denied.service"}


class Unit(dbus.service.Object):
    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return {"ActiveState": "failed", "SubState": "failed"}[str(name)]


class Manager(dbus.service.Object):
    def __init__(self, bus, log):
        super().__init__(bus, ROOT)
        self.log, self.subscribed, self.jobs = log, False, 0

    def note(self, text):
        self.log.write(text + "\n")
        self.log.flush()

    @dbus.service.method(MANAGER)
    def Subscribe(self):
        self.subscribed = True

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def GetUnit(self, name):
        return dbus.ObjectPath(ROOT + "/unit/it")

    @dbus.service.signal(MANAGER, signature="uoss")
    def JobRemoved(self, number, job, unit, result):
        pass

    @dbus.service.method(MANAGER, in_signature="ss", out_signature="o", async_callbacks=("answer", "refuse"))
    def RestartUnit(self, name, mode, answer, refuse):
        name = str(name)
        self.note(f"{name} {mode}")
        if name not in KNOWN:
            refuse(dbus.DBusException(f"Unit {name} not found.", name="org.freedesktop.systemd1.NoSuchUnit"))
            return
        if name == "denied.service":
            refuse(dbus.DBusException("Access denied", name="org.freedesktop.DBus.Error.AccessDenied"))
            return
        self.jobs += 1
        job = dbus.ObjectPath(f"{ROOT}/job/{self.jobs}")
        if name == "early.service":
            self.end(job, name, "done")
        answer(job)
        # Somebody else's job ends first.
        GLib.idle_add(self.end, dbus.ObjectPath(ROOT + "/job/99"), "other.service", "failed")
        if name in ("good.service", "bad.service"):
            GLib.timeout_add(50, self.end, job, name, "done" if name == "good.service" else "failed")

    def end(self, job, name, result):
        if self.subscribed:
            self.JobRemoved(dbus.UInt32(1), job, name, result)
        return False


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    with open(sys.argv[1], "w", encoding="utf-8") as log:
        manager = Manager(bus, log)
        Unit(bus, ROOT + "/unit/it")
        bus.request_name("org.freedesktop.systemd1")
        manager.note("ready")
        GLib.MainLoop().run()


main()
