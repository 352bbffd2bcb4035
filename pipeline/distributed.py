"""The part `distributed` of a recipe: how many processes train together, and on which machines."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from pipeline.errors import InputError
from pipeline.places import ROOT

# a name that begins with a dash would be an option of ssh
HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][\w.:@%-]*$")]


class DistributedPart(BaseModel):
    """
    Training on several processes, started by `mlx.launch`; it changes who computes, not what comes out.

    Attributes:
        ranks: number of processes; each takes its share of the rows of every batch.
        backend: how they talk: `ring` over TCP, or `mpi`.
        hostfile: JSON in the form of `mlx.launch`, a host for each rank, relative to the project; rank 0 comes first
            and is this machine. None: all ranks run on this machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ranks: int = Field(ge=2)
    backend: Literal["ring", "mpi"] = "ring"
    hostfile: str | None = None

    @property
    def hosts_path(self) -> Path | None:
        """Where the hostfile lies, or would lie."""
        return None if self.hostfile is None else ROOT / self.hostfile


class _Host(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    ssh: HostName
    ips: tuple[HostName, ...] = ()


class _Hosts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    hosts: tuple[_Host, ...]


def check_distributed(part: DistributedPart) -> None:
    """
    Check that the ranks can be started.

    Raises:
        InputError: the hostfile is none, its hosts are not as many as the ranks or have no address, or there is no MPI.
    """
    if part.backend == "mpi" and shutil.which("mpirun") is None:
        message = "distributed.backend 'mpi' needs mpirun, which is not installed: install an MPI, or set 'ring'"
        raise InputError(message)
    if part.hosts_path is not None:
        _check_hosts(part, part.hosts_path)


def _check_hosts(part: DistributedPart, file: Path) -> None:
    where = f"distributed.hostfile {part.hostfile!r}"
    if not file.is_file():
        message = f"{where} does not exist: write it, or leave the key out to train on this machine alone"
        raise InputError(message)
    try:
        found = TypeAdapter(_Hosts | tuple[_Host, ...]).validate_json(file.read_bytes())
    except (OSError, ValidationError):
        message = f'{where} is no hostfile: write [{{"ssh": "HOST", "ips": ["ADDRESS"]}}, ...] as mlx.launch reads it'
        raise InputError(message) from None
    hosts = found.hosts if isinstance(found, _Hosts) else found
    if len(hosts) != part.ranks:
        message = f"{where} has {len(hosts)} hosts, but distributed.ranks is {part.ranks}: name one host for each rank"
        raise InputError(message)
    bare = [host.ssh for host in hosts if not host.ips]
    if part.backend == "ring" and bare:
        message = f"{where}: host {bare[0]!r} has no ips, and backend 'ring' needs an address of each: add one"
        raise InputError(message)
