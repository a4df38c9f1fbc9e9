"""What the portal is made of, as CycloneDX: ``python -m tests.assurance.bill_of_materials > bom.json``.

Read from the hashed lock of what is deployed and from the manifest of the front end that we serve; the same sources
always give the same bytes.  The answer is validated against the schema before it is printed.
"""

import hashlib
import json
import sys
import tomllib
from base64 import b64decode
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tests.assurance.locks import ROOT, licences, pins

VENDOR = ROOT / "static" / "vendor" / "MANIFEST.json"


def main() -> int:
    text = bill()
    if problem := problem_of(text):
        print(problem, file=sys.stderr)
        return 1
    print(text)
    return 0


def bill() -> str:
    """The bill as JSON text, without the moment and the serial number that would make each one another."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    own = Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref=name)
    parts = [*_locked(), *_vendored()]
    bom = Bom(components=parts)
    bom.metadata.component = own
    bom.register_dependency(own, parts)
    written: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    written.pop("serialNumber")
    written["metadata"].pop("timestamp")
    return json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False)


def problem_of(text: str) -> str | None:
    """What the schema says against it, or None."""
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return str(problem) if problem else None


def _locked() -> list[Component]:
    made = []
    for pin in pins("core"):
        where = PackageURL("pypi", name=pin.name, version=pin.version)
        made.append(
            Component(
                name=pin.name,
                version=pin.version,
                type=ComponentType.LIBRARY,
                purl=where,
                bom_ref=str(where),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in pin.hashes],
                licenses=[DisjunctiveLicense(name=each) for each in sorted(licences(pin.name))],
            )
        )
    return made


def _vendored() -> list[Component]:
    made = []
    for package in json.loads(VENDOR.read_text("utf-8"))["packages"]:
        where = PackageURL("npm", name=package["name"], version=package["version"])
        made.append(
            Component(
                name=package["name"],
                version=package["version"],
                type=ComponentType.LIBRARY,
                purl=where,
                bom_ref=str(where),
                licenses=[DisjunctiveLicense(name=package["licence"])],
                components=[_served(package["name"], file) for file in package["files"]],
            )
        )
    return made


def _served(package: str, file: dict[str, str]) -> Component:
    digest = b64decode(file["sha384"].removeprefix("sha384-")).hex()
    return Component(
        name=file["to"],
        type=ComponentType.FILE,
        bom_ref=f"{package}/{file['to']}",
        hashes=[HashType(alg=HashAlgorithm.SHA_384, content=digest)],
    )


def digest_of_served(name: str) -> str:
    """The SHA-384 of a file as it is served."""
    return hashlib.sha384((VENDOR.parent / name).read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
