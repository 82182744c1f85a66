"""E-mail: over SMTP, or into a folder where no mail server is set."""

from __future__ import annotations

from regard.connect.channels import MessageChannel
from regard.connect.mail.folder import FolderChannel
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core.config import Config

OUTGOING_FOLDER = "outgoing-mail"


def mail_reaches_nobody(settings: Config) -> bool:
    """Whether e-mails only become files, since no mail server is set."""
    return not settings.smtp_url


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    """The channel and its name. Raises ConfigError for a REGARD_SMTP_URL that cannot be used."""
    if mail_reaches_nobody(settings):
        return "email", FolderChannel(settings.data_folder / OUTGOING_FOLDER, sender=settings.mail_from)
    return "email", SmtpChannel(mail_server(settings.smtp_url), sender=settings.mail_from)
