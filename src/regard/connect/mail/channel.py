"""E-mail: over SMTP or a provider, or into a folder where no mail server is set."""

from __future__ import annotations

from regard.connect.channels import MessageChannel
from regard.connect.mail.folder import FolderChannel
from regard.connect.mail.provider_settings import read_provider_settings
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core.config import Config

OUTGOING_FOLDER = "outgoing-mail"


def mail_reaches_nobody(settings: Config) -> bool:
    """Whether e-mails only become files, since no mail server is set."""
    return not (settings.smtp_url or settings.mail_provider)


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    """The channel and its name. Raises ConfigError for a server or provider that cannot be used."""
    if mail_reaches_nobody(settings):
        return "email", FolderChannel(settings.data_folder / OUTGOING_FOLDER, sender=settings.mail_from)
    if settings.mail_provider:
        read_provider_settings(settings.mail_provider, settings.mail_provider_settings)
        from regard.connect.mail.provider import ProviderChannel  # noqa: PLC0415 - few have one

        return "email", ProviderChannel(settings.mail_provider, sender=settings.mail_from)
    return "email", SmtpChannel(mail_server(settings.smtp_url), sender=settings.mail_from)


def mail_leaves_through(settings: Config) -> str:
    """The name of the mail server or of the provider; "" for none."""
    if settings.mail_provider:
        return settings.mail_provider
    return mail_server(settings.smtp_url).host if settings.smtp_url else ""
