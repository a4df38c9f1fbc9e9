"""What can be broken: the object store, and what stands between it and the portal."""

import uuid
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from portal.filing import LocalShelf
from portal.filing.s3 import S3Shelf
from tests import ceph
from tests.api.knocking import register


@pytest.fixture(scope="session")
def object_store():
    """Started once for a run: every test that asks for it is in one group, which one worker takes."""
    if not ceph.possible():
        pytest.skip(ceph.WHY_NOT)
    with pytest.MonkeyPatch.context() as given, ceph.object_store() as address:
        given.setenv("AWS_ACCESS_KEY_ID", ceph.KEY)
        given.setenv("AWS_SECRET_ACCESS_KEY", ceph.SECRET)
        yield address


@pytest.fixture
def bucket(object_store):
    """A new bucket that keeps versions and locks."""
    name = f"files-{uuid.uuid4().hex[:12]}"
    boto3.client("s3", endpoint_url=object_store, region_name="us-east-1").create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=True
    )
    return name


@pytest.fixture
def s3(object_store, bucket):
    return S3Shelf.at(bucket, object_store, "us-east-1")


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.xdist_group("object store"))])
def shelf(request, tmp_path):
    """Both kinds of shelf: whoever passes on one has to pass on the other."""
    return LocalShelf(tmp_path) if request.param == "folder" else request.getfixturevalue("s3")


@pytest.fixture
def store(app, shelf):
    """The portal's own store, on either kind of shelf."""
    before = app.extensions["store"]
    app.extensions["store"] = replace(before, shelf=shelf)
    yield app.extensions["store"]
    app.extensions["store"] = before


@pytest.fixture
def plant(app, world, store):
    return register(app, world, "hengrui")


@pytest.fixture
def over(monkeypatch):
    """Whatever is announced from now on is over at once."""
    monkeypatch.setattr("portal.filing.keeping.INVITED_FOR", -1)
    monkeypatch.setattr("portal.filing.s3.INVITED_FOR", -1)
    for place in ("portal.facts.files.GRACE", "portal.records.file.GRACE"):
        monkeypatch.setattr(place, timedelta(0))
