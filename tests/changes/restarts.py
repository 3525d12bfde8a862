#!/usr/bin/env python3
"""Restarted is what runs with a changed file, and nothing else; speaks TAP.

usage: restarts.py PORT_MANAGER
"""
import sys

from workspace import Workspace, main

OLD, NEW = "198.51.100.7", "203.0.113.10"

COMPOSE = """services:
  api:
    build: ./api
    ports: ["8080:8080"]
  web:
    build: ./web
    ports: ["3000:3000"]
  db:
    image: postgres:16
    ports: ["5432:5432"]
  cache:
    image: redis:7
    ports: ["6379:6379"]
%s
"""


def restarted(w):
    """The services that a change of the address would restart."""
    lines = w.run("ip", "change", OLD, NEW, "--dry-run").splitlines()
    said = lines[lines.index("And then:") + 1:]
    return sorted(line.split()[1] for line in said if line.startswith("  restart "))


def world(program, tmp, given="", files=None):
    return Workspace(program, tmp, {"shop/docker-compose.yml": COMPOSE % given,
                                    "shop/.env": f"EXTERNAL_IP={OLD}\n", **(files or {})})


def images_that_are_not_given_the_file_run_on(program, tmp):
    assert restarted(world(program, tmp)) == ["api", "web"]


def an_image_that_is_given_the_file_is_restarted(program, tmp):
    assert restarted(world(program, tmp, "    env_file: .env")) == ["api", "cache", "web"]


def an_image_with_the_file_in_its_volumes_is_restarted(program, tmp):
    assert restarted(world(program, tmp, "    volumes: ['./:/data']")) == ["api", "cache", "web"]


def an_image_that_has_the_variable_is_restarted_alone(program, tmp):
    assert restarted(world(program, tmp, "    environment: {ANNOUNCE: '${EXTERNAL_IP}'}")) == ["cache"]


if __name__ == "__main__":
    sys.exit(main([images_that_are_not_given_the_file_run_on, an_image_that_is_given_the_file_is_restarted,
                   an_image_with_the_file_in_its_volumes_is_restarted,
                   an_image_that_has_the_variable_is_restarted_alone]))
