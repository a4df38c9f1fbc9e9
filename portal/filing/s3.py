"""An object store that speaks S3: versioned, locked against deletion, asked with short patience."""

import base64
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import IO, Any, BinaryIO, ParamSpec, TypeVar
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from portal.filing.shelves import INVITED_FOR, Damaged, OutOfReach, Place, sha256_of
from portal.settings import Fault

CONNECT, READ, TRIES = 3, 10, 2  # seconds, seconds, times
LINK_FOR = 60  # seconds
PLAIN = "application/octet-stream"
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "InvalidArgument"})
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def _asked(asks: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Whatever goes wrong between us and the store is one of two things: it is gone, or nobody knows."""

    @wraps(asks)
    def answered(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return asks(*given, **named)
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") in _GONE:
                raise Damaged(str(refused)) from refused
            raise OutOfReach(str(refused)) from refused
        except (BotoCoreError, HTTPError, OSError) as lost:
            raise OutOfReach(str(lost)) from lost

    return answered


@dataclass(frozen=True, slots=True)
class S3Shelf:
    """``endpoint`` None is Amazon's own; credentials come from the environment as boto3 finds them."""

    bucket: str
    endpoint: str | None = None
    region: str | None = None
    client: Any = field(default=None, compare=False)

    @classmethod
    def at(cls, bucket: str, endpoint: str | None, region: str | None) -> "S3Shelf":
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            # Ceph 16 knows no trailing checksums; every object is read back and hashed instead.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        asked = boto3.client("s3", endpoint_url=endpoint, region_name=region, config=config)
        return cls(bucket, endpoint, region, asked)

    @_asked
    def receive(self, place: Place, content: bytes) -> str:
        put = self.client.put_object(Bucket=self.bucket, Key=_waiting(place), Body=content, ContentType=PLAIN)
        return _version_in(put)

    def bring(self, place: Place, stream: IO[bytes]) -> None:  # noqa: ARG002
        """Nothing is sent through us: the store itself invites."""
        raise Damaged(place.file_id)

    @_asked
    def arrived(self, place: Place) -> str:
        """A store that knows checksums names its own; Ceph 16 knows none, and the check computes it."""
        seen = self.client.head_object(Bucket=self.bucket, Key=_waiting(place), ChecksumMode="ENABLED")
        if seen["ContentLength"] != place.size or seen.get("ChecksumSHA256", _checksum(place)) != _checksum(place):
            raise Damaged(place.file_id)
        return _version_in(seen)

    @contextmanager
    def received(self, place: Place) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile() as opened:
            opened.write(self._content(_waiting(place), place.version, place.size))
            opened.flush()
            yield opened

    def accept(self, place: Place, until: datetime) -> str:
        try:
            content = self._content(_waiting(place), place.version, place.size)
        except Damaged:
            version = self._accepted_before(place)
        else:
            version = self._put_on_record(place, content, until)
        self.read(Place(place.house, place.file_id, place.sha256, place.size, version))
        self.discard(place)
        return version

    @_asked
    def _put_on_record(self, place: Place, content: bytes, until: datetime) -> str:
        """Through us and not by a copy within the store, which names no version of its own on Ceph 16.

        The bytes were asked for by version, so whatever came into quarantine after the check is not among them.
        """
        if sha256_of(content) != place.sha256:
            raise Damaged(place.sha256)
        put = self.client.put_object(
            Bucket=self.bucket,
            Key=_on_record(place),
            Body=content,
            ContentType=PLAIN,
            Metadata={"sha256": place.sha256},
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until,
        )
        return _version_in(put)

    @_asked
    def _accepted_before(self, place: Place) -> str:
        return _version_in(self.client.head_object(Bucket=self.bucket, Key=_on_record(place)))

    @_asked
    def discard(self, place: Place) -> None:
        for key, version, _ in self._versions(_waiting(place)):
            self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=version)

    def read(self, place: Place) -> bytes:
        content = self._content(_on_record(place), place.version, place.size)
        if sha256_of(content) != place.sha256:
            raise Damaged(place.sha256)
        return content

    @_asked
    def link(self, place: Place, disposition: str) -> str:
        """Only for what is there in the size and under the hash on record; the version in it cannot be exchanged."""
        name = {"Bucket": self.bucket, "Key": _on_record(place), "VersionId": place.version or "null"}
        seen = self.client.head_object(**name)
        if seen["ContentLength"] != place.size or seen["Metadata"].get("sha256") != place.sha256:
            raise Damaged(place.sha256)
        asked = {**name, "ResponseContentDisposition": disposition, "ResponseContentType": PLAIN}
        return str(self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_FOR))

    @_asked
    def invitation(self, place: Place) -> dict[str, Any]:
        """A form, not a bare address: only the policy of a form can bind the size.  Nothing is asked over the wire."""
        fixed = {
            "Content-Type": PLAIN,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": _checksum(place),
        }
        made: dict[str, Any] = self.client.generate_presigned_post(
            self.bucket,
            _waiting(place),
            Fields=fixed,
            Conditions=[*({name: value} for name, value in fixed.items()), _exactly(place.size)],
            ExpiresIn=INVITED_FOR,
        )
        return made

    def left_behind(self, before: datetime) -> Iterator[Place]:
        for key, _, at in self._listed("q/"):
            _, house, file_id = key.split("/")
            if at < before:
                yield Place(UUID(house), UUID(file_id), "", 0)

    def faults(self) -> Iterator[Fault]:
        try:
            versioning = self.client.get_bucket_versioning(Bucket=self.bucket).get("Status")
            lock = self._lock()
        except (ClientError, BotoCoreError, HTTPError, OSError) as lost:
            yield Fault("PORTAL_S3_BUCKET", f"The object store does not answer: {lost}.", "Check address and account.")
            return
        if versioning != "Enabled":
            yield Fault("PORTAL_S3_BUCKET", "The bucket keeps no versions.", "Enable versioning on it.")
        if lock != "Enabled":
            yield Fault("PORTAL_S3_BUCKET", "The bucket has no object lock.", "Make a new bucket with object lock.")

    def _lock(self) -> str | None:
        try:
            found = self.client.get_object_lock_configuration(Bucket=self.bucket)
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") == "ObjectLockConfigurationNotFoundError":
                return None
            raise
        enabled: str | None = found["ObjectLockConfiguration"].get("ObjectLockEnabled")
        return enabled

    @_asked
    def _content(self, key: str, version: str | None, size: int) -> bytes:
        """Whole, or not at all: one byte more or less than is on record is already something else."""
        chosen = {"VersionId": version} if version else {}
        answer = self.client.get_object(Bucket=self.bucket, Key=key, **chosen)
        with answer["Body"] as body:
            if answer.get("ContentLength") != size:
                raise Damaged(key)
            content: bytes = body.read(size)
        if len(content) != size:
            raise OutOfReach(f"{key} was cut off on the way")
        return content

    @_asked
    def _listed(self, prefix: str) -> list[tuple[str, str, datetime]]:
        return list(self._versions(prefix))

    def _versions(self, prefix: str) -> Iterator[tuple[str, str, datetime]]:
        for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield each["Key"], each["VersionId"], each["LastModified"]


def _version_in(answer: dict[str, Any]) -> str:
    """Half an answer names no version: nobody knows then what became of the object."""
    if not answer.get("VersionId"):
        raise OutOfReach("the answer of the store was cut off")
    return str(answer["VersionId"])


def _checksum(place: Place) -> str:
    return base64.b64encode(bytes.fromhex(place.sha256)).decode()


def _exactly(size: int) -> list[str | int]:
    return ["content-length-range", size, size]


def _waiting(place: Place) -> str:
    return f"q/{place.house}/{place.file_id}"


def _on_record(place: Place) -> str:
    return f"e/{place.house}/{place.sha256}"
