"""Runs a command beside a PostgreSQL server on a local socket, once with the order of bytes and once with that of a language.

The server and its records are in a folder that is removed again. Usage: served.py COMMAND...
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
if PROGRAMS:
    os.environ["PATH"] = PROGRAMS[-1] + os.pathsep + os.environ["PATH"]
if not shutil.which("initdb"):
    raise SystemExit("there is no PostgreSQL: install the package postgresql")


def run(*command):
    # A server does not run as root.
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    subprocess.run([*other, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


# The path of a socket is short.
folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
if os.getuid() == 0:
    shutil.chown(folder, "postgres", "postgres")
data, where = os.path.join(folder, "data"), f"host={folder} user=postgres dbname="
status = 0
try:
    run("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "--pgdata", data, "-o", f"-c listen_addresses= -k {folder}", "-w", "-l", os.path.join(folder, "log"), "start")
    try:
        create = "CREATE DATABASE words TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'"
        run("psql", "-q", "-h", folder, "-U", "postgres", "-c", create)
        for database in ["postgres", "words"]:
            done = subprocess.run(sys.argv[1:], env={**os.environ, "RULEBOOK_POSTGRES": where + database})
            status = status or done.returncode
    finally:
        run("pg_ctl", "--pgdata", data, "-m", "immediate", "stop")
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(status)
