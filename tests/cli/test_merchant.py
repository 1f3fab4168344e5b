"""Merchant: shops come, change their name, go, and come back."""

from tests.cli.conftest import Botops


def test_a_new_home_has_one_shop(botops: Botops) -> None:
    """It is the one that is meant where none is named."""
    said = botops("merchant", "list", "--json").document
    assert [each["id"] for each in said["merchants"]] == ["default"]
    assert (said["success"], said["count"], said["next_cursor"]) == (True, 1, None)


def test_a_shop_s_whole_life(botops: Botops) -> None:
    """Added, renamed, removed and added again, each time printed as it is."""
    said = botops("merchant", "add", "flora", "--name", "Casa Flora", "--json").document
    assert said["merchant"]["name"] == "Casa Flora"
    assert botops("merchant", "add", "flora", "--name", "x").code == 4
    assert botops("merchant", "edit", "flora", "--name", "Flora").out == "Flora (flora).\n"
    assert "flora    Flora" in botops("merchant", "list").out
    gone = botops("merchant", "remove", "flora")
    assert 'botops merchant add flora --name "Flora"' in gone.out
    assert "flora" not in botops("merchant", "list").out
    assert botops("merchant", "remove", "flora").code == 3
    assert botops("merchant", "add", "flora", "--name", "Flora").code == 0


def test_the_needed_shop_stays(botops: Botops) -> None:
    """The one that is meant where none is named can't be removed."""
    assert botops("merchant", "remove", "default").code == 4


def test_a_strange_id_is_wrong_usage(botops: Botops) -> None:
    """An id has small letters and digits, a name has letters."""
    assert botops("merchant", "add", "Casa Flora", "--name", "x").code == 2
    assert botops("merchant", "add", "flora", "--name", " \x00 ").code == 2
    assert botops("merchant", "edit", "nobody", "--name", "x").code == 3


def test_who_did_it_is_in_the_trail(botops: Botops) -> None:
    """Each change has its entry."""
    botops("merchant", "add", "flora", "--name", "Flora")
    said = botops("audit", "list", "--about", "merchants/flora", "--json").document
    assert [entry["action"] for entry in said["entries"]] == ["insert"]
    assert said["entries"][0]["actor_role"] == "shell"
