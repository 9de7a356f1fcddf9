def test_login_changes_nothing_a_person_edits_and_leaves_no_history(client, wanda):
    before = wanda.history.count()
    client.force_login(wanda)
    wanda.refresh_from_db()
    assert wanda.last_login is not None
    assert wanda.history.count() == before


def test_account_saved_after_a_login_leaves_history_again(client, wanda):
    client.force_login(wanda)
    wanda.last_name = "Changed"
    wanda.save()
    assert wanda.history.first().last_name == "Changed"
