"""What every place for bytes promises, whether it is a folder or an object store."""

import base64
import hashlib
import io
import os
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from portal.db import now
from portal.filing import Damaged, LocalShelf, Place, attachment
from portal.filing.s3 import _on_record, _waiting

CONTENT = b"what was put on record"
UNTIL = now() + timedelta(days=2)


def place_of(content=CONTENT, version=None, house=None):
    return Place(house or uuid4(), uuid4(), hashlib.sha256(content).hexdigest(), len(content), version)


def at(place, version):
    return Place(place.house, place.file_id, place.sha256, place.size, version)


def accepted(shelf, content=CONTENT):
    place = place_of(content)
    return at(place, shelf.accept(at(place, shelf.receive(place, content)), UNTIL))


def test_what_was_accepted_is_read_back_and_nothing_stays_in_quarantine(shelf):
    place = accepted(shelf)

    assert shelf.read(place) == CONTENT
    assert list(shelf.left_behind(now() + timedelta(hours=1))) == []


def test_what_is_only_in_quarantine_is_not_on_record(shelf):
    place = place_of()
    version = shelf.receive(place, CONTENT)

    with shelf.received(at(place, version)) as opened:
        opened.seek(0)
        assert opened.read() == CONTENT
        assert os.fstat(opened.fileno()).st_size == len(CONTENT)
    with pytest.raises(Damaged):
        shelf.read(at(place, None))
    assert [(each.house, each.file_id) for each in shelf.left_behind(now() + timedelta(hours=1))] == [
        (place.house, place.file_id)
    ]


def test_what_was_discarded_is_gone_and_is_not_accepted(shelf):
    place = place_of()
    place = at(place, shelf.receive(place, CONTENT))
    shelf.discard(place)

    with pytest.raises(Damaged), shelf.received(place):
        pass
    with pytest.raises(Damaged):
        shelf.accept(place, UNTIL)


def test_an_acceptance_that_was_cut_short_may_be_repeated(shelf):
    place = place_of()
    waiting = at(place, shelf.receive(place, CONTENT))
    shelf.accept(waiting, UNTIL)

    again = at(place, shelf.accept(waiting, UNTIL))

    assert shelf.read(again) == CONTENT


def test_other_bytes_than_those_that_were_checked_are_not_accepted(shelf):
    place = place_of()
    lied = at(place, shelf.receive(place, b"x" * len(CONTENT)))

    with pytest.raises(Damaged):
        shelf.accept(lied, UNTIL)


def test_the_same_bytes_twice_are_both_readable(shelf):
    first = accepted(shelf)
    second = place_of(house=first.house)
    second = at(second, shelf.accept(at(second, shelf.receive(second, CONTENT)), UNTIL))

    assert shelf.read(first) == shelf.read(second) == CONTENT


def test_an_arrival_of_another_size_is_refused(shelf):
    place = place_of()
    shelf.receive(place, CONTENT + b"!")

    with pytest.raises(Damaged):
        shelf.arrived(place)


def test_what_never_arrived_is_said_so(shelf):
    with pytest.raises(Damaged):
        shelf.arrived(place_of())


def test_a_healthy_shelf_has_no_faults(shelf):
    assert list(shelf.faults()) == []


def test_a_folder_is_written_before_it_is_told_of(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda opened: (synced.append(str(Path(f"/proc/self/fd/{opened}").readlink())), real(opened))
    )
    place = accepted(LocalShelf(tmp_path))

    waiting = str(tmp_path / "quarantine" / str(place.house))
    assert any(each.startswith(f"{waiting}/") for each in synced), "the bytes"
    assert {waiting, str(tmp_path / "quarantine"), str(tmp_path), str(tmp_path / place.sha256[:2])} <= set(synced)


def test_a_folder_keeps_damaged_bytes_aside_when_the_right_ones_come_again(tmp_path):
    shelf = LocalShelf(tmp_path)
    place = accepted(shelf)
    lying = tmp_path / place.sha256[:2] / place.sha256
    lying.write_bytes(b"rotten")

    assert shelf.read(accepted(shelf)) == CONTENT
    assert [each.read_bytes() for each in lying.parent.glob("*.damaged-*")] == [b"rotten"]


@pytest.mark.parametrize("content", [CONTENT + b"!", CONTENT[:-1], b"x" * len(CONTENT), b""])
def test_a_folder_keeps_nothing_of_what_was_not_announced(tmp_path, content):
    shelf, place = LocalShelf(tmp_path), place_of()

    with pytest.raises(Damaged):
        shelf.bring(place, io.BytesIO(content))
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    with pytest.raises(Damaged):
        shelf.arrived(place)


def test_what_was_sent_to_a_folder_comes_into_quarantine_once_and_is_accepted(tmp_path):
    shelf, place = LocalShelf(tmp_path), place_of()
    shelf.bring(place, io.BytesIO(CONTENT))
    shelf.arrived(place)
    shelf.arrived(place)

    shelf.accept(place, UNTIL)

    assert shelf.read(place) == CONTENT
    assert list(shelf.left_behind(now() + timedelta(hours=1))) == []


def test_a_line_that_breaks_while_bytes_come_leaves_nothing(tmp_path):
    class Broken(io.BytesIO):
        def read(self, _=-1):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        LocalShelf(tmp_path).bring(place_of(), Broken())
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


s3_only = pytest.mark.xdist_group("object store")


@s3_only
def test_nobody_deletes_or_unlocks_what_was_accepted(s3):
    place = accepted(s3)
    name = {"Bucket": s3.bucket, "Key": _on_record(place), "VersionId": place.version}

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.client.delete_object(**name)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.client.delete_object(**name, BypassGovernanceRetention=True)
    sooner = {"Mode": "COMPLIANCE", "RetainUntilDate": UNTIL - timedelta(days=1)}
    with pytest.raises(ClientError):
        s3.client.put_object_retention(**name, Retention=sooner)
    kept = s3.client.get_object_retention(**name)["Retention"]
    assert (kept["Mode"], abs(kept["RetainUntilDate"] - UNTIL) < timedelta(seconds=2)) == ("COMPLIANCE", True)


@s3_only
@pytest.mark.negative_control
def test_without_the_lock_it_could_be_deleted(s3):
    place = place_of()
    version = s3.receive(place, CONTENT)

    s3.client.delete_object(Bucket=s3.bucket, Key=_waiting(place), VersionId=version)

    with pytest.raises(Damaged), s3.received(at(place, version)):
        pass


@s3_only
def test_what_is_put_in_the_way_later_is_not_what_is_read(s3):
    place = accepted(s3)
    s3.client.put_object(Bucket=s3.bucket, Key=_on_record(place), Body=b"x" * place.size)
    s3.client.delete_object(Bucket=s3.bucket, Key=_on_record(place))

    assert s3.read(place) == CONTENT
    with urllib.request.urlopen(s3.link(place, attachment("a.pdf")), timeout=10) as answer:
        assert answer.read() == CONTENT


@s3_only
def test_what_is_put_into_quarantine_after_the_check_is_not_what_is_accepted(s3):
    place = place_of()
    checked = at(place, s3.receive(place, CONTENT))
    s3.receive(place, b"x" * len(CONTENT))

    assert s3.read(at(place, s3.accept(checked, UNTIL))) == CONTENT


@s3_only
@pytest.mark.negative_control
def test_asked_for_by_name_alone_the_exchanged_bytes_would_come(s3):
    place = place_of()
    s3.receive(place, CONTENT)
    s3.receive(place, b"x" * len(CONTENT))

    with s3.received(at(place, None)) as opened:
        opened.seek(0)
        assert opened.read() == b"x" * len(CONTENT)


@s3_only
def test_a_missing_object_and_one_of_other_bytes_are_damaged(s3):
    place = accepted(s3)
    other = s3.client.put_object(Bucket=s3.bucket, Key=_on_record(place), Body=b"x" * place.size)["VersionId"]
    longer = s3.client.put_object(Bucket=s3.bucket, Key=_on_record(place), Body=CONTENT + b"!")["VersionId"]

    for version in (other, longer):
        with pytest.raises(Damaged):
            s3.read(at(place, version))
        with pytest.raises(Damaged):
            s3.link(at(place, version), attachment("a.pdf"))
    for nowhere in (place_of(), place_of(version=place.version)):
        with pytest.raises(Damaged):
            s3.read(nowhere)
        with pytest.raises(Damaged):
            s3.link(nowhere, attachment("a.pdf"))


@s3_only
def test_a_link_gives_the_file_as_an_attachment_for_a_minute_and_to_nobody_who_changes_it(s3):
    place, other = accepted(s3), accepted(s3, b"somebody else's")
    link = s3.link(place, attachment("生产许可证.pdf"))

    with urllib.request.urlopen(link, timeout=10) as answer:
        assert answer.read() == CONTENT
        assert answer.headers["Content-Disposition"] == attachment("生产许可证.pdf")
        assert answer.headers["Content-Type"] == "application/octet-stream"
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["X-Amz-Expires"] == ["60"]
    for changed in (
        link.replace(_on_record(place), _on_record(other)),
        link.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        link.replace("attachment", "inline"),
        link.split("?")[0],
    ):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(changed, timeout=10)


def sent(invited, content, **changed):
    """Send a form as a browser would; the status of the answer."""
    border = uuid4().hex
    fields = {**invited["fields"], **changed}
    body = b"".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    body += f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'.encode()
    body += content + f"\r\n--{border}--\r\n".encode()
    asked = urllib.request.Request(invited["url"], body, {"Content-Type": f"multipart/form-data; boundary={border}"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


@s3_only
def test_an_invitation_takes_exactly_this_file_into_exactly_this_place(s3):
    place = place_of()
    invited = s3.invitation(place)

    assert sent(invited, CONTENT + b"!") >= 400
    assert sent(invited, CONTENT[:-1]) >= 400
    assert sent(invited, CONTENT, key=_on_record(place)) == 403
    assert sent(invited, CONTENT, **{"Content-Type": "text/html"}) == 403
    with pytest.raises(Damaged):
        s3.arrived(place)
    assert sent(invited, CONTENT) == 204
    assert s3.read(at(place, s3.accept(at(place, s3.arrived(place)), UNTIL))) == CONTENT


@s3_only
@pytest.mark.parametrize("named", [None, CONTENT, b"x" * len(CONTENT)])
def test_a_store_that_names_a_checksum_is_believed_when_it_names_another(s3, named):
    """Ceph 16 names none, so its answer is given here as Amazon's would be."""
    place = place_of()
    told = {"ContentLength": place.size, "VersionId": "v1"}
    if named is not None:
        told["ChecksumSHA256"] = base64.b64encode(hashlib.sha256(named).digest()).decode()
    with Stubber(s3.client) as store:
        asked = {"Bucket": s3.bucket, "Key": _waiting(place), "ChecksumMode": "ENABLED"}
        store.add_response("head_object", told, asked)
        if named in (None, CONTENT):
            assert s3.arrived(place) == "v1"
        else:
            with pytest.raises(Damaged):
                s3.arrived(place)


@s3_only
def test_a_bucket_without_versions_and_lock_is_named(s3, object_store):
    s3.client.create_bucket(Bucket="plain")

    found = [each.says for each in type(s3).at("plain", object_store, "us-east-1").faults()]

    assert found == ["The bucket keeps no versions.", "The bucket has no object lock."]


@s3_only
def test_a_store_out_of_reach_and_a_missing_bucket_are_named(s3, object_store):
    nowhere = type(s3).at("files", "http://127.0.0.1:9", "us-east-1")
    missing = type(s3).at("no-such-bucket", object_store, "us-east-1")

    for shelf in (nowhere, missing):
        assert [each.says[:34] for each in shelf.faults()] == ["The object store does not answer: "]
