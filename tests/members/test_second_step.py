"""Setting up a code app, by somebody who signs in without a password."""

import pytest

from tests.e2e.visits import totp

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_recovery_codes_follow_the_set_up_without_one_more_code(member, client):
    member.set_unusable_password()
    member.save(update_fields=["password"])
    client.force_login(member)
    page = client.get("/accounts/2fa/totp/activate/")
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(page.context["form"].secret)}, follow=True)
    assert answer.redirect_chain == [("/accounts/2fa/recovery-codes/", 302)]
    assert len(answer.context["unused_codes"]) == 10


def test_after_another_sign_in_the_codes_are_asked_for(member, client):
    client.force_login(member)
    page = client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": totp(page.context["form"].secret)})
    client.logout()
    client.force_login(member)
    assert "/reauthenticate/" in client.get("/accounts/2fa/recovery-codes/").headers["Location"]
