"""Bring in the front-end files that we ship ourselves, so that no page ever asks another host."""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import click

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"


@click.command("vendor")
@click.option(
    "--trust-new", is_flag=True, help="Write down the sha384 of what came, and do not insist on the known one."
)
def vendor(trust_new: bool) -> None:
    """Refresh static/vendor from the npm packages named in its manifest.

    Every file must have the sha384 that the manifest names; one that differs is not written and the command exits 1.
    After changing a version in the manifest, run it once with --trust-new and review the difference.
    """
    packages: list[dict[str, Any]] = json.loads(MANIFEST.read_text("utf-8"))["packages"]
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            archive = _packed(package["name"], package["version"], Path(folder))
            for file in package["files"]:
                content = _member(archive, file["from"])
                _settle(file, content, trust_new=trust_new)
                target = VENDOR / file["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                click.echo(f"{package['name']} {package['version']}: {file['to']}")
    if trust_new:
        MANIFEST.write_text(json.dumps({"packages": packages}, indent=2) + "\n", "utf-8")


def sha384(content: bytes) -> str:
    """Return the digest of ``content`` as browsers write it for subresource integrity."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def _packed(name: str, version: str, folder: Path) -> Path:
    command = ["npm", "pack", f"{name}@{version}", "--json", "--ignore-scripts", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as missing:
        raise click.ClickException("npm is not installed; it is needed for this command only.") from missing
    except subprocess.CalledProcessError as failed:
        raise click.ClickException(f"npm could not bring {name} {version}: {failed.stderr.strip()}") from failed
    return folder / str(json.loads(done.stdout)[0]["filename"])


def _member(archive: Path, path: str) -> bytes:
    with tarfile.open(archive) as packed:
        member = packed.extractfile(f"package/{path}")
        if member is None:
            raise click.ClickException(f"{archive.name} holds no file {path}")
        return member.read()


def _settle(file: dict[str, str], content: bytes, *, trust_new: bool) -> None:
    came = sha384(content)
    if trust_new:
        file["sha384"] = came
    elif came != file["sha384"]:
        raise click.ClickException(f"{file['to']}: {came} came, but the manifest names {file['sha384']}")
