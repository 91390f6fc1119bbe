import pytest
from django.core.exceptions import ImproperlyConfigured

from thamsklyngen import env


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("yes", True), ("0", False), ("", False), ("off", False)])
def test_a_switch_is_read_from_its_word(monkeypatch, value, meant):
    monkeypatch.setenv("SWITCH", value)
    assert env.env_bool("SWITCH") is meant
