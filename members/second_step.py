"""Setting up a second step is itself a proof of it: nobody is asked for it again a moment later."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest

from members.models import User


def count_as_proof(*, request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Adding it asked for whatever proof the account had before; the recovery codes that follow are shown at once.

    An app's code works only once, so being asked again would mean waiting for the next.
    """
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def listen() -> None:
    authenticator_added.connect(count_as_proof, dispatch_uid="members.second_step")
