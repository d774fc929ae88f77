"""The settings of mail: half a setting is refused, and the password is never shown."""

from pathlib import Path

import pytest

from coursesite.config import MailSecurity, Settings, read_settings
from coursesite.errors import Invalid

GIVEN = {
    "COURSESITE_ADDRESS": "https://learn.example.org",
    "COURSESITE_SMTP_HOST": "mail.example.org",
    "COURSESITE_SMTP_FROM": "learn@example.org",
}


def read(folder: Path, **values: str) -> Settings:
    return read_settings({**GIVEN, "COURSESITE_VAR": str(folder), **values})


def test_without_a_server_there_is_no_mail(tmp_path: Path) -> None:
    assert read(tmp_path, COURSESITE_SMTP_HOST="").mail is None


@pytest.mark.parametrize(
    ("security", "port"),
    [
        ("", 587),
        ("starttls", 587),
        ("implicit", 465),
        ("none", 25),
    ],
)
def test_the_way_to_the_server_is_encrypted_unless_it_is_said(
    tmp_path: Path, security: str, port: int
) -> None:
    mail = read(tmp_path, COURSESITE_SMTP_TLS=security).mail
    assert mail
    assert mail.port == port
    assert mail.security == (security or MailSecurity.STARTTLS)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"COURSESITE_ADDRESS": ""}, "COURSESITE_ADDRESS"),
        ({"COURSESITE_SMTP_FROM": ""}, "COURSESITE_SMTP_FROM"),
        ({"COURSESITE_SMTP_FROM": "me@example.org\nBcc: all@example.org"}, "COURSESITE_SMTP_FROM"),
        ({"COURSESITE_SMTP_TLS": "maybe"}, "COURSESITE_SMTP_TLS"),
        ({"COURSESITE_SMTP_PORT": "0"}, "COURSESITE_SMTP_PORT"),
        ({"COURSESITE_SMTP_USER": "me"}, "COURSESITE_SMTP_PASSWORD"),
        ({"COURSESITE_SMTP_CA": "/no/such/file"}, "COURSESITE_SMTP_CA"),
        (
            {
                "COURSESITE_SMTP_TLS": "none",
                "COURSESITE_SMTP_USER": "me",
                "COURSESITE_SMTP_PASSWORD": "sesame",
            },
            "COURSESITE_SMTP_TLS",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, values: dict[str, str], named: str
) -> None:
    with pytest.raises(Invalid, match=named) as refused:
        read(tmp_path, **values)
    assert "sesame" not in refused.value.message


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    given = {"COURSESITE_SMTP_USER": "me", "COURSESITE_SMTP_PASSWORD": "sesame"}
    settings = read(tmp_path, **given)
    assert settings.mail
    assert settings.mail.user == "me"
    assert "sesame" not in repr(settings)
