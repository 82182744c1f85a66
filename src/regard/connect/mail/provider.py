"""E-mail over the API of a provider that django-anymail knows."""

from __future__ import annotations

from collections.abc import Iterable

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection

from regard.connect.channels import OutgoingMessage, PermanentFailure, Receipt, TemporaryFailure, is_refusal
from regard.connect.mail.compose import compose
from regard.connect.mail.provider_settings import backend_of

MARK = "regard_message"  # by which a provider's webhooks name the message


class ProviderChannel:
    """Sends over a provider's API; its keys stand in Django's settings, where django-anymail looks."""

    def __init__(self, provider: str, *, sender: str) -> None:
        self._sender = sender
        self._connection = get_connection(backend_of(provider))

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand the e-mail over. What the provider refuses of the message is a PermanentFailure."""
        email = compose(message, sender=self._sender)
        email.metadata = {MARK: message.message_id}  # type: ignore[attr-defined]
        try:
            self._connection.send_messages([email])
        except AnymailRecipientsRefused as error:
            raise PermanentFailure(str(error)) from error
        except AnymailAPIError as error:
            raise _failure(error) from error
        except AnymailError as error:
            raise PermanentFailure(str(error)) from error
        except OSError as error:
            raise TemporaryFailure(f"The provider cannot be reached: {error}") from error
        return Receipt(_number(email))

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        self._connection.close()


def _failure(error: AnymailAPIError) -> TemporaryFailure | PermanentFailure:
    status = error.status_code
    if status is not None and is_refusal(status):
        return PermanentFailure(f"{status} {error}")
    return TemporaryFailure(f"{status or ''} {error}".strip())


def _number(email: EmailMultiAlternatives) -> str:
    status = getattr(email, "anymail_status", None)
    return f"taken by the provider as {getattr(status, 'message_id', '')}"
