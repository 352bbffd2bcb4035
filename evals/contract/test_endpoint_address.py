from __future__ import annotations

import pytest

from punie.evaluation.models.endpoint_address import (
    KEY_VARIABLE,
    ApiKey,
    EndpointError,
    base_of,
    origin_of,
    without_secrets,
)

SECRET = "sk-very-secret-4711"  # noqa: S105 - no real one


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
        ("https://models.example/v1/", "https://models.example/v1"),
        ("https://models.example/team/api", "https://models.example/team/api"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
    ],
)
def test_an_address_without_a_path_means_its_v1(address: str, base: str) -> None:
    assert str(base_of(address)) == base


@pytest.mark.parametrize(
    "address", ["", "localhost:8080", "127.0.0.1", "ftp://models.example", "http://", "file:///etc"]
)
def test_what_is_no_address_of_http_is_refused(address: str) -> None:
    with pytest.raises(EndpointError) as refused:
        base_of(address)

    assert str(refused.value) == f"--endpoint {address!r}: an address such as http://127.0.0.1:8080 is wanted"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"http://me:{SECRET}@models.example/v1", "http://***@models.example/v1"),
        (f"http://me:a/{SECRET}@b@models.example/v1", "http://***@models.example/v1"),
        (f"http://models.example/v1?key={SECRET}", "http://models.example/v1?***"),
        (f"http://models.example/v1#{SECRET}", "http://models.example/v1?***"),
        (f"me:{SECRET}@models.example", "***@models.example"),
        (f"http://me:{SECRET}@models example:99999999/", "http://***@models example:99999999/"),
    ],
)
def test_a_secret_in_an_address_is_refused_without_being_shown(address: str, shown: str) -> None:
    with pytest.raises(EndpointError) as refused:
        base_of(address)

    assert str(refused.value).startswith(f"--endpoint {shown!r}: ")
    assert without_secrets(address) == shown


def test_a_redirect_is_told_by_its_origin_alone() -> None:
    assert origin_of(f"https://me:{SECRET}@evil.example:81/v1/x?key={SECRET}") == "https://evil.example:81"
    assert origin_of("/v2/chat") == "elsewhere"


def test_the_key_stands_in_an_environment_variable_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "for another service")
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    without = ApiKey.from_environment()
    monkeypatch.setenv(KEY_VARIABLE, f" {SECRET}\n")

    assert not without
    assert ApiKey.from_environment()


def test_a_key_shows_in_no_text() -> None:
    key = ApiKey(SECRET)

    assert repr(key) == "ApiKey(***)"
    assert key.hide(f"the key {SECRET!r} is wrong") == "the key '***' is wrong"


def test_a_word_that_stands_in_for_a_key_is_left_in_replies() -> None:
    assert ApiKey("none").hide("none of them") == "none of them"


@pytest.mark.parametrize("value", ["two\nlines", "schlüssel", "nul\0"])
def test_what_no_header_can_carry_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(EndpointError) as refused:
        ApiKey(value)

    assert str(refused.value) == f"the key in {KEY_VARIABLE} holds a character that no key has: copy it again"
