"""OpenStack Swift with its S3 API on loopback: python3 swift_server.py DIRECTORY

Runs account, container, object and proxy server (Debian's python3-swift) with all data in DIRECTORY, prints the port of
the proxy once it accepts connections, and ends them when standard input ends.
"""

import getpass
import os
import signal
import socket
import sys
import time

from swift.common import utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import run_wsgi

STORAGE = ("account", "container", "object")
MAX_START_SECONDS = 60

PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
min_segment_size = 1
[filter:tempauth]
use = egg:swift#tempauth
user_ams_ams = secret .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
"""


def find_free_ports(count):
    """Different ports, since all are bound at the same time."""
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


def write_configurations(directory, ports):
    """swift.conf, a configuration of each server, and rings of one device."""
    utils.SWIFT_CONF_FILE = os.path.join(directory, "swift.conf")
    write(directory, "swift.conf", "[swift-hash]\nswift_hash_path_suffix = ams\n")
    os.makedirs(os.path.join(directory, "devices", "disk"))
    defaults = f"""[DEFAULT]
bind_ip = 127.0.0.1
workers = 0
swift_dir = {directory}
devices = {directory}/devices
mount_check = false
fallocate_reserve = 0
log_level = ERROR
user = {getpass.getuser()}
"""
    for name in STORAGE:
        app = f"[pipeline:main]\npipeline = server\n[app:server]\nuse = egg:swift#{name}\n"
        write(directory, f"{name}.conf", f"{defaults}bind_port = {ports[name]}\n{app}")
        write_ring(os.path.join(directory, f"{name}.ring.gz"), ports[name])
    write(directory, "proxy.conf", f"{defaults}bind_port = {ports['proxy']}\n{PROXY}")


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(text)


def write_ring(path, port):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "disk"})
    builder.rebalance()
    builder.get_ring().save(path)


def start(directory, name):
    """Starts a server in a process of its own; returns its process ID."""
    pid = os.fork()
    if pid == 0:
        os.close(0)
        app = "proxy-server" if name == "proxy" else "server"
        os._exit(run_wsgi(os.path.join(directory, f"{name}.conf"), app, verbose=True))
    return pid


def wait_until_listening(pid, port):
    deadline = time.monotonic() + MAX_START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline or os.waitpid(pid, os.WNOHANG) != (0, 0):
                raise
            time.sleep(0.02)


def main(directory):
    names = (*STORAGE, "proxy")
    ports = dict(zip(names, find_free_ports(len(names))))
    write_configurations(directory, ports)
    pids = {name: start(directory, name) for name in names}
    try:
        for name in names:
            wait_until_listening(pids[name], ports[name])
        print(ports["proxy"], flush=True)
        sys.stdin.read()
    finally:
        for pid in pids.values():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it has ended, which wait_until_listening() noticed


if __name__ == "__main__":
    main(sys.argv[1])
